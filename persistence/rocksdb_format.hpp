// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "persistence/store.hpp"

/// Keys and values of the RocksDB store, without RocksDB. Integers in keys are big endian so that
/// they sort; values are little endian and sealed: they end with a CRC32C over key and value, so
/// that neither a flipped bit nor a value under the wrong key goes unseen.
///
///   family   key                                          value
///   own      shard                                        epoch, nonce, head, checkpoint, seal
///   journal  shard, last position                         count, chain, seal, block (packed_block)
///   snap     shard, entity                                position, seal, bytes
///   pinned   shard, entity                                position, seal, bytes
///   history  shard, u32 length of entity, entity, first   seal, bytes
///   timers   shard, due (sign bit flipped), entity        nothing
///   cursor   shard, name                                  position, chain, seal
///   meta     "store"                                      "LYST", format version, shards, seal
namespace loyalty::persistence {

inline constexpr std::uint32_t store_format_version = 1;
inline constexpr std::string_view meta_key = "store";

std::string shard_key(ShardId shard);
/// The first key after all keys of the shard.
std::string shard_end(ShardId shard);
std::string journal_key(ShardId shard, std::uint64_t last_position);
/// Of `snap`, `pinned` and `cursor`.
std::string entity_key(ShardId shard, std::string_view entity);
std::string history_prefix(ShardId shard, std::string_view entity);
std::string history_key(ShardId shard, std::string_view entity, std::uint64_t first_sequence);
std::string timer_key(ShardId shard, std::int64_t at_ms, std::string_view entity);

/// Of any key that begins with one.
ShardId shard_of_key(std::string_view key);
std::uint64_t position_of_journal_key(std::string_view key);
std::uint64_t sequence_of_history_key(std::string_view key);
DueEntry due_entry_of_timer_key(std::string_view key);
/// The entity or name in a key of `snap`, `pinned` or `cursor`.
std::string_view entity_of_key(std::string_view key);

/// A value in two parts, so that big bytes are not copied before they reach the write batch.
struct StoredValue {
  std::string head;
  std::string_view plain;
  std::optional<std::string> packed;  ///< instead of `plain`

  std::string_view bytes() const { return packed ? std::string_view(*packed) : plain; }
};

StoredValue store_block(std::string_view key, const Block& block);
StoredValue store_snapshot(std::string_view key, const Snapshot& snapshot);
StoredValue store_segment(std::string_view key, const Segment& segment);
std::string store_owner(std::string_view key, const OwnerRecord& record);
std::string store_cursor(std::string_view key, const Head& cursor);
std::string store_meta(std::uint32_t version, ShardId shards);

/// The opposite; nullopt when the seal does not hold. The bytes of a block that is not packed have
/// checksums of their own, which are not checked here.
std::optional<Block> load_block(std::string_view key, std::string_view value);
std::optional<Snapshot> load_snapshot(std::string_view key, std::string_view value, bool pinned);
std::optional<Segment> load_segment(std::string_view key, std::string_view entity,
                                    std::string_view value);
std::optional<OwnerRecord> load_owner(std::string_view key, std::string_view value);
std::optional<Head> load_cursor(std::string_view key, std::string_view value);

struct Meta {
  std::uint32_t version = 0;
  ShardId shards = 0;
};
std::optional<Meta> load_meta(std::string_view value);

}  // namespace loyalty::persistence
