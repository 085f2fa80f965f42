// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <boost/variant2/variant.hpp>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

#include "codec/described.hpp"
#include "codec/msgpack_reader.hpp"
#include "codec/writer.hpp"
#include "domain/decimal.hpp"
#include "domain/program/catalogue.hpp"
#include "domain/time.hpp"

/// The stored form of values (docs/format.md): a described type is an array of its fields in
/// order; a variant is an array of the number of the alternative and its value; numbers with a
/// meaning are plain integers; domain::Named is a map. Fields may be added at the end: an older,
/// shorter array leaves them at their defaults; a longer one comes from a newer version and is
/// refused. In place of a derived field stands nil.
namespace loyalty::codec {

template <class T>
void write_stored(Writer& out, const T& value) {
  if constexpr (std::is_same_v<T, bool>) {
    out.boolean(value);
  } else if constexpr (Enumeration<T>) {
    out.unsigned_integer(static_cast<std::uint64_t>(value));
  } else if constexpr (std::is_unsigned_v<T>) {
    out.unsigned_integer(value);
  } else if constexpr (std::is_integral_v<T>) {
    out.integer(value);
  } else if constexpr (std::is_convertible_v<const T&, std::string_view>) {
    out.string(value);
  } else if constexpr (std::is_same_v<T, domain::Instant>) {
    out.integer(value.ms);
  } else if constexpr (std::is_same_v<T, domain::LocalDay>) {
    out.integer(value.days);
  } else if constexpr (std::is_same_v<T, domain::Decimal>) {
    out.array(2);
    out.integer(value.mantissa);
    out.unsigned_integer(value.scale);
  } else if constexpr (std::is_same_v<T, domain::Period>) {
    out.array(2);
    out.integer(value.count);
    out.unsigned_integer(static_cast<std::uint64_t>(value.unit));
  } else if constexpr (HasNumber<T>) {
    out.unsigned_integer(value.number);
  } else if constexpr (is_optional<T>) {
    value ? write_stored(out, *value) : out.nil();
  } else if constexpr (is_named<T>) {
    out.map(value.size());
    for (const auto& [name, element] : value) {
      out.string(name);
      write_stored(out, element);
    }
  } else if constexpr (is_vector<T>) {
    out.array(value.size());
    for (const auto& element : value) write_stored(out, element);
  } else if constexpr (is_variant<T>) {
    out.array(2);
    out.unsigned_integer(value.index());
    visit([&](const auto& alternative) { write_stored(out, alternative); }, value);
  } else if constexpr (Described<T>) {
    out.array(field_count(value));
    T::fields(value, [&](const domain::Field& info, const auto& field) {
      info.stored ? write_stored(out, field) : out.nil();
    });
  } else {
    static_assert(HasValue<T>, "a type that can be stored");
    out.integer(value.value);
  }
}

template <class T>
bool read_stored(Reader& in, T& value);

template <class Variant, std::size_t Index>
bool read_as(Reader& in, Variant& value) {
  return read_stored(in, value.template emplace<Index>());
}

template <class List>
bool read_elements(Reader& in, std::uint32_t count, List& list) {
  if constexpr (requires { list.reserve(count); }) list.reserve(count);
  for (std::uint32_t i = 0; i < count; ++i) {
    if constexpr (is_named<List>) {
      typename List::value_type entry{};
      if (!in.read(entry.first) || !read_stored(in, entry.second)) return false;
      list.push_back(std::move(entry));
    } else if (!read_stored(in, list.emplace_back())) {
      return false;
    }
  }
  return true;
}

/// False for what a newer version wrote, and for broken bytes; `value` is of no use then.
template <class Variant>
bool read_alternative(Reader& in, std::uint64_t index, Variant& value) {
  constexpr auto readers = []<std::size_t... Index>(std::index_sequence<Index...>) {
    return std::array<bool (*)(Reader&, Variant&), sizeof...(Index)>{read_as<Variant, Index>...};
  }
  (std::make_index_sequence<alternatives<Variant>>());
  return index < readers.size() && readers[index](in, value);
}

template <class Integer>
bool read_integer(Reader& in, Integer& value) {
  std::int64_t wide = 0;
  if (!in.read(wide)) return false;
  value = static_cast<Integer>(wide);
  return static_cast<std::int64_t>(value) == wide;
}

/// A std::string_view becomes a view into the reader's bytes.
template <class T>
bool read_stored(Reader& in, T& value) {
  if constexpr (std::is_same_v<T, bool> || std::is_same_v<T, std::string_view>) {
    return in.read(value);
  } else if constexpr (Enumeration<T>) {
    std::uint64_t number = 0;
    if (!in.read(number) || number >= domain::EnumNames<T>::names.size()) return false;
    value = static_cast<T>(number);
    return true;
  } else if constexpr (std::is_same_v<T, std::uint64_t> || std::is_same_v<T, std::int64_t>) {
    return in.read(value);
  } else if constexpr (std::is_integral_v<T>) {
    return read_integer(in, value);
  } else if constexpr (std::is_same_v<T, std::string>) {
    std::string_view text;
    if (!in.read(text)) return false;
    value = text;
    return true;
  } else if constexpr (std::is_same_v<T, domain::Instant>) {
    return in.read(value.ms);
  } else if constexpr (std::is_same_v<T, domain::LocalDay>) {
    return read_integer(in, value.days);
  } else if constexpr (std::is_same_v<T, domain::Decimal>) {
    std::uint32_t count = 0;
    return in.read_array(count) && count == 2 && in.read(value.mantissa) &&
           read_integer(in, value.scale) && value.scale <= domain::Decimal::max_scale;
  } else if constexpr (std::is_same_v<T, domain::Period>) {
    std::uint32_t count = 0;
    return in.read_array(count) && count == 2 && read_integer(in, value.count) &&
           read_stored(in, value.unit);
  } else if constexpr (HasNumber<T>) {
    return read_integer(in, value.number);
  } else if constexpr (is_optional<T>) {
    value.reset();
    return in.skip_nil() || read_stored(in, value.emplace());
  } else if constexpr (is_named<T> || is_vector<T>) {
    std::uint32_t count = 0;
    if (!(is_named<T> ? in.read_map(count) : in.read_array(count))) return false;
    value.clear();
    return count == 0 || read_elements(in, count, value);
  } else if constexpr (is_variant<T>) {
    std::uint32_t count = 0;
    std::uint64_t index = 0;
    return in.read_array(count) && count == 2 && in.read(index) &&
           read_alternative(in, index, value);
  } else if constexpr (Described<T>) {
    std::uint32_t left = 0;
    if (!in.read_array(left)) return false;
    bool good = true;
    T::fields(value, [&](const domain::Field& info, auto& field) {
      if (!good || left == 0) return;
      --left;
      good = (!info.stored && in.skip_nil()) || read_stored(in, field);
    });
    if constexpr (requires { value.reindex(); }) value.reindex();
    return good && left == 0;
  } else {
    static_assert(HasValue<T>, "a type that can be stored");
    return in.read(value.value);
  }
}

template <class T>
std::string to_stored(const T& value) {
  BorrowedWriter out;
  write_stored(*out, value);
  return out.text();
}

}  // namespace loyalty::codec
