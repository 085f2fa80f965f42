// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <concepts>
#include <optional>
#include <string>
#include <type_traits>
#include <vector>

#include "domain/program/validation/check.hpp"

/// Bounds that hold for every field, whatever it means.
namespace loyalty::domain::validation {

void check_bound(Check& check, const std::string& path, const std::string& text);
void check_bound(Check& check, const std::string& path, const std::optional<std::string>& text);
void check_bound(Check& check, const std::string& path, std::int64_t number);
void check_bound(Check& check, const std::string& path, const std::optional<std::int64_t>& number);
void check_bound(Check& check, const std::string& path, const Decimal& number);
void check_bound(Check& check, const std::string& path, const Period& period);
void check_bound(Check& check, const std::string& path, const std::vector<std::string>& items);
void check_list_size(Check& check, const std::string& path, std::size_t size, bool of_rules);

template <class T>
void check_bound(Check& check, const std::string& path, const std::vector<T>& items) {
  check_list_size(check, path, items.size(), std::same_as<T, RuleDefinition>);
}

/// Flags and enumerations have no bounds; nested definitions are checked in their own turn, and
/// the small numbers (order, priority, days) where their meaning is known.
template <class T>
requires(std::same_as<T, bool> || std::same_as<T, std::int32_t> || std::is_enum_v<T> ||
         requires(T & t) {
           T::fields(t, [](const Field&, auto&) {});
         }) void check_bound(Check&, const std::string&, const T&) {}

/// The bounds of all fields of one definition.
template <class T>
void check_bounds(Check& check, const std::string& path, const T& item) {
  T::fields(item, [&](const Field& field, const auto& member) {
    check_bound(check,
                path.empty() ? std::string(field.name) : path + "." + std::string(field.name),
                member);
  });
}

}  // namespace loyalty::domain::validation
