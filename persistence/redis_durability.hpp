// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string_view>

#include "persistence/open_store.hpp"
#include "persistence/redis_connection.hpp"

/// Whether a server keeps what the chosen level promises (runtime.md 3.4).
namespace loyalty::persistence {

struct ServerState {
  bool primary = false;
  bool synced = false;       ///< each write is on the disk before it is answered
  std::size_t replicas = 0;  ///< that are online
};

/// From the text of INFO replication.
bool is_primary(std::string_view info);
std::size_t online_replicas(std::string_view info);

/// Asks the server for its settings; `unavailable` by the name of the first that is too weak, with
/// its value, what is expected and how to set it.
StoreResult<ServerState> check_server(RedisConnection& connection, Durability durability,
                                      Deadline deadline);

/// Only whether it is a primary: for connections that read.
StoreResult<ServerState> check_role(RedisConnection& connection, Deadline deadline);

}  // namespace loyalty::persistence
