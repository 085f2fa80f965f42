// SPDX-License-Identifier: Apache-2.0
#include "domain/program/definition_difference.hpp"

#include <algorithm>
#include <map>
#include <set>
#include <utility>

#include "domain/replaced.hpp"

namespace loyalty::domain {
namespace {

template <class T>
const std::string& key_of_entry(const T& entry) {
  return entry.id;
}
const std::string& key_of_entry(const std::string& entry) { return entry; }

/// Shows every list of a definition with its difference.
template <class See>
void each_list(See see) {
  using From = ProgramDefinition;
  using To = DefinitionDifference;
  see(&From::currencies, &To::currencies);
  see(&From::tier_groups, &To::tier_groups);
  see(&From::benefit_types, &To::benefit_types);
  see(&From::benefits, &To::benefits);
  see(&From::activities, &To::activities);
  see(&From::rules, &To::rules);
  see(&From::vouchers, &To::vouchers);
  see(&From::offers, &To::offers);
  see(&From::promotions, &To::promotions);
  see(&From::partners, &To::partners);
}

template <class T>
ListDifference<T> difference_of(const std::vector<T>& from, const std::vector<T>& to) {
  ListDifference<T> result;
  std::map<std::string, const T*> before;
  for (const auto& entry : from) before.emplace(key_of_entry(entry), &entry);
  for (std::size_t i = 0; i < to.size(); ++i) {
    const auto old = before.find(key_of_entry(to[i]));
    const bool stays = old != before.end() && *old->second == to[i];
    if (!stays) result.placed.push_back({static_cast<std::uint32_t>(i), to[i]});
    if (!stays && old != before.end()) result.removed.push_back(old->first);
    if (old != before.end()) before.erase(old);
  }
  // In the order of the old list, so that the same change is always told in the same bytes.
  for (const auto& entry : from) {
    if (before.contains(key_of_entry(entry))) result.removed.push_back(key_of_entry(entry));
  }
  return result;
}

template <class T>
void apply_to(const ListDifference<T>& change, std::vector<T>& list) {
  const std::set<std::string> removed(change.removed.begin(), change.removed.end());
  std::erase_if(list, [&](const T& entry) { return removed.contains(key_of_entry(entry)); });
  for (const auto& [position, entry] : change.placed) {
    const std::size_t place = std::min<std::size_t>(position, list.size());
    list.insert(list.begin() + static_cast<std::ptrdiff_t>(place), entry);
  }
}

}  // namespace

DefinitionDifference::DefinitionDifference() = default;
DefinitionDifference::DefinitionDifference(const DefinitionDifference&) = default;
DefinitionDifference::DefinitionDifference(DefinitionDifference&&) noexcept = default;
DefinitionDifference& DefinitionDifference::operator=(const DefinitionDifference& other) {
  replace(*this, DefinitionDifference(other));
  return *this;
}
DefinitionDifference& DefinitionDifference::operator=(DefinitionDifference&& other) noexcept {
  replace(*this, std::move(other));
  return *this;
}
DefinitionDifference::~DefinitionDifference() = default;

void apply(const DefinitionDifference& change, ProgramDefinition& definition) {
  each_list([&](auto list, auto part) { apply_to(change.*part, definition.*list); });
}

std::optional<DefinitionDifference> difference(const ProgramDefinition& from,
                                               const ProgramDefinition& to) {
  DefinitionDifference change;
  each_list([&](auto list, auto part) { change.*part = difference_of(from.*list, to.*list); });
  ProgramDefinition made = from;
  apply(change, made);
  if (made != to) return std::nullopt;
  return change;
}

}  // namespace loyalty::domain
