// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <utility>

#include "persistence/store.hpp"

/// Short names for the kinds of StoreFault, as return values.
namespace loyalty::persistence {

using Fault = domain::Unexpected<StoreFault>;

inline Fault unavailable(std::string message) {
  return Fault{StoreFault{StoreFault::Kind::unavailable, std::move(message)}};
}
inline Fault damaged(std::string message) {
  return Fault{StoreFault{StoreFault::Kind::damaged, std::move(message)}};
}
inline Fault foreign(std::string message) {
  return Fault{StoreFault{StoreFault::Kind::foreign, std::move(message)}};
}
inline Fault invalid(std::string message) {
  return Fault{StoreFault{StoreFault::Kind::invalid, std::move(message)}};
}

/// "shard 3"
inline std::string shard_name(ShardId shard) { return "shard " + std::to_string(shard); }

inline Fault no_such_shard(ShardId shard, ShardId shards) {
  return unavailable(shard_name(shard) + " does not exist: the store has " +
                     std::to_string(shards));
}

}  // namespace loyalty::persistence
