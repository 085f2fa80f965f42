// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "actors/outbox.hpp"
#include "audit/finding.hpp"
#include "persistence/store.hpp"

namespace loyalty::audit {

/// A record as the journal holds it.
struct JournalRecord {
  std::uint64_t position = 0;
  std::uint64_t number = 0;  ///< within its entity
  std::string bytes;
};

/// The journal of one shard, as far as it was read.
struct Journal {
  persistence::OwnerRecord owner;
  std::uint64_t first_position = 0;                           ///< of what was read; 0: nothing was
  std::map<std::string, std::vector<JournalRecord>> records;  ///< by entity, in order of position
  std::vector<JournalRecord> counts;                          ///< for reports, in order of position
  std::vector<actors::Outbox::Lane> lanes;  ///< what the shard has told partners, or still has to
};

/// How much of the journal is read: every block that the store still has, or only those that no
/// snapshot covers.
enum class JournalPart : std::uint8_t { retained, beyond_checkpoint };

/// Reads and checks a shard's journal: checksums, chain, positions, epochs, head, outbox. What does
/// not hold becomes a finding and the rest is read all the same; the fault is for a store that
/// cannot be reached.
persistence::StoreResult<Journal> read_journal(persistence::Store& store,
                                               persistence::ShardId shard, JournalPart part,
                                               Findings& findings);

/// What the store says about damage becomes a finding; false when it is another kind of fault, with
/// which no audit can go on.
bool report_damage(const persistence::StoreFault& fault, const Place& place);

}  // namespace loyalty::audit
