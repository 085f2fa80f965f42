// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string>

#include "persistence/open_store.hpp"
#include "persistence/store.hpp"

namespace loyalty::persistence {

/// Opens or creates a RocksDB store in `directory` (runtime.md 3.3). One process at a time.
StoreResult<std::unique_ptr<Store>> open_rocksdb_store(const std::string& directory,
                                                       const StoreOptions& options);

}  // namespace loyalty::persistence
