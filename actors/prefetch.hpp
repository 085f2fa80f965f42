// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cstddef>

/// Memory that will be wanted in a moment is asked for now. No more than a hint: nothing depends on
/// it but time.
namespace loyalty::actors {

inline constexpr std::size_t cache_line = 64;
/// More than this would drive out what was asked for before.
inline constexpr std::size_t most_prefetched = 1024;

inline void prefetch_bytes(const void* begin, std::size_t bytes) {
  const auto* at = static_cast<const char*>(begin);
  for (std::size_t done = 0; done < std::min(bytes, most_prefetched); done += cache_line) {
    __builtin_prefetch(at + done, 1);
  }
}

/// The elements of a vector.
void prefetch_list(const auto& list) {
  if (!list.empty()) prefetch_bytes(list.data(), list.size() * sizeof(list[0]));
}

}  // namespace loyalty::actors
