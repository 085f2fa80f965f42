// SPDX-License-Identifier: Apache-2.0
#include "actors/shard_journal.hpp"

#include <algorithm>

#include "domain/invariant.hpp"

namespace loyalty::actors {
namespace {

/// A block is expected to be a quarter longer than the longest of the last few, and that one not
/// longer than this: after a burst small ones must not take as much memory.
constexpr std::size_t largest_hint = std::size_t{128} * 1024;

}  // namespace

std::uint64_t ShardJournal::append(std::string_view record, bool open) {
  const auto is_full = [](const persistence::BlockBuilder& block) {
    return block.count() >= max_block_records || block.size() >= max_block_bytes;
  };
  if (waiting_.empty() || (!open_ && is_full(waiting_.back())))
    waiting_.emplace_back(expected_size_);
  waiting_.back().add(record);
  open_ = open;
  return ++newest_;
}

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
  const std::size_t size = std::min(waiting_.front().size(), largest_hint);
  expected_size_ = std::max(size + size / 4, expected_size_ - expected_size_ / 8);
  commit.block = std::move(waiting_.front()).finish(shard_, fence_.epoch, head_);
  waiting_.pop_front();
  in_flight_ = persistence::Head{commit.block->last_position, commit.block->chain};
  return commit;
}

void ShardJournal::confirm() {
  head_ = *in_flight_;
  in_flight_.reset();
}

}  // namespace loyalty::actors
