// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "persistence/membership.hpp"
#include "persistence/open_store.hpp"
#include "persistence/redis_url.hpp"

namespace loyalty::persistence {

/// The table of nodes in a Redis database, over a connection of its own: a heartbeat does not wait
/// behind a commit.
///
///   loy:{m}:nodes  hash  name -> incarnation (32 hex digits), state, heartbeat, lowest and highest
///                        protocol, peer address, client address, seal of what never changes
///   loy:{m}:v      hash  v version; p:SHARD -> name of the node that it is pinned to
StoreResult<std::unique_ptr<Membership>> open_redis_membership(const RedisUrl& url,
                                                               const StoreOptions& options);

/// The text of a record, and back; nullopt when it is none or its seal does not hold.
std::string node_record_text(const NodeRecord& node);
std::optional<NodeRecord> parse_node_record(std::string_view name, std::string_view text);

}  // namespace loyalty::persistence
