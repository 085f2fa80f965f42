// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "codec/msgpack_reader.hpp"
#include "domain/decimal.hpp"
#include "domain/time.hpp"

namespace loyalty::codec {

/// JavaScript and Lua hold integers in doubles (ecosystem.md 1.3).
inline constexpr std::int64_t max_wire_integer = (std::int64_t{1} << 53) - 1;
/// The last millisecond of the year 9999.
inline constexpr std::int64_t max_wire_instant = 253'402'300'799'999;
inline constexpr std::uint32_t max_wire_elements = 4096;

bool read_decimal(Reader& in, domain::Decimal& value);
/// "3 years"; the empty string is no period.
bool read_period(Reader& in, domain::Period& value);
/// The position of a name among the names of an enumeration; `expected` lists them on failure.
bool read_name(Reader& in, std::span<const std::string_view> names, std::size_t& index,
               std::string& expected);

template <class E>
bool read_enumerator(Reader& in, std::span<const std::string_view> names, E& value,
                     std::string& expected) {
  std::size_t index = 0;
  if (!read_name(in, names, index, expected)) return false;
  value = static_cast<E>(index);
  return true;
}

}  // namespace loyalty::codec
