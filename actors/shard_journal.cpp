// SPDX-License-Identifier: Apache-2.0
#include "actors/shard_journal.hpp"

#include "domain/invariant.hpp"
#include "persistence/block.hpp"

namespace loyalty::actors {

persistence::Commit ShardJournal::ship() {
  domain::invariant(!in_flight_, "one block is in flight at a time");
  persistence::Commit commit{.shard = shard_,
                             .fence = fence_,
                             .expected = head_,
                             .block = {},
                             .snapshots = {},
                             .merged = {},
                             .segments = {},
                             .due = {},
                             .checkpoint = {}};
  in_flight_ = head_;
  if (waiting_.empty()) return commit;
  persistence::BlockBuilder builder(shard_, fence_.epoch, head_);
  bool open = false;
  while (!waiting_.empty() &&
         (open || (builder.count() < max_block_records && builder.size() < max_block_bytes))) {
    builder.add(waiting_.front().record);
    open = waiting_.front().open;
    waiting_.pop_front();
  }
  commit.block = std::move(builder).finish();
  in_flight_ = persistence::Head{commit.block->last_position, commit.block->chain};
  return commit;
}

void ShardJournal::confirm() {
  head_ = *in_flight_;
  in_flight_.reset();
}

}  // namespace loyalty::actors
