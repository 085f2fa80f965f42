// SPDX-License-Identifier: Apache-2.0
#include "persistence/failpoint.hpp"

#ifdef LOYALTY_FAILPOINTS

#include <algorithm>
#include <atomic>
#include <csignal>
#include <cstdlib>
#include <string>

namespace loyalty::persistence {
namespace {

/// Where the process ends, from the environment.
struct Armed {
  std::string name;
  std::atomic<long> passes_left{0};

  Armed() {
    const char* wanted = std::getenv("LOYALTY_FAILPOINT");
    if (wanted == nullptr) return;
    name = wanted;
    const auto colon = name.rfind(':');
    passes_left = colon == std::string::npos ? 1 : std::atol(name.c_str() + colon + 1);
    name.resize(std::min(colon, name.size()));
  }
};

}  // namespace

void failpoint(std::string_view name) {
  static Armed armed;
  if (name == armed.name && --armed.passes_left == 0) std::raise(SIGKILL);
}

}  // namespace loyalty::persistence

#endif
