// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <utility>
#include <vector>

namespace loyalty::replay {

/// Sums by a key, few of them: found by looking through, added up entry by entry.
template <class Key, class Value>
class Tally {
 public:
  Value& operator[](const Key& key) {
    for (auto& [known, value] : entries_) {
      if (known == key) return value;
    }
    return entries_.emplace_back(key, Value{}).second;
  }
  /// What was summed up for the key; nothing of it is an empty value.
  Value at(const Key& key) const {
    for (const auto& [known, value] : entries_) {
      if (known == key) return value;
    }
    return Value{};
  }

  Tally& operator+=(const Tally& other) {
    for (const auto& [key, value] : other) (*this)[key] += value;
    return *this;
  }
  void clear() { entries_.clear(); }

  auto begin() const { return entries_.begin(); }
  auto end() const { return entries_.end(); }

 private:
  std::vector<std::pair<Key, Value>> entries_;
};

}  // namespace loyalty::replay
