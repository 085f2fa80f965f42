// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <optional>
#include <shared_mutex>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "persistence/rocksdb_database.hpp"
#include "persistence/store.hpp"

namespace loyalty::persistence {

/// A database while it is read. `database` is null where it is closed, after a failed write.
struct DatabaseInUse {
  std::shared_lock<std::shared_mutex> lock;
  Database* database = nullptr;
};

/// The reading half of the RocksDB store: what `Store` promises of the methods of the same names.
/// Shards have been checked. Visitors are called while no lock is held.
class RocksDbReader {
 public:
  explicit RocksDbReader(std::function<DatabaseInUse()> use) : use_(std::move(use)) {}

  StoreResult<std::vector<std::optional<Snapshot>>> load(ShardId shard,
                                                         std::span<const std::string> entities);
  StoreResult<std::vector<Snapshot>> pinned(ShardId shard);
  StoreResult<bool> entities(ShardId shard, const std::function<bool(const std::string&)>& visit);
  StoreResult<bool> blocks(ShardId shard, std::uint64_t after,
                           const std::function<bool(const Block&)>& visit);
  StoreResult<bool> history(ShardId shard, std::string_view entity, std::uint64_t first_sequence,
                            const std::function<bool(const Segment&)>& visit);
  StoreResult<std::vector<DueEntry>> due(ShardId shard, std::int64_t from_ms, std::int64_t until_ms,
                                         std::size_t limit);
  StoreResult<std::optional<Head>> cursor(ShardId shard, std::string_view name);

 private:
  using Entries = std::vector<Database::Entry>;

  /// A page of what is there now.
  StoreResult<Entries> scan(Family family, const std::string& from, const std::string& end,
                            std::size_t limit, std::size_t bytes, const std::string& what);
  StoreResult<bool> for_each(Family family, std::string from, const std::string& end,
                             const std::string& what,
                             const std::function<StoreResult<bool>(const Database::Entry&)>& visit);

  std::function<DatabaseInUse()> use_;
};

}  // namespace loyalty::persistence
