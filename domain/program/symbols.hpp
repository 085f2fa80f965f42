// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "domain/fields.hpp"

namespace loyalty::domain {

/// The names a program has ever used, each with its number. Numbers are given in order of first
/// use and never reused, so stored state stays readable when a definition is gone.
class Symbols {
 public:
  /// The number of a name of one kind ("currency", "tier", ...); a new one when it is new.
  std::uint32_t intern(std::string_view kind, std::string_view name);
  /// 0 when the name was never used.
  std::uint32_t find(std::string_view kind, std::string_view name) const;
  /// The name of a number; "" for 0 or a number never given.
  std::string_view name(std::uint32_t number) const {
    if (number == 0 || number > names_at_.size()) return {};
    return std::string_view(entries_[number - 1]).substr(names_at_[number - 1]);
  }

  static void fields(auto& self, auto visit) {
    visit(required("entries", "kind/name in order of their numbers"), self.entries_);
  }
  /// Rebuilds what is derived from the entries, after they were read from a store.
  void reindex();

 private:
  void remember(std::size_t number);
  std::size_t first_slot(std::string_view name) const;
  std::size_t next(std::size_t slot) const { return (slot + 1) & (slots_.size() - 1); }

  std::vector<std::string> entries_;  // "currency/regular-points"
  // Derived. Names are found by their hash: numbers in slots, a power of two of them, 0 for none.
  std::vector<std::uint32_t> slots_;
  std::vector<std::uint32_t> names_at_;  // of each entry, where the name begins
};

}  // namespace loyalty::domain
