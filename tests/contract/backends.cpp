// SPDX-License-Identifier: Apache-2.0
#include <map>
#include <ostream>

#include "tests/contract/store_contract.hpp"
#include "tests/support/redis_server.hpp"

namespace loyalty::persistence::contract {
namespace {

std::string memory(const std::string&) { return "memory"; }
std::string rocksdb(const std::string& directory) { return "rocksdb:" + directory + "/store"; }

/// One server for the program; each test has a database of its own in it.
std::string redis(const std::string& directory) {
  static const test::RedisServer server({.config = {"databases 1024"}});
  static std::map<std::string, std::size_t> databases;
  const auto database = databases.emplace(directory, databases.size()).first->second;
  return "redis+unix:" + server.socket() + "?db=" + std::to_string(database);
}

}  // namespace

std::vector<Backend> all_backends() {
  return {
      {"memory", memory, Durability::relaxed},
      {"rocksdb", rocksdb, Durability::relaxed},
      // Only what is synced at once is stable at once.
      {"redis", redis, Durability::fsync},
  };
}

std::vector<Backend> durable_backends() {
  auto backends = all_backends();
  std::erase_if(backends, [](const Backend& backend) { return backend.name == "memory"; });
  return backends;
}

std::string backend_name(const testing::TestParamInfo<Backend>& info) { return info.param.name; }

void PrintTo(const Backend& backend, std::ostream* out) { *out << backend.name; }

}  // namespace loyalty::persistence::contract
