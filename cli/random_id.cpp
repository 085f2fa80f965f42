// SPDX-License-Identifier: Apache-2.0
#include "cli/random_id.hpp"

#include <random>
#include <string_view>

namespace loyalty::cli {

std::string random_id() {
  constexpr std::string_view digits = "0123456789abcdef";
  std::random_device source;
  std::string id;
  while (id.size() < 16) {
    auto bits = source();
    for (int i = 0; i < 8; ++i, bits >>= 4) id += digits[bits & 15U];
  }
  return id;
}

}  // namespace loyalty::cli
