// SPDX-License-Identifier: Apache-2.0
#include "persistence/open_store.hpp"

#include "persistence/faults.hpp"
#include "persistence/memory_store.hpp"
#include "persistence/rocksdb_store.hpp"
#include "persistence/write_rules.hpp"

namespace loyalty::persistence {

StoreResult<std::unique_ptr<Store>> open_store(std::string_view url, const StoreOptions& options) {
  constexpr std::string_view rocksdb = "rocksdb:";
  if (options.shards == 0 || options.shards > max_shards) {
    return invalid("a store has 1 to " + std::to_string(max_shards) + " shards, not " +
                   std::to_string(options.shards));
  }
  if (url == "memory") return make_memory_store(options.shards);
  if (url.starts_with(rocksdb) && url.size() > rocksdb.size()) {
    return open_rocksdb_store(std::string(url.substr(rocksdb.size())), options);
  }
  return invalid("unknown store '" + std::string(url) + "': use memory or rocksdb:DIR");
}

}  // namespace loyalty::persistence
