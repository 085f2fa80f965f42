// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "persistence/store.hpp"

namespace loyalty::persistence {

/// When an acknowledged write is safe (runtime.md 3.4).
enum class Durability : std::uint8_t {
  relaxed,  ///< survives a crash of the process
  fsync,    ///< survives loss of power
};

struct StoreOptions {
  Durability durability = Durability::fsync;
  ShardId shards = 16;  ///< only when the store is created
};

/// Opens `memory` or `rocksdb:DIR` (created when missing).
StoreResult<std::unique_ptr<Store>> open_store(std::string_view url, const StoreOptions& options);

}  // namespace loyalty::persistence
