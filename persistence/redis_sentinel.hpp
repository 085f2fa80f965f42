// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "persistence/redis_connection.hpp"
#include "persistence/redis_url.hpp"

namespace loyalty::persistence {

/// Asks the sentinels of the URL, one after the other, who the primary is; the first answer counts.
/// Whether that server agrees is for the caller to see.
StoreResult<RedisEndpoint> discover_primary(const RedisUrl& url, Deadline deadline);

}  // namespace loyalty::persistence
