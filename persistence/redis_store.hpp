// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>

#include "persistence/open_store.hpp"
#include "persistence/redis_url.hpp"
#include "persistence/store.hpp"

namespace loyalty::persistence {

/// Opens the store in a Redis database, or makes one there (docs/redis.md). One server at a time.
StoreResult<std::unique_ptr<Store>> open_redis_store(const RedisUrl& url,
                                                     const StoreOptions& options);

}  // namespace loyalty::persistence
