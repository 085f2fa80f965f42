// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "actors/outbox.hpp"
#include "audit/finding.hpp"
#include "domain/partner/partner.hpp"
#include "persistence/store.hpp"

namespace loyalty::audit {

/// What many entries come to. The fingerprint tells apart what merely sums to the same.
struct EntryTally {
  std::uint64_t entries = 0;
  domain::Points points;
  domain::Money money;
  std::uint64_t fingerprint = 0;

  void add(const domain::Effect& effect);
  void add(const EntryTally& other);
  friend bool operator==(const EntryTally&, const EntryTally&) = default;
};

/// What entities of each shard owe to each other one, against what that one has taken and what is
/// still on its way (I3, I15). Filled while shards are audited in any order; judged at the end.
class Effects {
 public:
  /// A member of `source` stated an effect.
  void owed(persistence::ShardId source, const std::string& receiver, const domain::Effect& effect);
  /// The receiver took a message.
  void booked(const std::string& receiver, const domain::OutboxCursor& cursor,
              const std::vector<domain::Effect>& effects);
  /// What the outbox of `source` holds.
  void in_outbox(persistence::ShardId source, const actors::Outbox::Lane& lane);
  /// The end of a shard's journal: nothing can have been booked from beyond it.
  void journal_ends(persistence::ShardId source, const persistence::OwnerRecord& owner);

  /// Entries that are under way to a partner.
  std::uint64_t under_way(std::string_view partner) const;

  void judge(Findings& findings) const;

 private:
  struct Lane {
    EntryTally owed;
    EntryTally booked;
    domain::OutboxId cursor;     ///< last message booked
    domain::OutboxId last_sent;  ///< last message made
    std::vector<actors::OutboxMessage> open;
  };
  void judge_lane(persistence::ShardId source, const std::string& partner, const Lane& lane,
                  Findings& findings) const;

  std::map<std::pair<std::string, std::uint32_t>, Lane, std::less<>> lanes_;
  std::map<std::uint32_t, persistence::OwnerRecord> ends_;
};

}  // namespace loyalty::audit
