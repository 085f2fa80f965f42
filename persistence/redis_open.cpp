// SPDX-License-Identifier: Apache-2.0
#include "persistence/redis_open.hpp"

#include <algorithm>
#include <limits>
#include <utility>

#include "persistence/faults.hpp"
#include "persistence/write_rules.hpp"

namespace loyalty::persistence {
namespace {

// A journal block may have some hundred kilobytes, and two are read of each shard.
constexpr std::size_t shards_at_a_time = 16;

StoreResult<RedisAnswer> answer_of(RedisClient& client, std::uint16_t slot, RedisCommand command) {
  const RedisRequest request{.slot = slot, .commands = {std::move(command)}};
  RedisAnswer answer = std::move(client.run({&request, 1}).front());
  if (!answer.answered()) return unavailable(answer.detail);
  return answer;
}

Fault emptied(const RedisUrl& url, const Watermark& acknowledged) {
  ShardId shard = 0;
  while (acknowledged[shard].position == 0) ++shard;
  return damaged(
      shard_name(shard) + ": " + url.identity() + " holds no store any more, but position " +
      std::to_string(acknowledged[shard].position) + " was acknowledged: the database was emptied");
}

bool nothing_in(const Watermark& watermark) {
  return std::ranges::all_of(watermark, [](const Head& head) { return head == Head{}; });
}

Fault redis_regressed(ShardId shard, const Head& head, const Head& acknowledged) {
  if (head.position < acknowledged.position) {
    return damaged(shard_name(shard) + ": the store ends at position " +
                   std::to_string(head.position) + ", but position " +
                   std::to_string(acknowledged.position) +
                   " was acknowledged: Redis lost the end of its log, or an old copy was put back");
  }
  return damaged(shard_name(shard) + ": what is at position " +
                 std::to_string(acknowledged.position) + " is not what was acknowledged there");
}

/// `entries` is the one that ends at the acknowledged position, if it is still there.
StoreResult<bool> verify_acknowledged(const ShardKeys& keys, const OwnerRecord& record,
                                      const Head& acknowledged, ReplyView entries) {
  if (record.head == acknowledged || acknowledged.position == 0) return true;
  if (record.head.position <= acknowledged.position) {
    return redis_regressed(keys.shard, record.head, acknowledged);
  }
  if (entries.size() == 0) {
    if (acknowledged.position <= record.checkpoint) return true;
    return redis_regressed(keys.shard, record.head, acknowledged);
  }
  const auto block = parse_entry(keys, entries[0]);
  if (!block) return Fault{block.error()};
  if (block->chain == acknowledged.chain) return true;
  return redis_regressed(keys.shard, record.head, acknowledged);
}

/// The last block must be the head, unless all blocks have been trimmed.
StoreResult<bool> verify_end(const ShardKeys& keys, const OwnerRecord& record, ReplyView entries) {
  if (entries.size() == 0) {
    if (record.head.position <= record.checkpoint) return true;
    return damaged(shard_name(keys.shard) + ": no blocks from position " +
                   std::to_string(record.checkpoint + 1) + " to " +
                   std::to_string(record.head.position));
  }
  const auto block = parse_entry(keys, entries[0]);
  if (!block) return Fault{block.error()};
  if (Head{block->last_position, block->chain} == record.head) return true;
  return damaged(shard_name(keys.shard) + ": the last block is not the one that ends at position " +
                 std::to_string(record.head.position));
}

StoreResult<OwnerRecord> verify_shard(const ShardKeys& keys, const RedisAnswer& answer,
                                      const Head& acknowledged) {
  if (!answer.answered()) return unavailable(shard_name(keys.shard) + ": " + answer.detail);
  for (std::size_t i = 0; i < answer.replies.size(); ++i) {
    const auto error = answer.reply(i).error();
    if (!error) continue;
    const std::string what = shard_name(keys.shard) + ": " + std::string(*error);
    return error_code(*error) == "WRONGTYPE" ? damaged(what) : unavailable(what);
  }
  const auto record = parse_owner(keys, answer.reply(0));
  if (!record) return record;
  // The watermark first: its message says best what happened.
  const auto kept = verify_acknowledged(keys, *record, acknowledged, answer.reply(2));
  if (!kept) return Fault{kept.error()};
  const auto ended = verify_end(keys, *record, answer.reply(1));
  if (!ended) return Fault{ended.error()};
  return record;
}

/// A database without a format record may hold what an interrupted creation left, and nothing else.
StoreResult<bool> check_unused(RedisClient& client, const RedisUrl& url) {
  constexpr std::size_t most = max_shards + 16;
  const auto keys = client.scan_keys(std::string(redis_key_pattern), most);
  if (!keys) return Fault{keys.error()};
  std::vector<ShardKeys> all;
  for (ShardId shard = 0; shard < max_shards; ++shard) all.emplace_back(shard);
  for (const auto& key : *keys) {
    if (key == redis_nodes_key) continue;
    const auto own = std::ranges::find(all, key, &ShardKeys::own);
    if (own == all.end()) {
      return damaged(url.identity() + " has a key " + key +
                     " but no format record: part of a store is gone");
    }
    const auto answer = answer_of(client, own->slot, ask_owner(*own));
    if (!answer) return Fault{answer.error()};
    const auto record = parse_owner(*own, answer->reply());
    if (!record) return Fault{record.error()};
    if (record->fence != Fence{} || record->head != Head{} || record->checkpoint != 0) {
      return damaged(shard_name(own->shard) + ": " + url.identity() + " holds position " +
                     std::to_string(record->head.position) + " but no format record");
    }
  }
  return true;
}

}  // namespace

StoreResult<FoundStore> find_store(RedisClient& client, const RedisUrl& url,
                                   const std::optional<RedisMemory>& memory) {
  const auto answer = answer_of(client, slot_of(redis_cfg_key), ask_identity());
  if (!answer) return Fault{answer.error()};
  auto identity = parse_identity(answer->reply());
  if (!identity) {
    return Fault{
        StoreFault{identity.error().kind, url.identity() + ": " + identity.error().message}};
  }
  FoundStore found{.identity = std::move(*identity), .acknowledged = {}};
  if (!memory) return found;

  const auto remembered = memory->store_id();
  if (!remembered) return Fault{remembered.error()};
  if (!*remembered && !found.identity) return found;
  if (*remembered && found.identity && found.identity->id != **remembered) {
    return foreign(url.identity() + " holds store " + found.identity->id +
                   ", but this server has used store " + **remembered +
                   " there; if the other one is meant, remove " + memory->id_file().string());
  }
  const std::string id = *remembered ? **remembered : found.identity->id;
  auto watermark = read_watermark(memory->watermark_file(id));
  if (!watermark) return Fault{watermark.error()};
  if (*remembered && !*watermark) {
    return damaged("the watermark file " + memory->watermark_file(id).string() +
                   " is missing, so nobody can tell whether the store is complete; to trust it "
                   "as it is, remove " +
                   memory->id_file().string());
  }
  found.acknowledged = std::move(*watermark);
  if (!found.identity && found.acknowledged && !nothing_in(*found.acknowledged)) {
    return emptied(url, *found.acknowledged);
  }
  if (found.identity && found.acknowledged &&
      found.acknowledged->size() != found.identity->shards) {
    return damaged(url.identity() + " has " + std::to_string(found.identity->shards) +
                   " shards, but its watermark has " + std::to_string(found.acknowledged->size()));
  }
  return found;
}

StoreResult<StoreIdentity> create_store(RedisClient& client, const RedisUrl& url, ShardId shards) {
  const auto unused = check_unused(client, url);
  if (!unused) return Fault{unused.error()};
  std::vector<RedisRequest> requests;
  for (ShardId shard = 0; shard < shards; ++shard) {
    const ShardKeys keys(shard);
    const OwnerFields fields = owner_fields(keys, {});
    RedisCommand command = client.call(Script::create, {keys.own});
    command.add(fields.epoch).add(fields.nonce).add(fields.head).add(fields.chain).add(fields.seal);
    command.add(fields.checkpoint).add(fields.checkpoint_seal);
    requests.push_back({.slot = keys.slot, .commands = {std::move(command)}});
  }
  for (const auto& answer : client.run(requests)) {
    if (!answer.answered()) return unavailable(answer.detail);
    if (!answer.reply().integer()) {
      return unavailable(url.identity() + ": the store cannot be made: " +
                         std::string(answer.reply().error().value_or("no answer")));
    }
  }
  // The format record last: a store that has one is complete.
  const StoreIdentity identity{.shards = shards, .id = random_id()};
  RedisCommand command = client.call(Script::found, {redis_cfg_key});
  command.add(std::to_string(identity.version)).add(std::to_string(shards)).add(identity.id);
  command.add(identity_seal(identity));
  const auto answer = answer_of(client, slot_of(redis_cfg_key), std::move(command));
  if (!answer) return Fault{answer.error()};
  if (answer->reply().integer() == 1) return identity;
  return unavailable(url.identity() + ": the store cannot be made: " +
                     std::string(answer->reply().error().value_or("somebody else made one")));
}

StoreResult<std::vector<OwnerRecord>> verify_store(RedisClient& client,
                                                   const std::vector<ShardKeys>& keys,
                                                   const Watermark& acknowledged) {
  std::vector<OwnerRecord> records;
  while (records.size() < keys.size()) {
    const std::size_t first = records.size();
    const std::size_t count = std::min(keys.size() - first, shards_at_a_time);
    std::vector<RedisRequest> requests;
    for (std::size_t i = first; i < first + count; ++i) {
      const std::string id = std::to_string(acknowledged[i].position) + "-0";
      requests.push_back({.slot = keys[i].slot,
                          .commands = {ask_owner(keys[i]),
                                       {"XREVRANGE", keys[i].journal, "+", "-", "COUNT", "1"},
                                       {"XRANGE", keys[i].journal, id, id}}});
    }
    const auto answers = client.run(requests);
    for (std::size_t i = 0; i < count; ++i) {
      const auto record = verify_shard(keys[first + i], answers[i], acknowledged[first + i]);
      if (!record) return Fault{record.error()};
      records.push_back(*record);
    }
  }
  return records;
}

}  // namespace loyalty::persistence
