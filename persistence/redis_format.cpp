// SPDX-License-Identifier: Apache-2.0
#include "persistence/redis_format.hpp"

#include <charconv>
#include <random>

#include "persistence/bytes.hpp"
#include "persistence/crc32c.hpp"
#include "persistence/faults.hpp"
#include "persistence/redis_cluster.hpp"
#include "persistence/rocksdb_format.hpp"
#include "persistence/write_rules.hpp"

namespace loyalty::persistence {
namespace {

constexpr std::uint64_t sign_bit = std::uint64_t{1} << 63;
constexpr std::string_view end_of_name{"\0\0", 2};
constexpr std::string_view escaped_zero{"\0\1", 2};

std::string padded(ShardId shard) {
  const std::string digits = std::to_string(shard);
  return digits.size() < 3 ? std::string(3 - digits.size(), '0') + digits : digits;
}

std::string hex(std::uint64_t value, std::size_t digits) {
  std::string text(digits, '0');
  for (std::size_t i = digits; i-- > 0; value >>= 4) text[i] = "0123456789abcdef"[value & 15];
  return text;
}

std::string seal_of(std::string_view key, std::initializer_list<std::string_view> parts) {
  std::uint32_t crc = crc32c_extend(0, key);
  for (const auto part : parts) crc = crc32c_extend(crc32c_extend(crc, " "), part);
  return hex(crc, 8);
}

std::optional<OwnerNonce> parse_nonce(std::string_view text) {
  if (text.empty()) return OwnerNonce{};
  if (text.size() != 32) return std::nullopt;
  const auto high = parse_hex64(text.substr(0, 16));
  const auto low = parse_hex64(text.substr(16));
  if (!high || !low) return std::nullopt;
  return OwnerNonce{.high = *high, .low = *low};
}

}  // namespace

ShardKeys::ShardKeys(ShardId number) : shard(number) {
  const std::string prefix = "loy:{p:" + padded(number) + "}:";
  own = prefix + "own";
  journal = prefix + "j";
  snapshots = prefix + "s";
  pinned = prefix + "pin";
  history = prefix + "h";
  index = prefix + "hx";
  timers = prefix + "t";
  cursors = prefix + "q";
  slot = slot_of(own);
}

std::string hex64(std::uint64_t value) { return hex(value, 16); }

std::optional<std::uint64_t> parse_hex64(std::string_view text) {
  std::uint64_t value = 0;
  if (text.size() != 16) return std::nullopt;
  for (const char digit : text) {
    const bool decimal = digit >= '0' && digit <= '9';
    if (!decimal && (digit < 'a' || digit > 'f')) return std::nullopt;
    value = value << 4 | static_cast<std::uint64_t>(decimal ? digit - '0' : digit - 'a' + 10);
  }
  return value;
}

std::optional<std::uint64_t> parse_decimal(std::string_view text) {
  std::uint64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return value;
}

std::string nonce_text(const OwnerNonce& nonce) {
  return nonce == OwnerNonce{} ? std::string() : hex64(nonce.high) + hex64(nonce.low);
}

OwnerFields owner_fields(const ShardKeys& keys, const OwnerRecord& record) {
  OwnerFields fields{.epoch = std::to_string(record.fence.epoch),
                     .nonce = nonce_text(record.fence.owner),
                     .head = std::to_string(record.head.position),
                     .chain = hex64(record.head.chain),
                     .seal = {},
                     .checkpoint = std::to_string(record.checkpoint),
                     .checkpoint_seal = {}};
  fields.seal = seal_of(keys.own, {fields.epoch, fields.nonce, fields.head, fields.chain});
  fields.checkpoint_seal = seal_of(keys.own, {"cp", fields.checkpoint});
  return fields;
}

StoreResult<OwnerRecord> parse_owner(const ShardKeys& keys, ReplyView reply, std::size_t first) {
  const auto text = [&](std::size_t field) { return reply[first + field].text(); };
  const std::string what = shard_name(keys.shard) + ": the owner record " + keys.own;
  if (reply.size() != first + 7) {
    return unavailable(what + ": Redis answers something else");  // damage has this form, too
  }
  bool all = true;
  bool any = false;
  for (std::size_t field = 0; field < 7; ++field) {
    all = all && text(field).has_value();
    any = any || text(field).has_value();
  }
  if (!any) return damaged(what + " is gone: the database was emptied");
  if (!all) return damaged(what + " is incomplete");
  const auto epoch = parse_decimal(*text(0));
  const auto nonce = parse_nonce(*text(1));
  const auto head = parse_decimal(*text(2));
  const auto chain = parse_hex64(*text(3));
  const auto checkpoint = parse_decimal(*text(5));
  if (!epoch || !nonce || !head || !chain || !checkpoint) {
    return damaged(what + " holds something that is no number");
  }
  if (*text(4) != seal_of(keys.own, {*text(0), *text(1), *text(2), *text(3)}) ||
      *text(6) != seal_of(keys.own, {"cp", *text(5)})) {
    return damaged(what + ": its checksum does not match");
  }
  return OwnerRecord{.fence = {.epoch = *epoch, .owner = *nonce},
                     .head = {.position = *head, .chain = *chain},
                     .checkpoint = *checkpoint};
}

RedisCommand ask_owner(const ShardKeys& keys) {
  return {"HMGET", keys.own, "e", "o", "h", "c", "x", "cp", "y"};
}

std::string timer_bound(std::int64_t at_ms) {
  std::string bytes;
  append_be(bytes, static_cast<std::uint64_t>(at_ms) ^ sign_bit);
  return bytes;
}

std::string timer_member(const ShardKeys& keys, std::int64_t at_ms, std::string_view entity) {
  std::string member = timer_bound(at_ms);
  // A zero byte is escaped and two end the name: names then sort as they are, whatever follows.
  for (const char byte : entity) {
    byte == '\0' ? member.append(escaped_zero) : member.append(1, byte);
  }
  member.append(end_of_name);
  append_le(member, crc32c_extend(crc32c_extend(0, keys.timers), member));
  return member;
}

std::optional<DueEntry> parse_timer_member(const ShardKeys& keys, std::string_view member) {
  if (member.size() < 8 + end_of_name.size() + 4) return std::nullopt;
  const std::string_view sealed = member.substr(0, member.size() - 4);
  if (read_le<std::uint32_t>(member, sealed.size()) !=
      crc32c_extend(crc32c_extend(0, keys.timers), sealed)) {
    return std::nullopt;
  }
  DueEntry entry{.at_ms = static_cast<std::int64_t>(read_be<std::uint64_t>(member, 0) ^ sign_bit),
                 .entity = {}};
  const std::string_view name = sealed.substr(8, sealed.size() - 8 - end_of_name.size());
  for (std::size_t i = 0; i < name.size(); ++i) {
    entry.entity.push_back(name[i]);
    if (name[i] == '\0') ++i;
  }
  return entry;
}

StoreResult<Block> parse_entry(const ShardKeys& keys, ReplyView entry) {
  const std::string what = shard_name(keys.shard) + ", journal " + keys.journal + ": ";
  const auto id = entry[0].text();
  if (!id || !id->ends_with("-0")) return damaged(what + "an entry has no position for an ID");
  const auto position = parse_decimal(id->substr(0, id->size() - 2));
  if (!position) return damaged(what + "an entry has no position for an ID");
  const auto value = entry[1][1].text();
  const bool known = entry[1].size() == 2 && entry[1][0].text() == "b" && value;
  auto block = known ? load_block(journal_key(keys.shard, *position), *value) : std::nullopt;
  if (!block) {
    return damaged(what + "the block that ends at position " + std::to_string(*position) +
                   " has a checksum that does not match");
  }
  return *std::move(block);
}

std::string segment_field(std::string_view entity, std::uint64_t first_sequence) {
  return hex64(first_sequence).append(entity);
}

std::string identity_seal(const StoreIdentity& identity) {
  return seal_of(redis_cfg_key,
                 {std::to_string(identity.version), std::to_string(identity.shards), identity.id});
}

RedisCommand ask_identity() { return {"HMGET", redis_cfg_key, "v", "n", "id", "x"}; }

StoreResult<std::optional<StoreIdentity>> parse_identity(ReplyView reply) {
  const std::string what = "the format record " + std::string(redis_cfg_key);
  if (const auto error = reply.error()) return unavailable(what + ": " + std::string(*error));
  const auto version_text = reply[0].text();
  const auto shards_text = reply[1].text();
  const auto id = reply[2].text();
  const auto seal = reply[3].text();
  if (!version_text && !shards_text && !id && !seal) return std::optional<StoreIdentity>{};
  if (!version_text || !shards_text || !id || !seal) return damaged(what + " is incomplete");
  const auto version = parse_decimal(*version_text);
  const auto shards = parse_decimal(*shards_text);
  if (version && *version != redis_format_version) {
    return foreign("the database has store format " + std::to_string(*version) +
                   ", this server reads " + std::to_string(redis_format_version));
  }
  if (!version || !shards || *shards == 0 || *shards > max_shards || id->size() != 32) {
    return damaged(what + " holds something else than version, shards and id");
  }
  StoreIdentity identity{
      .version = *version, .shards = static_cast<ShardId>(*shards), .id = std::string(*id)};
  if (identity_seal(identity) != *seal) return damaged(what + ": its checksum does not match");
  return std::optional(std::move(identity));
}

std::string random_id() {
  std::random_device device;
  std::string id;
  for (int i = 0; i < 4; ++i) id += hex(device(), 8);
  return id;
}

}  // namespace loyalty::persistence
