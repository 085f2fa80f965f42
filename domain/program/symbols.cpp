// SPDX-License-Identifier: Apache-2.0
#include "domain/program/symbols.hpp"

#include <utility>

namespace loyalty::domain {

std::uint32_t Symbols::intern(std::string_view kind, std::string_view name) {
  std::string entry = std::string(kind) + "/" + std::string(name);
  const auto found = numbers_.find(entry);
  if (found != numbers_.end()) return found->second;
  entries_.push_back(entry);
  const auto number = static_cast<std::uint32_t>(entries_.size());
  numbers_.emplace(std::move(entry), number);
  return number;
}

std::uint32_t Symbols::find(std::string_view kind, std::string_view name) const {
  const auto found = numbers_.find(std::string(kind) + "/" + std::string(name));
  return found == numbers_.end() ? 0 : found->second;
}

std::string_view Symbols::name(std::uint32_t number) const {
  if (number == 0 || number > entries_.size()) return {};
  const std::string_view entry = entries_[number - 1];
  return entry.substr(entry.find('/') + 1);
}

void Symbols::reindex() {
  numbers_.clear();
  for (std::size_t i = 0; i < entries_.size(); ++i) {
    numbers_.emplace(entries_[i], static_cast<std::uint32_t>(i + 1));
  }
}

}  // namespace loyalty::domain
