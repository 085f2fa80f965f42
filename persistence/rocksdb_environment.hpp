// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <rocksdb/env.h>

#include <memory>
#include <string>

#include "persistence/open_store.hpp"

namespace loyalty::persistence {

/// As `open_rocksdb_store`, over another environment than the machine's (a full or failing disk).
/// `env` must outlive the store.
StoreResult<std::unique_ptr<Store>> open_rocksdb_store_in(const std::string& directory,
                                                          const StoreOptions& options,
                                                          rocksdb::Env* env);

}  // namespace loyalty::persistence
