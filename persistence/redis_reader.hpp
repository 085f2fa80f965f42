// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "persistence/redis_client.hpp"
#include "persistence/redis_format.hpp"

namespace loyalty::persistence {

/// The reading half of the Redis store, on connections of its own. Whatever is read, the owner
/// record is read with it: an emptied database must not pass for one without entities. Visitors are
/// called between requests and may use the store.
class RedisReader {
 public:
  RedisReader(RedisClient::Options options, const std::vector<ShardKeys>& keys)
      : client_(std::move(options)), keys_(keys) {}

  StoreResult<bool> connect() { return client_.connect(); }

  StoreResult<Loaded> load(ShardId shard, std::span<const std::string> entities);
  StoreResult<std::vector<Snapshot>> pinned(ShardId shard);
  StoreResult<bool> entities(ShardId shard, const std::function<bool(const std::string&)>& visit);
  StoreResult<bool> blocks(ShardId shard, std::uint64_t after,
                           const std::function<bool(const Block&)>& visit);
  /// Of the segments that start at `first_sequence` or later.
  StoreResult<bool> history(ShardId shard, std::string_view entity, std::uint64_t first_sequence,
                            const std::function<bool(const Segment&)>& visit);
  StoreResult<std::vector<DueEntry>> due(ShardId shard, std::int64_t from_ms, std::int64_t until_ms,
                                         std::size_t limit);
  StoreResult<std::optional<Head>> cursor(ShardId shard, std::string_view name);

 private:
  /// The reply to the last of the commands; the first reads the owner record.
  StoreResult<RedisAnswer> read(const ShardKeys& keys, RedisCommand command,
                                const std::string& what);
  StoreResult<RedisAnswer> ask_once(const ShardKeys& keys, std::vector<RedisCommand> commands,
                                    const std::string& what);
  StoreResult<bool> add_names(const ShardKeys& keys, const std::string& hash,
                              std::vector<std::string>& names);

  RedisClient client_;
  const std::vector<ShardKeys>& keys_;
};

}  // namespace loyalty::persistence
