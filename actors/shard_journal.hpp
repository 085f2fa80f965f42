// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <deque>
#include <optional>
#include <string_view>

#include "persistence/block.hpp"
#include "persistence/store.hpp"

namespace loyalty::actors {

/// The journal writer of one shard: gives positions to records and groups them into blocks. One
/// block is on its way at a time; whatever gathers meanwhile is the next one (runtime.md R2).
class ShardJournal {
 public:
  static constexpr std::size_t max_block_records = 512;
  static constexpr std::size_t max_block_bytes = 256 * 1024;

  ShardJournal(persistence::ShardId shard, const persistence::OwnerRecord& owner)
      : shard_(shard), fence_(owner.fence), head_(owner.head), newest_(owner.head.position) {}

  /// Takes a record; returns its position. What is `open` comes into one block with what follows,
  /// up to the next record that is not, or to `end_group`.
  std::uint64_t append(std::string_view record, bool open = false);
  void end_group() { open_ = false; }

  std::uint64_t newest() const { return newest_; }
  std::uint64_t durable() const { return head_.position; }
  const persistence::Head& durable_head() const { return head_; }
  bool in_flight() const { return in_flight_.has_value(); }
  bool has_waiting() const { return !waiting_.empty(); }
  const persistence::Fence& fence() const { return fence_; }
  /// The shard was claimed again.
  void renew(const persistence::Fence& fence) { fence_ = fence; }
  persistence::ShardId shard() const { return shard_; }

  /// The next write, with a block when records wait. Only when none is in flight.
  persistence::Commit ship();

  /// The write in flight is durable.
  void confirm();

 private:
  persistence::ShardId shard_;
  persistence::Fence fence_;
  persistence::Head head_;
  std::uint64_t newest_;
  std::deque<persistence::BlockBuilder> waiting_;
  bool open_ = false;  ///< what comes next belongs into the last of them, however large it is
  std::size_t expected_size_ = 0;               ///< of the next block
  std::optional<persistence::Head> in_flight_;  ///< head after the write in flight
};

}  // namespace loyalty::actors
