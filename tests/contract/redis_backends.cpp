// SPDX-License-Identifier: Apache-2.0
#include <map>
#include <ostream>
#include <set>

#include "tests/contract/store_contract.hpp"
#include "tests/support/redis_server.hpp"

/// The contract on Redis of more than one server. Starting those takes seconds, so that all cases
/// of this program run in one process.
namespace loyalty::persistence::contract {
namespace {

/// A cluster has one database: it is emptied for each test.
std::string cluster(const std::string& directory) {
  static const test::RedisCluster servers;
  static std::set<std::string> seen;
  if (seen.insert(directory).second) servers.clear();
  return servers.url();
}

std::string sentinel(const std::string& directory) {
  static const test::RedisPair servers({"databases 1024"});
  static std::map<std::string, std::size_t> databases;
  const auto database = databases.emplace(directory, databases.size()).first->second;
  return servers.url() + "?db=" + std::to_string(database);
}

}  // namespace

std::vector<Backend> all_backends() {
  return {
      {"redis_cluster", cluster, Durability::fsync},
      {"redis_sentinel", sentinel, Durability::fsync},
  };
}

std::vector<Backend> durable_backends() { return all_backends(); }

std::string backend_name(const testing::TestParamInfo<Backend>& info) { return info.param.name; }

void PrintTo(const Backend& backend, std::ostream* out) { *out << backend.name; }

}  // namespace loyalty::persistence::contract
