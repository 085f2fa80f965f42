// SPDX-License-Identifier: Apache-2.0
#include "persistence/rocksdb_batch.hpp"

#include <algorithm>
#include <array>
#include <limits>

namespace loyalty::persistence {

// The statuses are not looked at: an unlimited batch in memory refuses nothing, and what it could
// not take would be refused again by the write.

void CommitBatch::add(const Commit& commit) {
  if (commit.block) {
    const std::string key = journal_key(commit.shard, commit.block->last_position);
    put(Family::journal, key, store_block(key, *commit.block));
  }
  for (const auto& snapshot : commit.snapshots) put_snapshot(commit.shard, snapshot);
  for (const auto& old : commit.merged) {
    const std::string key = history_key(commit.shard, old.entity, old.first_sequence);
    batch_.Delete(database_.family(Family::history), key).PermitUncheckedError();
  }
  for (const auto& segment : commit.segments) {
    const std::string key = history_key(commit.shard, segment.entity, segment.first_sequence);
    put(Family::history, key, store_segment(key, segment));
  }
  for (const auto& move : commit.due) move_due(commit.shard, move);
}

void CommitBatch::put_owner(ShardId shard, const OwnerRecord& record) {
  const std::string key = shard_key(shard);
  batch_.Put(database_.family(Family::own), key, store_owner(key, record)).PermitUncheckedError();
}

void CommitBatch::put_cursor(ShardId shard, std::string_view name, const Head& cursor) {
  const std::string key = entity_key(shard, name);
  batch_.Put(database_.family(Family::cursor), key, store_cursor(key, cursor))
      .PermitUncheckedError();
}

void CommitBatch::drop_blocks(ShardId shard, std::uint64_t from, std::uint64_t to) {
  const std::string begin = journal_key(shard, from);
  const std::string end = to == std::numeric_limits<std::uint64_t>::max()
                              ? shard_end(shard)
                              : journal_key(shard, to + 1);
  batch_.DeleteRange(database_.family(Family::journal), begin, end).PermitUncheckedError();
}

void CommitBatch::put(Family family, const std::string& key, const StoredValue& value) {
  const rocksdb::Slice key_part(key);
  const std::string_view bytes = value.bytes();
  const std::array<rocksdb::Slice, 2> parts = {rocksdb::Slice(value.head),
                                               rocksdb::Slice(bytes.data(), bytes.size())};
  batch_
      .Put(database_.family(family), rocksdb::SliceParts(&key_part, 1),
           rocksdb::SliceParts(parts.data(), static_cast<int>(parts.size())))
      .PermitUncheckedError();
}

void CommitBatch::put_snapshot(ShardId shard, const Snapshot& snapshot) {
  const std::string key = entity_key(shard, snapshot.entity);
  put(snapshot.pinned ? Family::pinned : Family::snap, key, store_snapshot(key, snapshot));
  if (is_pinned(shard, snapshot.entity) == snapshot.pinned) return;

  const Family former = snapshot.pinned ? Family::snap : Family::pinned;
  batch_.Delete(database_.family(former), key).PermitUncheckedError();
  pin_changes_.push_back({shard, snapshot.entity, snapshot.pinned});
}

void CommitBatch::move_due(ShardId shard, const DueMove& move) {
  auto* const timers = database_.family(Family::timers);
  if (move.from_ms != 0 && move.from_ms != move.to_ms) {
    batch_.Delete(timers, timer_key(shard, move.from_ms, move.entity)).PermitUncheckedError();
  }
  if (move.to_ms != 0) {
    batch_.Put(timers, timer_key(shard, move.to_ms, move.entity), rocksdb::Slice())
        .PermitUncheckedError();
  }
}

bool CommitBatch::is_pinned(ShardId shard, const std::string& entity) const {
  const auto change = std::find_if(
      pin_changes_.rbegin(), pin_changes_.rend(),
      [&](const PinChange& pending) { return pending.shard == shard && pending.entity == entity; });
  if (change != pin_changes_.rend()) return change->pinned;
  return pinned_[shard].contains(entity);
}

}  // namespace loyalty::persistence
