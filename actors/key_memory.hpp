// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "actors/prefetch.hpp"

namespace loyalty::actors {

/// A 64-bit fingerprint of every idempotency key an entity has ever seen (runtime.md R6). It tells
/// for sure that a key is new; that one is known is confirmed against the history.
class KeyMemory {
 public:
  static std::uint64_t fingerprint(std::string_view key);

  bool may_know(std::uint64_t fingerprint) const;
  void add(std::uint64_t fingerprint);
  std::size_t size() const { return sorted_.size() + recent_.size(); }

  /// What `may_know` looks at first.
  void prefetch() const { prefetch_list(recent_); }

  /// All fingerprints, ascending, for a snapshot.
  std::vector<std::uint64_t> all() const;
  static KeyMemory of(std::vector<std::uint64_t> ascending);

  friend bool operator==(const KeyMemory& a, const KeyMemory& b) { return a.all() == b.all(); }

 private:
  // New ones wait unsorted and are merged in bulk, so that adding costs little however many there
  // are.
  static constexpr std::size_t merge_at = 64;
  void merge();

  std::vector<std::uint64_t> sorted_;
  std::vector<std::uint64_t> recent_;
};

}  // namespace loyalty::actors
