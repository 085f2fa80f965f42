// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "domain/program/program.hpp"
#include "domain/time.hpp"
#include "persistence/store.hpp"
#include "replay/member_replay.hpp"
#include "replay/program_past.hpp"
#include "replay/report.hpp"

/// `loyalty replay`: what a proposed program would have made of what really happened (domain.md
/// U6). The store is only read; nothing that lives is touched.
namespace loyalty::replay {

struct ReplayProgress {
  std::uint32_t shards_done = 0;
  std::uint32_t shards = 0;
  std::uint64_t members = 0;
  std::uint64_t activities = 0;
};

/// The period between two instants; without an end, timers run up to the day of `now`. Nullopt when
/// it is empty.
std::optional<Window> window_between(std::optional<domain::Instant> from,
                                     std::optional<domain::Instant> to, const domain::Zone& zone,
                                     domain::Instant now);

/// Why applying the proposed program now would be refused, a sentence each. From the beginning it
/// may be tried all the same: then nobody has what it takes away.
std::vector<std::string> stranding_notes(const domain::ProgramDefinition& live,
                                         const domain::ProgramDefinition& proposed);

struct ReplayOptions {
  domain::ProgramDefinition proposed;
  Window window;
  unsigned threads = 1;
  std::string rank_by;           ///< currency; "": the primary one of the proposed program
  std::size_t most_members = 0;  ///< in each of the lists of the report
  /// From one thread at a time; false ends the replay.
  std::function<bool(const ReplayProgress&)> progress;
  /// Gets a line for each member, in the order of the store, from one thread at a time; false ends
  /// the replay. The first line is the heading.
  std::function<bool(const std::vector<std::string>&)> each;
};

/// Replays all members of a program. The same store, options and instants give the same report,
/// whatever the number of threads.
persistence::StoreResult<ReplayReport> replay_store(persistence::Store& store,
                                                    const ProgramPast& past,
                                                    const ReplayOptions& options);

}  // namespace loyalty::replay
