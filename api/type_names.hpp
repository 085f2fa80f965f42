// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "api/methods.hpp"
#include "codec/described.hpp"
#include "codec/wire.hpp"
#include "domain/decimal.hpp"
#include "domain/time.hpp"

/// What the documentation calls the types of fields. Cold: made once, for many types.
namespace loyalty::api {

namespace detail {

/// One field of a type and how its own type is called. With it the list is made the same way for
/// every type, and compiled once.
struct TypedField {
  domain::Field info;
  std::string (*type)();
};
inline std::vector<FieldLine> lines_of(std::span<const TypedField> fields) {
  std::vector<FieldLine> lines;
  for (const auto& [info, type] : fields) {
    lines.push_back({std::string(info.name), type(), info.required, std::string(info.doc)});
  }
  return lines;
}
inline std::string braced(std::span<const std::string_view> names) {
  std::string text = "{";
  for (const auto name : names) text += (text.size() > 1 ? ", " : "") + std::string(name);
  return text + "}";
}

}  // namespace detail

template <class T>
[[gnu::cold]] std::string type_name() {
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
    std::array<std::string_view, codec::FieldTable::max_fields> names;
    std::size_t count = 0;
    T value{};
    T::fields(value, [&](const domain::Field& info, auto&) { names[count++] = info.name; });
    return detail::braced(std::span(names).first(count));
  } else if constexpr (std::is_same_v<T, domain::Points>) {
    return "points";
  } else {
    static_assert(std::is_same_v<T, domain::Money>, "a type with a name");
    return "minor units";
  }
}

template <class T>
[[gnu::cold]] std::vector<FieldLine> field_lines() {
  std::array<detail::TypedField, codec::FieldTable::max_fields> fields;
  std::size_t count = 0;
  T value{};
  T::fields(value, [&]<class F>(const domain::Field& info, F&) {
    fields[count++] = {info, type_name<std::remove_cv_t<F>>};
  });
  return detail::lines_of(std::span(fields).first(count));
}

}  // namespace loyalty::api
