// SPDX-License-Identifier: Apache-2.0
#include "persistence/redis_reader.hpp"

#include <algorithm>
#include <limits>
#include <utility>

#include "persistence/faults.hpp"
#include "persistence/rocksdb_format.hpp"

namespace loyalty::persistence {
namespace {

// How much is read at a time.
constexpr std::size_t page_bytes = std::size_t{1} << 20;
constexpr std::size_t most_blocks = 256;
constexpr std::size_t first_blocks = 8;
/// What stands around the bytes of a segment, at most.
constexpr std::size_t most_seal_bytes = 64;
constexpr std::size_t page_entities = 256;
constexpr std::size_t page_names = 2000;

std::string snapshot_name(ShardId shard, std::string_view entity) {
  return shard_name(shard) + ", snapshot of " + std::string(entity);
}

Fault merged_meanwhile(const std::string& what) {
  return unavailable(what + ": it was merged while it was read");
}

Fault unexpected(const std::string& what) {
  return damaged(what + ": Redis answered with something else than was asked for");
}

}  // namespace

StoreResult<RedisAnswer> RedisReader::ask_once(const ShardKeys& keys,
                                               std::vector<RedisCommand> commands,
                                               const std::string& what) {
  const RedisRequest request{.slot = keys.slot, .commands = std::move(commands)};
  RedisAnswer answer = std::move(client_.run({&request, 1}).front());
  if (!answer.answered()) return unavailable(what + ": " + answer.detail);
  for (std::size_t i = 0; i < answer.replies.size(); ++i) {
    const auto error = answer.reply(i).error();
    if (!error) continue;
    // A key that holds another type than ours does not go away by asking again.
    if (error_code(*error) == "WRONGTYPE") return damaged(what + ": " + std::string(*error));
    return unavailable(what + ": " + std::string(*error));
  }
  return answer;
}

StoreResult<RedisAnswer> RedisReader::read(const ShardKeys& keys, RedisCommand command,
                                           const std::string& what) {
  auto answer = ask_once(keys, {ask_owner(keys), std::move(command)}, what);
  if (!answer) return answer;
  const auto record = parse_owner(keys, answer->reply(0));
  if (!record) return Fault{record.error()};
  return answer;
}

StoreResult<Loaded> RedisReader::load(ShardId shard, std::span<const std::string> entities) {
  const ShardKeys& keys = keys_[shard];
  Loaded loaded;
  loaded.snapshots.reserve(entities.size());
  do {
    const auto page = entities.subspan(0, std::min(entities.size(), page_entities));
    entities = entities.subspan(page.size());
    RedisCommand command = client_.call(Script::load, {keys.own, keys.snapshots, keys.pinned});
    for (const auto& entity : page) command.add(entity);
    const std::string what = shard_name(shard) + ", snapshots";
    const auto answer = ask_once(keys, {std::move(command)}, what);
    if (!answer) return Fault{answer.error()};
    const auto record = parse_owner(keys, answer->reply()[0]);
    if (!record) return Fault{record.error()};
    // The oldest of the heads: the snapshots are at least as new as that.
    if (loaded.snapshots.empty()) loaded.head = record->head;
    const ReplyView found = answer->reply()[1];
    if (found.size() != page.size()) return unexpected(what);
    for (std::size_t i = 0; i < page.size(); ++i) {
      const auto plain = found[i][0].text();
      const auto pin = found[i][1].text();
      const std::string name = snapshot_name(shard, page[i]);
      if (found[i].size() != 2) return unexpected(name);
      if (plain && pin) return damaged(name + ": it is pinned and not pinned");
      auto& snapshot = loaded.snapshots.emplace_back();
      if (!plain && !pin) continue;
      snapshot = load_snapshot(entity_key(shard, page[i]), plain ? *plain : *pin, pin.has_value());
      if (!snapshot) return damaged(name + ": its checksum does not match");
    }
  } while (!entities.empty());
  return loaded;
}

StoreResult<std::vector<Snapshot>> RedisReader::pinned(ShardId shard) {
  const ShardKeys& keys = keys_[shard];
  const std::string what = shard_name(shard) + ", pinned snapshots";
  const auto answer = read(keys, {"HGETALL", keys.pinned}, what);
  if (!answer) return Fault{answer.error()};
  const ReplyView found = answer->reply(1);
  const auto size = found.size();
  if (!size || *size % 2 != 0) return unexpected(what);
  std::vector<Snapshot> snapshots;
  for (std::size_t i = 0; i < *size; i += 2) {
    const auto entity = found[i].text();
    const auto value = found[i + 1].text();
    if (!entity || !value) return unexpected(what);
    auto snapshot = load_snapshot(entity_key(shard, *entity), *value, true);
    if (!snapshot) return damaged(snapshot_name(shard, *entity) + ": its checksum does not match");
    snapshots.push_back(*std::move(snapshot));
  }
  std::ranges::sort(snapshots, {}, &Snapshot::entity);
  return snapshots;
}

StoreResult<bool> RedisReader::add_names(const ShardKeys& keys, const std::string& hash,
                                         std::vector<std::string>& names) {
  const std::string what = shard_name(keys.shard) + ", names in " + hash;
  std::string cursor = "0";
  do {
    RedisCommand command = client_.call(Script::names, {hash});
    command.add(cursor).add(std::to_string(page_names));
    const auto answer = read(keys, std::move(command), what);
    if (!answer) return Fault{answer.error()};
    const auto next = answer->reply(1)[0].text();
    const ReplyView page = answer->reply(1)[1];
    if (!next || !page.size()) return unexpected(what);
    for (std::size_t i = 0; i < *page.size(); ++i) {
      const auto name = page[i].text();
      if (!name) return unexpected(what);
      names.emplace_back(*name);
    }
    cursor = *next;
  } while (cursor != "0");
  return true;
}

StoreResult<bool> RedisReader::entities(ShardId shard,
                                        const std::function<bool(const std::string&)>& visit) {
  const ShardKeys& keys = keys_[shard];
  std::vector<std::string> names;
  // The pinned ones before and after: an entity that is pinned or unpinned meanwhile is seen.
  for (const auto* hash : {&keys.pinned, &keys.snapshots, &keys.pinned}) {
    const auto added = add_names(keys, *hash, names);
    if (!added) return added;
  }
  std::ranges::sort(names);
  names.erase(std::unique(names.begin(), names.end()), names.end());
  for (const auto& name : names) {
    if (!visit(name)) break;
  }
  return true;
}

StoreResult<bool> RedisReader::blocks(ShardId shard, std::uint64_t after,
                                      const std::function<bool(const Block&)>& visit) {
  const ShardKeys& keys = keys_[shard];
  const std::string what = shard_name(shard) + ", journal";
  std::size_t count = first_blocks;
  while (after != std::numeric_limits<std::uint64_t>::max()) {
    const auto answer = read(keys,
                             {"XRANGE", keys.journal, std::to_string(after + 1) + "-0", "+",
                              "COUNT", std::to_string(count)},
                             what);
    if (!answer) return Fault{answer.error()};
    const ReplyView page = answer->reply(1);
    const auto size = page.size();
    if (!size || *size > count) return unexpected(what);
    std::size_t bytes = 0;
    for (std::size_t i = 0; i < *size; ++i) {
      const auto block = parse_entry(keys, page[i]);
      if (!block) return Fault{block.error()};
      if (block->last_position <= after) return unexpected(what);
      after = block->last_position;
      bytes += block->bytes.size();
      if (!visit(*block)) return true;
    }
    if (*size < count) return true;
    count = std::clamp(page_bytes / (bytes / *size + 1), std::size_t{1}, most_blocks);
  }
  return true;
}

StoreResult<bool> RedisReader::history(ShardId shard, std::string_view entity,
                                       std::uint64_t first_sequence,
                                       const std::function<bool(const Segment&)>& visit) {
  const ShardKeys& keys = keys_[shard];
  const std::string what = shard_name(shard) + ", history of " + std::string(entity);
  std::uint64_t from = first_sequence;
  std::optional<Segment> last;
  for (;;) {
    // A page begins with the last one of the page before: if that is not as it was, it was merged
    // with what would come now.
    RedisCommand command = client_.call(Script::history, {keys.own, keys.history, keys.index});
    const std::size_t again = last ? last->bytes.size() + most_seal_bytes : 0;
    command.add(entity).add(hex64(from)).add(std::to_string(page_bytes + again));
    const auto answer = ask_once(keys, {std::move(command)}, what);
    if (!answer) return Fault{answer.error()};
    const auto record = parse_owner(keys, answer->reply()[0]);
    if (!record) return Fault{record.error()};
    const ReplyView page = answer->reply()[1];
    const auto complete = answer->reply()[2].integer();
    const auto size = page.size();
    if (!size || !complete) return unexpected(what);
    std::size_t fresh = 0;
    std::optional<Segment> newest;
    for (std::size_t i = 0; i < *size; i += 2) {
      const auto first = parse_hex64(page[i].text().value_or(""));
      if (!first || *first < from) return damaged(what + ": its index is no list of sequences");
      const std::string which =
          what + ": the segment that starts at sequence " + std::to_string(*first);
      const auto value = page[i + 1].text();
      if (!value) return damaged(which + " is missing");
      auto segment = load_segment(history_key(shard, entity, *first), entity, *value);
      if (!segment) return damaged(which + " has a checksum that does not match");
      if (last && i == 0) {
        if (*segment != *last) return merged_meanwhile(what);
        continue;
      }
      if (i > 0 && *first == from) return damaged(what + ": its index is no list of sequences");
      if (!visit(*segment)) return true;
      ++fresh;
      from = *first;
      newest = *std::move(segment);
    }
    if (last && *size == 0) return merged_meanwhile(what);
    if (*complete == 1) return true;
    if (fresh == 0) return unexpected(what);
    last = std::move(newest);
  }
}

StoreResult<std::vector<DueEntry>> RedisReader::due(ShardId shard, std::int64_t from_ms,
                                                    std::int64_t until_ms, std::size_t limit) {
  const ShardKeys& keys = keys_[shard];
  const std::string what = shard_name(shard) + ", due index";
  const std::string end =
      until_ms == std::numeric_limits<std::int64_t>::max() ? "+" : "(" + timer_bound(until_ms + 1);
  const auto most = std::min<std::size_t>(limit, std::size_t{1} << 20);
  if (from_ms > until_ms) return std::vector<DueEntry>{};
  const auto answer = read(keys,
                           {"ZRANGEBYLEX", keys.timers, "[" + timer_bound(from_ms), end, "LIMIT",
                            "0", std::to_string(most)},
                           what);
  if (!answer) return Fault{answer.error()};
  const ReplyView found = answer->reply(1);
  const auto size = found.size();
  if (!size || *size > most) return unexpected(what);
  std::vector<DueEntry> entries;
  entries.reserve(*size);
  for (std::size_t i = 0; i < *size; ++i) {
    auto entry = parse_timer_member(keys, found[i].text().value_or(""));
    if (!entry) return damaged(what + ": the checksum of an entry does not match");
    entries.push_back(*std::move(entry));
  }
  return entries;
}

StoreResult<std::optional<Head>> RedisReader::cursor(ShardId shard, std::string_view name) {
  const ShardKeys& keys = keys_[shard];
  const std::string what = shard_name(shard) + ", cursor " + std::string(name);
  const auto answer = read(keys, {"HGET", keys.cursors, name}, what);
  if (!answer) return Fault{answer.error()};
  const ReplyView found = answer->reply(1);
  if (found.is_null()) return std::optional<Head>{};
  const auto cursor = load_cursor(entity_key(shard, name), found.text().value_or(""));
  if (!cursor) return damaged(what + ": its checksum does not match");
  return cursor;
}

}  // namespace loyalty::persistence
