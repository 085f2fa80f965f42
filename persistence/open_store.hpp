// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <memory>
#include <string>
#include <string_view>

#include "persistence/membership.hpp"
#include "persistence/store.hpp"

namespace loyalty::persistence {

/// When an acknowledged write is safe (runtime.md 3.4).
enum class Durability : std::uint8_t {
  relaxed,     ///< survives a crash of the process
  fsync,       ///< survives loss of power
  replicated,  ///< is on every replica that is online as well; Redis only
};

struct StoreOptions {
  Durability durability = Durability::fsync;
  ShardId shards = 0;  ///< only when the store is created; 0: the store's choice
  /// Redis only: where this server remembers, outside of the store, what was acknowledged; made
  /// when it is missing.
  std::string state_directory{};
  /// Redis only: open a store that exists, for reading, and write nothing at all to the server, not
  /// even that somebody is there. Without a state directory nothing is compared with what was
  /// acknowledged.
  bool inspect = false;
  /// RocksDB only: open a store that exists, for reading, as it is at this moment. A server may be
  /// using it: it is neither held up nor seen writing.
  bool beside_server = false;
  /// Redis only: other servers may use the store at the same time, as nodes of one cluster.
  bool shared = false;
  /// Redis only: after this long a request is given up.
  std::chrono::milliseconds request_timeout{2000};
};

inline constexpr ShardId embedded_shards = 16;
inline constexpr ShardId redis_shards = 64;

/// Opens `memory`, `rocksdb:DIR` (created when missing) or a Redis store (redis_url.hpp; created in
/// a database without one).
StoreResult<std::unique_ptr<Store>> open_store(std::string_view url, const StoreOptions& options);

/// The table of nodes in the same place: Redis only, `invalid` elsewhere.
StoreResult<std::unique_ptr<Membership>> open_membership(std::string_view url,
                                                         const StoreOptions& options);

}  // namespace loyalty::persistence
