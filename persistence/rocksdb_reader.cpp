// SPDX-License-Identifier: Apache-2.0
#include "persistence/rocksdb_reader.hpp"

#include <algorithm>
#include <functional>
#include <limits>
#include <memory>
#include <utility>

#include "persistence/faults.hpp"
#include "persistence/rocksdb_format.hpp"

namespace loyalty::persistence {
namespace {

// How much a visit reads at a time: it holds no lock on the store while the visitor works.
constexpr std::size_t visit_entries = 64;
constexpr std::size_t visit_bytes = std::size_t{1} << 20;
/// So many names in order are not there by chance: somebody reads all that there are.
constexpr std::size_t fewest_of_a_scan = 16;
constexpr std::size_t unlimited = std::numeric_limits<std::size_t>::max();

std::string snapshot_name(ShardId shard, std::string_view entity) {
  return shard_name(shard) + ", snapshot of " + std::string(entity);
}

Fault closed() { return unavailable("the store is closed after a failed write"); }

/// Takes the value of the key with that number, or why there is none.
using TakeValue =
    std::function<StoreResult<bool>(std::size_t, const rocksdb::Status&, std::string_view)>;

StoreResult<bool> look_up(Database& database, const std::vector<std::string>& keys,
                          const TakeValue& take) {
  const std::vector<rocksdb::Slice> slices(keys.begin(), keys.end());
  std::vector<rocksdb::PinnableSlice> values(keys.size());
  std::vector<rocksdb::Status> statuses(keys.size());
  database.db().MultiGet(rocksdb::ReadOptions(), database.family(Family::snap), keys.size(),
                         slices.data(), values.data(), statuses.data());
  for (std::size_t i = 0; i < keys.size(); ++i) {
    if (auto taken = take(i, statuses[i], values[i].ToStringView()); !taken) return taken;
  }
  return true;
}

/// From one to the next, which where they stand next to each other is a third of looking them up.
StoreResult<bool> walk(Database& database, const std::vector<std::string>& keys,
                       const TakeValue& take) {
  rocksdb::ReadOptions options;
  options.fill_cache = false;
  const std::unique_ptr<rocksdb::Iterator> at(
      database.db().NewIterator(options, database.family(Family::snap)));
  for (std::size_t i = 0; i < keys.size(); ++i) {
    if (at->Valid() && at->key().compare(keys[i]) < 0) at->Next();
    if (!at->Valid() || at->key().compare(keys[i]) < 0) at->Seek(keys[i]);
    const bool there = at->Valid() && at->key() == keys[i];
    const auto status = there || !at->status().ok() ? at->status() : rocksdb::Status::NotFound();
    auto taken = take(i, status, there ? at->value().ToStringView() : std::string_view());
    if (!taken) return taken;
  }
  return true;
}

}  // namespace

StoreResult<std::vector<std::optional<Snapshot>>> RocksDbReader::load(
    ShardId shard, std::span<const std::string> entities) {
  const DatabaseInUse in_use = use_();
  if (in_use.database == nullptr) return closed();
  Database& database = *in_use.database;
  std::vector<std::string> keys;
  keys.reserve(entities.size());
  for (const auto& entity : entities) keys.push_back(entity_key(shard, entity));
  std::vector<std::optional<Snapshot>> found(keys.size());
  const auto take = [&](std::size_t i, const rocksdb::Status& status,
                        std::string_view value) -> StoreResult<bool> {
    const auto what = [&] { return snapshot_name(shard, entities[i]); };
    if (status.IsNotFound()) {
      auto pinned_value = database.get(Family::pinned, keys[i], what());
      if (!pinned_value) return Fault{pinned_value.error()};
      if (!*pinned_value) return true;
      found[i] = load_snapshot(keys[i], **pinned_value, true);
    } else if (status.ok()) {
      found[i] = load_snapshot(keys[i], value, false);
    } else {
      return fault_of(status, what());
    }
    if (!found[i]) return damaged(what() + ": its checksum does not match");
    return true;
  };
  const bool go_through = keys.size() >= fewest_of_a_scan && std::ranges::is_sorted(keys);
  if (const auto read = (go_through ? walk : look_up)(database, keys, take); !read) {
    return Fault{read.error()};
  }
  return found;
}

StoreResult<bool> RocksDbReader::entities(ShardId shard,
                                          const std::function<bool(const std::string&)>& visit) {
  const auto all_pinned = pinned(shard);  // few
  if (!all_pinned) return Fault{all_pinned.error()};
  std::vector<std::string> names;
  for (const auto& snapshot : *all_pinned) names.push_back(snapshot.entity);
  auto next = names.begin();
  bool wanted = true;
  const auto visit_pinned_before = [&](std::string_view entity) {
    for (; wanted && next != names.end() && *next < entity; ++next) wanted = visit(*next);
  };
  const auto read =
      for_each(Family::snap, shard_key(shard), shard_end(shard), shard_name(shard) + ", snapshots",
               [&](const Database::Entry& entry) -> StoreResult<bool> {
                 const std::string entity(entity_of_key(entry.key));
                 visit_pinned_before(entity);
                 wanted = wanted && visit(entity);
                 return wanted;
               });
  if (!read) return read;
  for (; wanted && next != names.end(); ++next) wanted = visit(*next);
  return true;
}

StoreResult<std::vector<Snapshot>> RocksDbReader::pinned(ShardId shard) {
  const auto entries = scan(Family::pinned, shard_key(shard), shard_end(shard), unlimited,
                            unlimited, shard_name(shard) + ", pinned snapshots");
  if (!entries) return Fault{entries.error()};
  std::vector<Snapshot> found;
  for (const auto& [key, value] : *entries) {
    auto snapshot = load_snapshot(key, value, true);
    if (!snapshot) {
      return damaged(snapshot_name(shard, entity_of_key(key)) + ": its checksum does not match");
    }
    found.push_back(*std::move(snapshot));
  }
  return found;
}

StoreResult<bool> RocksDbReader::blocks(ShardId shard, std::uint64_t after,
                                        const std::function<bool(const Block&)>& visit) {
  if (after == std::numeric_limits<std::uint64_t>::max()) return true;
  const std::string what = shard_name(shard) + ", journal";
  return for_each(Family::journal, journal_key(shard, after + 1), shard_end(shard), what,
                  [&](const Database::Entry& entry) -> StoreResult<bool> {
                    const auto block = load_block(entry.key, entry.value);
                    if (block) return visit(*block);
                    return damaged(what + ": the block that ends at position " +
                                   std::to_string(position_of_journal_key(entry.key)) +
                                   " has a checksum that does not match");
                  });
}

StoreResult<bool> RocksDbReader::history(ShardId shard, std::string_view entity,
                                         std::uint64_t first_sequence,
                                         const std::function<bool(const Segment&)>& visit) {
  const std::string what = shard_name(shard) + ", history of " + std::string(entity);
  std::string end = history_key(shard, entity, std::numeric_limits<std::uint64_t>::max());
  end.push_back('\0');  // the smallest key after the last one
  std::optional<Database::Entry> last;
  for (;;) {
    // A page begins with the last one of the page before: if that is not as it was, it was merged
    // with what would come now.
    const std::string from = last ? last->key : history_key(shard, entity, first_sequence);
    const std::size_t most = visit_bytes + (last ? last->key.size() + last->value.size() : 0);
    auto page = scan(Family::history, from, end, visit_entries + 1, most, what);
    if (!page) return Fault{page.error()};
    std::size_t bytes = 0;
    for (const auto& entry : *page) bytes += entry.key.size() + entry.value.size();
    const bool complete = page->size() <= visit_entries && bytes < most;
    if (last) {
      if (page->empty() || page->front().key != last->key || page->front().value != last->value) {
        return unavailable(what + ": it was merged while it was read");
      }
      page->erase(page->begin());
    }
    for (const auto& entry : *page) {
      const auto segment = load_segment(entry.key, entity, entry.value);
      if (!segment) {
        return damaged(what + ": the segment that starts at sequence " +
                       std::to_string(sequence_of_history_key(entry.key)) +
                       " has a checksum that does not match");
      }
      if (!visit(*segment)) return true;
    }
    if (complete) return true;
    last = std::move(page->back());
  }
}

StoreResult<std::vector<DueEntry>> RocksDbReader::due(ShardId shard, std::int64_t from_ms,
                                                      std::int64_t until_ms, std::size_t limit) {
  const std::string end = until_ms == std::numeric_limits<std::int64_t>::max()
                              ? shard_end(shard)
                              : timer_key(shard, until_ms + 1, {});
  const auto entries = scan(Family::timers, timer_key(shard, from_ms, {}), end, limit, unlimited,
                            shard_name(shard) + ", due index");
  if (!entries) return Fault{entries.error()};
  std::vector<DueEntry> found;
  found.reserve(entries->size());
  for (const auto& entry : *entries) found.push_back(due_entry_of_timer_key(entry.key));
  return found;
}

StoreResult<std::optional<Head>> RocksDbReader::cursor(ShardId shard, std::string_view name) {
  const DatabaseInUse in_use = use_();
  if (in_use.database == nullptr) return closed();
  const std::string what = shard_name(shard) + ", cursor " + std::string(name);
  const std::string key = entity_key(shard, name);
  const auto value = in_use.database->get(Family::cursor, key, what);
  if (!value) return Fault{value.error()};
  if (!*value) return std::optional<Head>{};
  const auto cursor = load_cursor(key, **value);
  if (!cursor) return damaged(what + ": its checksum does not match");
  return cursor;
}

StoreResult<RocksDbReader::Entries> RocksDbReader::scan(Family family, const std::string& from,
                                                        const std::string& end, std::size_t limit,
                                                        std::size_t bytes,
                                                        const std::string& what) {
  const DatabaseInUse in_use = use_();
  if (in_use.database == nullptr) return closed();
  return in_use.database->scan(family, from, end, limit, bytes, what);
}

StoreResult<bool> RocksDbReader::for_each(
    Family family, std::string from, const std::string& end, const std::string& what,
    const std::function<StoreResult<bool>(const Database::Entry&)>& visit) {
  for (;;) {
    auto entries = scan(family, from, end, visit_entries, visit_bytes, what);
    if (!entries) return Fault{entries.error()};
    if (entries->empty()) return true;
    for (const auto& entry : *entries) {
      const auto more = visit(entry);
      if (!more || !*more) return more ? StoreResult<bool>(true) : more;
    }
    from = std::move(entries->back().key);
    from.push_back('\0');
  }
}

}  // namespace loyalty::persistence
