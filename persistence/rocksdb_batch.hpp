// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <rocksdb/write_batch.h>

#include <string_view>
#include <vector>

#include "persistence/pinned_names.hpp"
#include "persistence/rocksdb_database.hpp"
#include "persistence/rocksdb_format.hpp"

namespace loyalty::persistence {

/// Collects commits into one atomic write. Knows keys and values, and no rule: what is added here
/// has been checked.
class CommitBatch {
 public:
  CommitBatch(const Database& database, const PinnedNames& pinned)
      : database_(database), pinned_(pinned) {}

  /// Everything of the commit but its owner record.
  void add(const Commit& commit);
  void put_owner(ShardId shard, const OwnerRecord& record);
  void put_cursor(ShardId shard, std::string_view name, const Head& cursor);
  /// Drops the blocks whose last position is in [from, to].
  void drop_blocks(ShardId shard, std::uint64_t from, std::uint64_t to);

  rocksdb::WriteBatch& batch() { return batch_; }
  const std::vector<PinChange>& pin_changes() const { return pin_changes_; }

 private:
  void put(Family family, const std::string& key, const StoredValue& value);
  void put_snapshot(ShardId shard, const Snapshot& snapshot);
  void move_due(ShardId shard, const DueMove& move);
  bool is_pinned(ShardId shard, const std::string& entity) const;

  const Database& database_;
  const PinnedNames& pinned_;
  rocksdb::WriteBatch batch_;
  std::vector<PinChange> pin_changes_;
};

}  // namespace loyalty::persistence
