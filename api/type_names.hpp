// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "api/methods.hpp"
#include "codec/described.hpp"
#include "codec/wire.hpp"
#include "domain/decimal.hpp"
#include "domain/time.hpp"

/// What the documentation calls the types of fields.
namespace loyalty::api {

template <class T>
std::string type_name() {
  using namespace codec;
  if constexpr (std::is_same_v<T, bool>) {
    return "boolean";
  } else if constexpr (Enumeration<T>) {
    std::string names;
    for (const auto name : domain::EnumNames<T>::names) {
      names += (names.empty() ? "" : " \\| ") + std::string(name);
    }
    return names;
  } else if constexpr (std::is_integral_v<T>) {
    return "integer";
  } else if constexpr (std::is_convertible_v<const T&, std::string_view>) {
    return "string";
  } else if constexpr (std::is_same_v<T, domain::Instant>) {
    return "epoch ms";
  } else if constexpr (std::is_same_v<T, domain::LocalDay>) {
    return "YYYY-MM-DD";
  } else if constexpr (std::is_same_v<T, domain::Decimal>) {
    return "decimal string";
  } else if constexpr (std::is_same_v<T, domain::Period>) {
    return "period string";
  } else if constexpr (std::is_same_v<T, RawMap>) {
    return "map";
  } else if constexpr (is_optional<T>) {
    return type_name<typename T::value_type>();
  } else if constexpr (is_named<T>) {
    return "map of name to " + type_name<typename T::value_type::second_type>();
  } else if constexpr (is_vector<T>) {
    return "list of " + type_name<typename T::value_type>();
  } else if constexpr (Described<T>) {
    std::string names;
    T value{};
    T::fields(value, [&](const domain::Field& info, auto&) {
      names += (names.empty() ? "" : ", ") + std::string(info.name);
    });
    return "{" + names + "}";
  } else if constexpr (std::is_same_v<T, domain::Points>) {
    return "points";
  } else {
    static_assert(std::is_same_v<T, domain::Money>, "a type with a name");
    return "minor units";
  }
}

template <class T>
std::vector<FieldLine> field_lines() {
  std::vector<FieldLine> lines;
  T value{};
  T::fields(value, [&]<class F>(const domain::Field& info, F&) {
    lines.push_back({std::string(info.name), type_name<std::remove_cv_t<F>>(), info.required,
                     std::string(info.doc)});
  });
  return lines;
}

}  // namespace loyalty::api
