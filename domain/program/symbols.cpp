// SPDX-License-Identifier: Apache-2.0
#include "domain/program/symbols.hpp"

#include <functional>
#include <utility>

namespace loyalty::domain {

std::uint32_t Symbols::intern(std::string_view kind, std::string_view name) {
  if (const std::uint32_t known = find(kind, name)) return known;
  entries_.push_back(std::string(kind) + "/" + std::string(name));
  if (entries_.size() * 2 > slots_.size()) {
    reindex();
  } else {
    remember(entries_.size());
  }
  return static_cast<std::uint32_t>(entries_.size());
}

std::uint32_t Symbols::find(std::string_view kind, std::string_view name) const {
  if (slots_.empty()) return 0;
  for (std::size_t slot = first_slot(name); slots_[slot] != 0; slot = next(slot)) {
    const std::string_view entry = entries_[slots_[slot] - 1];
    if (entry.size() == kind.size() + 1 + name.size() && entry[kind.size()] == '/' &&
        entry.ends_with(name) && entry.starts_with(kind)) {
      return slots_[slot];
    }
  }
  return 0;
}

void Symbols::reindex() {
  std::size_t slots = 16;
  while (slots < entries_.size() * 4) slots *= 2;
  slots_.assign(slots, 0);
  names_at_.clear();
  for (std::size_t number = 1; number <= entries_.size(); ++number) remember(number);
}

/// Numbers are remembered in ascending order.
void Symbols::remember(std::size_t number) {
  const std::string_view entry = entries_[number - 1];
  const std::size_t at = entry.find('/') + 1;
  names_at_.push_back(static_cast<std::uint32_t>(at));
  std::size_t slot = first_slot(entry.substr(at));
  while (slots_[slot] != 0) slot = next(slot);
  slots_[slot] = static_cast<std::uint32_t>(number);
}

/// By the name alone: few names are used for several kinds.
std::size_t Symbols::first_slot(std::string_view name) const {
  return std::hash<std::string_view>{}(name) & (slots_.size() - 1);
}

}  // namespace loyalty::domain
