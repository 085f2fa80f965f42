// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "persistence/store.hpp"

/// The bytes of a journal block (docs/format.md). Little endian:
///
///   magic "LYB1" | u16 shard | u16 reserved | u64 epoch | u64 first position | u32 count
///   | u64 previous chain | count x { u32 length, u32 crc32c(record), record } | u64 chain
///
/// chain = XXH3_64(everything before it), and it takes in the previous chain, so that the chain of
/// the last block vouches for every block before it.
namespace loyalty::persistence {

/// CRC32C (Castagnoli), in hardware where the machine has it.
std::uint32_t crc32c(std::string_view bytes);

/// Collects records into one block. What it follows is said at the end.
class BlockBuilder {
 public:
  /// `expected_bytes`: about how long the block will be.
  explicit BlockBuilder(std::size_t expected_bytes = 0);
  void add(std::string_view record);
  std::uint32_t count() const { return count_; }
  std::size_t size() const { return bytes_.size(); }
  /// The finished block; the builder is of no use afterwards.
  Block finish(ShardId shard, std::uint64_t epoch, const Head& previous) &&;

 private:
  std::string bytes_;
  std::uint32_t count_ = 0;
};

struct ParsedBlock {
  std::uint64_t epoch = 0;
  std::uint64_t first_position = 0;
  std::uint64_t previous_chain = 0;
  std::uint64_t chain = 0;
  std::vector<std::string_view> records;  ///< views into the block's bytes
};

/// What a block says it follows: where a replay that begins with it starts. Unchecked until the
/// block is parsed.
Head announced_previous(const Block& block);

/// The epoch that a block was made under; it may be older than the fence it was written under.
std::uint64_t announced_epoch(const Block& block);

/// Checks magic, lengths, every checksum and the chain hash, and that the block is of `shard` and
/// follows `previous`. The fault names shard and position.
StoreResult<ParsedBlock> parse_block(ShardId shard, const Head& previous, const Block& block);

}  // namespace loyalty::persistence
