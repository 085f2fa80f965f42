// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <vector>

#include "persistence/open_store.hpp"
#include "persistence/redis_client.hpp"
#include "persistence/redis_format.hpp"
#include "persistence/redis_memory.hpp"

namespace loyalty::persistence {

/// What the database holds, as far as it has to be known before anything is done with it.
struct FoundStore {
  std::optional<StoreIdentity> identity;
  /// What was acknowledged, as this server remembers; nullopt where it remembers nothing.
  std::optional<Watermark> acknowledged;
};

/// Reads the format record and compares it with what is remembered: `foreign` for another store or
/// another format, `damaged` when a store with acknowledged positions is gone.
StoreResult<FoundStore> find_store(RedisClient& client, const RedisUrl& url,
                                   const std::optional<RedisMemory>& memory);

/// Makes a store in a database that has no keys of one. An interrupted attempt is finished.
StoreResult<StoreIdentity> create_store(RedisClient& client, const RedisUrl& url, ShardId shards);

/// Reads the owner records and verifies that each journal ends where its record says, and that all
/// that was acknowledged is still there.
StoreResult<std::vector<OwnerRecord>> verify_store(RedisClient& client,
                                                   const std::vector<ShardKeys>& keys,
                                                   const Watermark& acknowledged);

}  // namespace loyalty::persistence
