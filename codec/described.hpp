// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <boost/variant2/variant.hpp>
#include <cstddef>
#include <optional>
#include <type_traits>
#include <utility>
#include <vector>

#include "domain/few.hpp"
#include "domain/fields.hpp"
#include "domain/named.hpp"
#include "domain/queue.hpp"

/// What the codecs ask about a type at compile time.
namespace loyalty::codec {

/// Has a field list (domain/fields.hpp).
template <class T>
concept Described = requires(T& value) {
  T::fields(value, [](const domain::Field&, auto&) {});
};

template <class T>
concept Enumeration = std::is_enum_v<T>;

template <class T>
inline constexpr bool is_optional = false;
template <class T>
inline constexpr bool is_optional<std::optional<T>> = true;

template <class T>
inline constexpr bool is_vector = false;
template <class T>
inline constexpr bool is_vector<std::vector<T>> = true;
template <class T>
inline constexpr bool is_vector<domain::Queue<T>> = true;
template <class T, std::size_t N>
inline constexpr bool is_vector<domain::Few<T, N>> = true;

/// domain::Named<T>, which is a map on the wire.
template <class T>
inline constexpr bool is_named = false;
template <class T>
inline constexpr bool is_named<std::vector<std::pair<std::string_view, T>>> = true;
template <class T, std::size_t N>
inline constexpr bool is_named<domain::Few<std::pair<std::string_view, T>, N>> = true;

template <class T>
inline constexpr bool is_variant = false;
template <class... T>
inline constexpr bool is_variant<boost::variant2::variant<T...>> = true;
/// A type of its own that is one of its `Alternatives`.
template <class T>
requires std::is_base_of_v<typename T::Alternatives, T>
inline constexpr bool is_variant<T> = true;

template <class T>
struct AlternativesOf {
  using Type = T;
};
template <class T>
requires std::is_base_of_v<typename T::Alternatives, T>
struct AlternativesOf<T> {
  using Type = typename T::Alternatives;
};
template <class Variant>
inline constexpr std::size_t alternatives =
    boost::variant2::variant_size_v<typename AlternativesOf<Variant>::Type>;

/// A number with a meaning: Points, Money, Instant, LocalDay, Symbol.
template <class T>
concept HasValue = requires(T value) {
  value.value;
}
&&sizeof(T) == sizeof(std::int64_t) && !Described<T>;
template <class T>
concept HasNumber = requires(T value) {
  value.number;
}
&&!Described<T>;

template <Described T>
std::size_t field_count(T& value) {
  std::size_t count = 0;
  T::fields(value, [&](const domain::Field&, auto&) { ++count; });
  return count;
}

}  // namespace loyalty::codec
