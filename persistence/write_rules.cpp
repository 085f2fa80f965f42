// SPDX-License-Identifier: Apache-2.0
#include "persistence/write_rules.hpp"

#include <algorithm>
#include <string>

#include "persistence/faults.hpp"

namespace loyalty::persistence {
namespace {

CommitResult refused(CommitStatus status, const OwnerRecord& record, ShardId shard,
                     const std::string& detail) {
  return {.status = status, .head = record.head, .detail = shard_name(shard) + ": " + detail};
}

}  // namespace

std::optional<CommitResult> refusal(const Commit& commit, const OwnerRecord& record) {
  // A released shard has the nonce of nobody, and nobody may not write.
  if (commit.fence != record.fence || commit.fence.owner == OwnerNonce{}) {
    return refused(CommitStatus::fenced, record, commit.shard,
                   "held under epoch " + std::to_string(record.fence.epoch) + ", not " +
                       std::to_string(commit.fence.epoch));
  }
  if (commit.expected != record.head) {
    return refused(CommitStatus::head, record, commit.shard,
                   "the journal ends at position " + std::to_string(record.head.position) +
                       ", not " + std::to_string(commit.expected.position) +
                       (commit.expected.position == record.head.position ? " of that chain" : ""));
  }
  if (commit.block &&
      (commit.block->count == 0 || commit.block->last_position < record.head.position ||
       commit.block->last_position - record.head.position != commit.block->count)) {
    return refused(CommitStatus::head, record, commit.shard,
                   "a block of " + std::to_string(commit.block->count) +
                       " records cannot end at position " +
                       std::to_string(commit.block->last_position));
  }
  if (commit.checkpoint && *commit.checkpoint > after(commit, record).head.position) {
    return refused(CommitStatus::head, record, commit.shard, "checkpoint beyond the journal's end");
  }
  return std::nullopt;
}

OwnerRecord after(const Commit& commit, const OwnerRecord& record) {
  OwnerRecord next = record;
  if (commit.block) next.head = {commit.block->last_position, commit.block->chain};
  // Never backwards: what lies below may have been trimmed already.
  if (commit.checkpoint) next.checkpoint = std::max(next.checkpoint, *commit.checkpoint);
  return next;
}

StoreResult<OwnerRecord> claimed(ShardId shard, const OwnerRecord& record, const Fence& seen,
                                 OwnerNonce me, std::int64_t now_ms) {
  if (me == OwnerNonce{}) return unavailable(shard_name(shard) + ": an owner needs a nonce");
  if (record.fence != seen) {
    return unavailable(shard_name(shard) + ": somebody else claimed it under epoch " +
                       std::to_string(record.fence.epoch));
  }
  OwnerRecord next = record;
  const auto now = now_ms > 0 ? static_cast<std::uint64_t>(now_ms) : 0;
  next.fence = {.epoch = std::max(seen.epoch + 1, now), .owner = me};
  return next;
}

std::uint64_t trim_limit(const OwnerRecord& record, std::uint64_t up_to) {
  return std::min(up_to, record.checkpoint);
}

}  // namespace loyalty::persistence
