// SPDX-License-Identifier: Apache-2.0
#include "actors/key_memory.hpp"

#include <xxhash.h>

#include <algorithm>

namespace loyalty::actors {

std::uint64_t KeyMemory::fingerprint(std::string_view key) {
  return XXH3_64bits(key.data(), key.size());
}

bool KeyMemory::may_know(std::uint64_t fingerprint) const {
  return std::find(recent_.begin(), recent_.end(), fingerprint) != recent_.end() ||
         std::binary_search(sorted_.begin(), sorted_.end(), fingerprint);
}

void KeyMemory::add(std::uint64_t fingerprint) {
  recent_.push_back(fingerprint);
  if (recent_.size() >= merge_at) merge();
}

void KeyMemory::merge() {
  std::sort(recent_.begin(), recent_.end());
  const auto middle = static_cast<std::ptrdiff_t>(sorted_.size());
  sorted_.insert(sorted_.end(), recent_.begin(), recent_.end());
  std::inplace_merge(sorted_.begin(), sorted_.begin() + middle, sorted_.end());
  recent_.clear();
}

std::vector<std::uint64_t> KeyMemory::all() const {
  KeyMemory merged = *this;
  merged.merge();
  return std::move(merged.sorted_);
}

KeyMemory KeyMemory::of(std::vector<std::uint64_t> ascending) {
  KeyMemory memory;
  memory.sorted_ = std::move(ascending);
  return memory;
}

}  // namespace loyalty::actors
