// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "persistence/redis_command.hpp"
#include "persistence/redis_reply.hpp"
#include "persistence/store.hpp"

/// Keys and values of the Redis store, without a server. All keys start with `loy:`, so that one
/// pattern names them; those of a shard share the hash tag `{p:NNN}`, so that one script can write
/// them. Values are sealed with a CRC32C that takes in what they belong to.
///
///   loy:{p:NNN}:own   hash    e epoch, o owner's nonce (32 hex digits or nothing), h head, c chain
///                             (16 hex digits), x seal of these; cp checkpoint, y seal of it
///   loy:{p:NNN}:j     stream  ID LAST-0, field b: count, chain, seal, block
///   loy:{p:NNN}:s     hash    entity -> position, seal, bytes
///   loy:{p:NNN}:pin   hash    the same for pinned entities
///   loy:{p:NNN}:h     hash    first sequence (16 hex digits), entity -> seal, bytes
///   loy:{p:NNN}:hx    hash    entity -> the first sequences of its segments, ascending, 16 digits
///   each loy:{p:NNN}:t     zset    score 0; members sort by instant, then entity, and end with a
///   seal loy:{p:NNN}:q     hash    cursor -> position, chain, seal loy:{m}:cfg       hash    v
///   format version, n shards, id of the store, x seal loy:{m}:nodes     hash    nonce of a running
///   server -> host, machine, process, counter, seal
namespace loyalty::persistence {

inline constexpr std::uint32_t redis_format_version = 1;
inline constexpr std::string_view redis_cfg_key = "loy:{m}:cfg";
inline constexpr std::string_view redis_nodes_key = "loy:{m}:nodes";
inline constexpr std::string_view redis_view_key = "loy:{m}:v";
inline constexpr std::string_view redis_key_pattern = "loy:*";

/// The keys of one shard and the hash slot they share.
struct ShardKeys {
  explicit ShardKeys(ShardId shard);

  ShardId shard;
  std::uint16_t slot;
  std::string own, journal, snapshots, pinned, history, index, timers, cursors;
};

/// Numbers as the scripts compare them.
std::string hex64(std::uint64_t value);
std::optional<std::uint64_t> parse_hex64(std::string_view text);
std::optional<std::uint64_t> parse_decimal(std::string_view text);
/// 32 digits; nothing for nobody.
std::string nonce_text(const OwnerNonce& nonce);

/// The fields e, o, h, c, x, cp, y.
struct OwnerFields {
  std::string epoch, nonce, head, chain, seal, checkpoint, checkpoint_seal;
};
OwnerFields owner_fields(const ShardKeys& keys, const OwnerRecord& record);

/// From the values of e, o, h, c, x, cp, y that start at `first`: `damaged` by the name of the
/// shard when one is missing or the seals do not hold.
StoreResult<OwnerRecord> parse_owner(const ShardKeys& keys, ReplyView reply, std::size_t first = 0);
/// "HMGET own e o h c x cp y"
RedisCommand ask_owner(const ShardKeys& keys);

/// A member of the due index, and back; nullopt when its seal does not hold.
std::string timer_member(const ShardKeys& keys, std::int64_t at_ms, std::string_view entity);
/// What sorts at or before every member of that instant and behind every earlier one.
std::string timer_bound(std::int64_t at_ms);
std::optional<DueEntry> parse_timer_member(const ShardKeys& keys, std::string_view member);

/// One entry of XRANGE: `damaged` by the name of the position when its seal does not hold.
StoreResult<Block> parse_entry(const ShardKeys& keys, ReplyView entry);

/// The value of a segment's field, and the field.
std::string segment_field(std::string_view entity, std::uint64_t first_sequence);

struct StoreIdentity {
  std::uint64_t version = redis_format_version;
  ShardId shards = 0;
  std::string id;  ///< 32 hex digits, random
};
/// The fields v, n, id, x.
std::string identity_seal(const StoreIdentity& identity);
RedisCommand ask_identity();
/// nullopt when the reply is of no store at all; `foreign` and `damaged` otherwise.
StoreResult<std::optional<StoreIdentity>> parse_identity(ReplyView reply);

/// 128 random bits as 32 digits.
std::string random_id();

}  // namespace loyalty::persistence
