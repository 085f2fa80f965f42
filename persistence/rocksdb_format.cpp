// SPDX-License-Identifier: Apache-2.0
#include "persistence/rocksdb_format.hpp"

#include "persistence/bytes.hpp"
#include "persistence/crc32c.hpp"
#include "persistence/packed_block.hpp"

namespace loyalty::persistence {
namespace {

constexpr std::string_view meta_magic = "LYST";
constexpr std::size_t seal_size = 4;
constexpr std::uint64_t sign_bit = std::uint64_t{1} << 63;

std::uint32_t seal(std::string_view key, std::string_view head, std::string_view bytes = {}) {
  return crc32c_extend(crc32c_extend(crc32c_extend(0, key), head), bytes);
}

void append_seal(std::string_view key, std::string& head, std::string_view bytes = {}) {
  append_le(head, seal(key, head, bytes));
}

/// Whether `value` is a head of that size, its seal, and (unless they have their own) bytes.
bool sealed(std::string_view key, std::string_view value, std::size_t head_size,
            bool with_bytes = true) {
  if (value.size() < head_size + seal_size) return false;
  const std::string_view bytes = value.substr(head_size + seal_size);
  return read_le<std::uint32_t>(value, head_size) ==
         seal(key, value.substr(0, head_size), with_bytes ? bytes : std::string_view{});
}

}  // namespace

std::string shard_key(ShardId shard) {
  std::string key;
  append_be(key, shard);
  return key;
}

std::string shard_end(ShardId shard) { return shard_key(static_cast<ShardId>(shard + 1)); }

std::string journal_key(ShardId shard, std::uint64_t last_position) {
  std::string key = shard_key(shard);
  append_be(key, last_position);
  return key;
}

std::string entity_key(ShardId shard, std::string_view entity) {
  return shard_key(shard).append(entity);
}

std::string history_prefix(ShardId shard, std::string_view entity) {
  // The length first: no entity's keys then lie among those of an entity it is a prefix of.
  std::string key = shard_key(shard);
  append_be(key, static_cast<std::uint32_t>(entity.size()));
  return key.append(entity);
}

std::string history_key(ShardId shard, std::string_view entity, std::uint64_t first_sequence) {
  std::string key = history_prefix(shard, entity);
  append_be(key, first_sequence);
  return key;
}

std::string timer_key(ShardId shard, std::int64_t at_ms, std::string_view entity) {
  std::string key = shard_key(shard);
  append_be(key, static_cast<std::uint64_t>(at_ms) ^ sign_bit);
  return key.append(entity);
}

ShardId shard_of_key(std::string_view key) { return read_be<ShardId>(key, 0); }

std::uint64_t position_of_journal_key(std::string_view key) {
  return read_be<std::uint64_t>(key, 2);
}

std::uint64_t sequence_of_history_key(std::string_view key) {
  return read_be<std::uint64_t>(key, key.size() - 8);
}

DueEntry due_entry_of_timer_key(std::string_view key) {
  return {.at_ms = static_cast<std::int64_t>(read_be<std::uint64_t>(key, 2) ^ sign_bit),
          .entity = std::string(key.substr(10))};
}

std::string_view entity_of_key(std::string_view key) { return key.substr(2); }

StoredValue store_block(std::string_view key, const Block& block) {
  std::string head;
  append_le(head, block.count);
  append_le(head, block.chain);
  auto packed = pack_block(block.bytes);
  append_seal(key, head, packed ? std::string_view(*packed) : std::string_view());
  return {std::move(head), block.bytes, std::move(packed)};
}

StoredValue store_snapshot(std::string_view key, const Snapshot& snapshot) {
  std::string head;
  append_le(head, snapshot.position);
  append_seal(key, head, snapshot.bytes);
  return {std::move(head), snapshot.bytes, std::nullopt};
}

StoredValue store_segment(std::string_view key, const Segment& segment) {
  std::string head;
  append_seal(key, head, segment.bytes);
  return {std::move(head), segment.bytes, std::nullopt};
}

std::string store_owner(std::string_view key, const OwnerRecord& record) {
  std::string value;
  append_le(value, record.fence.epoch);
  append_le(value, record.fence.owner.high);
  append_le(value, record.fence.owner.low);
  append_le(value, record.head.position);
  append_le(value, record.head.chain);
  append_le(value, record.checkpoint);
  append_seal(key, value);
  return value;
}

std::string store_cursor(std::string_view key, const Head& cursor) {
  std::string value;
  append_le(value, cursor.position);
  append_le(value, cursor.chain);
  append_seal(key, value);
  return value;
}

std::string store_meta(std::uint32_t version, ShardId shards) {
  std::string value(meta_magic);
  append_le(value, version);
  append_le(value, shards);
  append_seal(meta_key, value);
  return value;
}

std::optional<Block> load_block(std::string_view key, std::string_view value) {
  constexpr std::size_t head_size = 12;
  if (key.size() != 10 || value.size() < head_size + seal_size) return std::nullopt;
  const std::string_view bytes = value.substr(head_size + seal_size);
  const bool packed = is_packed_block(bytes);
  if (!sealed(key, value, head_size, packed)) return std::nullopt;
  auto block = packed ? unpack_block(bytes) : std::string(bytes);
  if (!block) return std::nullopt;
  return Block{.last_position = position_of_journal_key(key),
               .count = read_le<std::uint32_t>(value, 0),
               .chain = read_le<std::uint64_t>(value, 4),
               .bytes = *std::move(block)};
}

std::optional<Snapshot> load_snapshot(std::string_view key, std::string_view value, bool pinned) {
  if (!sealed(key, value, 8)) return std::nullopt;
  return Snapshot{.entity = std::string(entity_of_key(key)),
                  .position = read_le<std::uint64_t>(value, 0),
                  .bytes = std::string(value.substr(8 + seal_size)),
                  .pinned = pinned};
}

std::optional<Segment> load_segment(std::string_view key, std::string_view entity,
                                    std::string_view value) {
  if (!sealed(key, value, 0)) return std::nullopt;
  return Segment{.entity = std::string(entity),
                 .first_sequence = sequence_of_history_key(key),
                 .bytes = std::string(value.substr(seal_size))};
}

std::optional<OwnerRecord> load_owner(std::string_view key, std::string_view value) {
  if (value.size() != 48 + seal_size || !sealed(key, value, 48)) return std::nullopt;
  const auto word = [&](std::size_t index) { return read_le<std::uint64_t>(value, 8 * index); };
  return OwnerRecord{.fence = {.epoch = word(0), .owner = {.high = word(1), .low = word(2)}},
                     .head = {.position = word(3), .chain = word(4)},
                     .checkpoint = word(5)};
}

std::optional<Head> load_cursor(std::string_view key, std::string_view value) {
  if (value.size() != 16 + seal_size || !sealed(key, value, 16)) return std::nullopt;
  return Head{.position = read_le<std::uint64_t>(value, 0),
              .chain = read_le<std::uint64_t>(value, 8)};
}

std::optional<Meta> load_meta(std::string_view value) {
  if (value.size() != 10 + seal_size || !value.starts_with(meta_magic) ||
      !sealed(meta_key, value, 10)) {
    return std::nullopt;
  }
  return Meta{.version = read_le<std::uint32_t>(value, 4), .shards = read_le<ShardId>(value, 8)};
}

}  // namespace loyalty::persistence
