// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <map>
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
  std::string_view name(std::uint32_t number) const;

  static void fields(auto& self, auto visit) {
    visit(required("entries", "kind/name in order of their numbers"), self.entries_);
  }
  /// Rebuilds what is derived from the entries, after they were read from a store.
  void reindex();

 private:
  std::vector<std::string> entries_;  // "currency/regular-points"
  std::map<std::string, std::uint32_t, std::less<>> numbers_;
};

}  // namespace loyalty::domain
