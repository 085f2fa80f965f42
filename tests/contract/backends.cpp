// SPDX-License-Identifier: Apache-2.0
#include <ostream>

#include "tests/contract/store_contract.hpp"

namespace loyalty::persistence::contract {
namespace {

std::string memory(const std::string&) { return "memory"; }
std::string rocksdb(const std::string& directory) { return "rocksdb:" + directory + "/store"; }

}  // namespace

std::vector<Backend> all_backends() {
  return {
      {"memory", memory},
      {"rocksdb", rocksdb},
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
