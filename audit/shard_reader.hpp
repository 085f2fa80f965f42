// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "actors/record.hpp"
#include "audit/journal.hpp"

namespace loyalty::audit {

/// A record with its bytes. The views live as long as the visit.
struct StoredRecord {
  std::string_view bytes;
  actors::RecordView view;
  std::uint64_t position = 0;  ///< 0: its block has been trimmed
};

/// What a snapshot says it covers.
struct Cover {
  std::uint64_t records = 0;
  std::uint64_t position = 0;
};

/// Reads one shard of a store without claiming it. The journal and the names of the entities are
/// held in memory; histories are streamed, one segment at a time.
class ShardReader {
 public:
  /// `program` limits it to the entities of one; "" takes all.
  static persistence::StoreResult<ShardReader> open(persistence::Store& store,
                                                    persistence::ShardId shard, JournalPart part,
                                                    std::string_view program, Findings& findings);

  persistence::ShardId shard() const { return shard_; }
  const Journal& journal() const { return journal_; }
  /// In the order of entity_name.hpp, without the outbox.
  const std::vector<std::string>& entities() const { return entities_; }

  /// The snapshot of an entity by its index. Cheapest when asked for in order.
  persistence::StoreResult<std::optional<persistence::Snapshot>> snapshot(std::size_t index,
                                                                          Findings& findings);

  /// Calls `visit` with the records of an entity, 1, 2, 3, ... until it returns false. A gap, a
  /// record that stands twice and differs, or history that does not end where the snapshot does is
  /// a finding; at a gap it ends. True when nothing was missing.
  persistence::StoreResult<bool> records(
      const std::string& entity, const Cover& cover, Findings& findings,
      const std::function<bool(const StoredRecord&)>& visit) const;

 private:
  ShardReader(persistence::Store& store, persistence::ShardId shard)
      : store_(&store), shard_(shard) {}

  std::optional<persistence::StoreFault> read_names(std::string_view program, Findings& findings);

  persistence::Store* store_;
  persistence::ShardId shard_;
  Journal journal_;
  std::vector<std::string> entities_;
  std::size_t window_begin_ = 0;  ///< index of the first snapshot that was read ahead
  std::vector<std::optional<persistence::Snapshot>> window_;
};

}  // namespace loyalty::audit
