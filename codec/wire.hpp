// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <type_traits>

#include "codec/described.hpp"
#include "codec/field_table.hpp"
#include "codec/msgpack_reader.hpp"
#include "codec/scalars.hpp"
#include "codec/writer.hpp"
#include "domain/decimal.hpp"
#include "domain/time.hpp"

/// The wire form of values (docs/protocol.md): a described type is a map by field name; times are
/// epoch milliseconds, days "YYYY-MM-DD", exact decimals and periods are strings, enumerators are
/// their names. Optional fields that are empty are left out.
namespace loyalty::codec {

/// Writes a value for a client.
template <class T>
void write_wire(Writer& out, const T& value) {
  if constexpr (std::is_same_v<T, bool>) {
    out.boolean(value);
  } else if constexpr (Enumeration<T>) {
    out.string(domain::name_of(value));
  } else if constexpr (std::is_unsigned_v<T>) {
    out.unsigned_integer(value);
  } else if constexpr (std::is_integral_v<T>) {
    out.integer(value);
  } else if constexpr (std::is_convertible_v<const T&, std::string_view>) {
    out.string(value);
  } else if constexpr (std::is_same_v<T, domain::Instant>) {
    out.integer(value.ms);
  } else if constexpr (std::is_same_v<T, domain::LocalDay>) {
    out.string(domain::to_string(value));
  } else if constexpr (std::is_same_v<T, domain::Period>) {
    out.string(value ? domain::to_string(value) : std::string());
  } else if constexpr (std::is_same_v<T, domain::Decimal>) {
    out.string(value.to_string());
  } else if constexpr (is_named<T>) {
    out.map(value.size());
    for (const auto& [name, element] : value) {
      out.string(name);
      write_wire(out, element);
    }
  } else if constexpr (is_vector<T>) {
    out.array(value.size());
    for (const auto& element : value) write_wire(out, element);
  } else if constexpr (is_variant<T>) {
    visit([&](const auto& alternative) { write_wire(out, alternative); }, value);
  } else if constexpr (Described<T>) {
    std::size_t count = 0;
    const auto present = [](const auto& field) __attribute__((always_inline)) {
      if constexpr (is_optional<std::decay_t<decltype(field)>>) return field.has_value();
      return true;
    };
    T::fields(value, [&](const domain::Field&, const auto& field) { count += present(field); });
    out.map(count);
    // Within the list of the fields, so that the names are known to be what they are.
    T::fields(
        value, [&](const domain::Field& info, const auto& field) __attribute__((always_inline)) {
          if (!present(field)) return;
          out.string(info.name);
          if constexpr (is_optional<std::decay_t<decltype(field)>>) {
            write_wire(out, *field);
          } else {
            write_wire(out, field);
          }
        });
  } else {
    static_assert(HasValue<T>, "a type that can be sent");
    out.integer(value.value);
  }
}

template <class T>
std::string to_wire(const T& value) {
  BorrowedWriter out;
  write_wire(*out, value);
  return out.text();
}

/// A map that is looked into later: its encoded bytes.
struct RawMap {
  std::string bytes = "\x80";  ///< the empty map
};

/// Reads what a client sent, strictly: exact types, no unknown or repeated field, nothing missing.
/// False leaves the reason in `fault`.
template <class T>
bool read_wire(Reader& in, T& value, WireFault& fault) {
  if constexpr (std::is_same_v<T, bool>) {
    return in.read(value) || fail(fault, "a boolean");
  } else if constexpr (Enumeration<T>) {
    return read_enumerator(in, domain::EnumNames<T>::names, value, fault.expected);
  } else if constexpr (std::is_integral_v<T>) {
    std::int64_t number = 0;
    if (!in.read(number) || number > max_wire_integer || number < -max_wire_integer) {
      return fail(fault, "an integer within +-(2^53-1)");
    }
    value = static_cast<T>(number);
    return static_cast<std::int64_t>(value) == number || fail(fault, "a smaller integer");
  } else if constexpr (std::is_same_v<T, std::string>) {
    std::string_view text;
    if (!in.read(text)) return fail(fault, "a string of valid UTF-8");
    value = text;
    return true;
  } else if constexpr (std::is_same_v<T, domain::Instant>) {
    if (!in.read(value.ms) || value.ms > max_wire_instant || value.ms < 0) {
      return fail(fault, "epoch milliseconds, an integer from 0 to the year 9999");
    }
    return true;
  } else if constexpr (std::is_same_v<T, domain::Decimal>) {
    return read_decimal(in, value) || fail(fault, "an exact decimal as a string, such as \"1.25\"");
  } else if constexpr (std::is_same_v<T, domain::Period>) {
    return read_period(in, value) || fail(fault, "a period as a string, such as \"3 years\"");
  } else if constexpr (std::is_same_v<T, RawMap>) {
    const std::string_view rest = in.rest();
    const std::size_t start = in.position();
    Kind kind = Kind::nil;
    if (!in.peek(kind) || kind != Kind::map || !in.skip()) return fail(fault, "a map");
    value.bytes = rest.substr(0, in.position() - start);
    return true;
  } else if constexpr (is_optional<T>) {
    value.reset();
    return in.skip_nil() || read_wire(in, value.emplace(), fault);
  } else if constexpr (is_vector<T>) {
    std::uint32_t count = 0;
    if (!in.read_array(count) || count > max_wire_elements) {
      return fail(fault, "an array of at most 4096 elements");
    }
    value.clear();
    for (std::uint32_t i = 0; i < count; ++i) {
      if (!read_wire(in, value.emplace_back(), fault)) {
        prefix(fault, "[" + std::to_string(i) + "]");
        return false;
      }
    }
    return true;
  } else {
    static_assert(Described<T>, "a type that a client can send");
    void* const part = &value;
    return fields_of<T>().read(in, &part, fault);
  }
}

}  // namespace loyalty::codec
