// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "persistence/store.hpp"
#include "replay/member_replay.hpp"
#include "replay/report.hpp"

namespace loyalty::replay {

/// A sum over members that does not depend on their order.
struct Digest {
  std::uint64_t low = 0;
  std::uint64_t high = 0;

  Digest& operator+=(const Digest& other);
  std::string to_string() const;
};

/// The tier that members of a group hold, and the one they would hold.
struct MoveKey {
  domain::TierGroupId group;
  domain::TierId from;
  domain::TierId to;
  friend bool operator==(const MoveKey&, const MoveKey&) = default;
};

/// What the members of one shard, or of all, add up to.
struct ShardReplay {
  std::uint64_t members = 0;
  std::uint64_t commands = 0;
  std::uint64_t changed = 0;
  std::uint64_t lost = 0;
  std::uint64_t deliveries = 0;
  std::uint64_t tiers_up = 0;
  std::uint64_t tiers_down = 0;
  Figures actual;
  Figures proposed;
  NotCovered not_covered;
  Tally<Refused, std::uint64_t> refused;
  Tally<MoveKey, std::uint64_t> moves;
  std::vector<MemberRow> gain;  ///< most first
  std::vector<MemberRow> lose;
  Digest digest;
  std::vector<std::vector<std::string>> lines;  ///< one for each member, when they are wanted

  /// Lines are not added up: each shard hands out its own.
  void add(ShardReplay&& other, std::size_t most_members);
};

/// How one shard is replayed.
struct ShardTask {
  persistence::Store& store;
  std::string program;
  Rules rules;
  Window window;
  domain::CurrencyId ranked_by;
  std::size_t most_members = 0;
  bool lines = false;
  /// Called after each member with how many activities it had; false ends the replay.
  std::function<bool(std::uint64_t activities)> went_on;
};

persistence::StoreResult<ShardReplay> replay_shard(const ShardTask& task,
                                                   persistence::ShardId shard);

/// The heading of the lines.
std::vector<std::string> line_heading(const domain::Catalogue& rules);

}  // namespace loyalty::replay
