// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string>

#include "persistence/store.hpp"

namespace loyalty::persistence {

/// Opens the RocksDB store in `directory` to read it as it is at this moment, also beside the
/// server that uses it. What would write is answered `unavailable`.
StoreResult<std::unique_ptr<Store>> open_rocksdb_inspection(const std::string& directory);

}  // namespace loyalty::persistence
