// SPDX-License-Identifier: Apache-2.0
#include "persistence/open_store.hpp"

#include "persistence/faults.hpp"
#include "persistence/memory_store.hpp"
#include "persistence/redis_membership.hpp"
#include "persistence/redis_store.hpp"
#include "persistence/redis_url.hpp"
#include "persistence/rocksdb_inspection.hpp"
#include "persistence/rocksdb_store.hpp"
#include "persistence/write_rules.hpp"

namespace loyalty::persistence {
namespace {

Fault no_cluster(std::string_view url) {
  return invalid("a cluster needs a store that all of its nodes reach: Redis, not " +
                 std::string(url));
}

}  // namespace

StoreResult<std::unique_ptr<Store>> open_store(std::string_view url, const StoreOptions& options) {
  constexpr std::string_view rocksdb = "rocksdb:";
  const bool redis = is_redis_url(url);
  StoreOptions chosen = options;
  if (chosen.shards == 0) chosen.shards = redis ? redis_shards : embedded_shards;
  if (chosen.shards > max_shards) {
    return invalid("a store has 1 to " + std::to_string(max_shards) + " shards, not " +
                   std::to_string(options.shards));
  }
  if (options.shared && !redis) return no_cluster(url);
  if (redis) {
    const auto parsed = parse_redis_url(url);
    if (!parsed) return Fault{parsed.error()};
    return open_redis_store(*parsed, chosen);
  }
  const bool is_rocksdb = url.starts_with(rocksdb) && url.size() > rocksdb.size();
  if (url != "memory" && !is_rocksdb) {
    return invalid("unknown store '" + std::string(url) +
                   "': use memory, rocksdb:DIR, redis://HOST:PORT/DB, redis+unix:PATH, "
                   "redis-sentinel://HOST:PORT,.../MASTER or redis-cluster://HOST:PORT,...");
  }
  if (options.durability == Durability::replicated) {
    return invalid("durability replicated needs a store with replicas: Redis, not " +
                   std::string(url));
  }
  if (!is_rocksdb) return make_memory_store(chosen.shards);
  const std::string directory(url.substr(rocksdb.size()));
  if (chosen.beside_server) return open_rocksdb_inspection(directory);
  return open_rocksdb_store(directory, chosen);
}

StoreResult<std::unique_ptr<Membership>> open_membership(std::string_view url,
                                                         const StoreOptions& options) {
  if (!is_redis_url(url)) return no_cluster(url);
  const auto parsed = parse_redis_url(url);
  if (!parsed) return Fault{parsed.error()};
  return open_redis_membership(*parsed, options);
}

}  // namespace loyalty::persistence
