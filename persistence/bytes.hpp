// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

/// Fixed-width integers in bytes: little endian in values, big endian in keys (so that they sort).
namespace loyalty::persistence {

template <std::unsigned_integral T>
void append_le(std::string& out, T value) {
  for (std::size_t i = 0; i < sizeof(T); ++i) {
    out.push_back(static_cast<char>(static_cast<std::uint8_t>(value >> (8 * i))));
  }
}

template <std::unsigned_integral T>
void append_be(std::string& out, T value) {
  for (std::size_t i = sizeof(T); i-- > 0;) {
    out.push_back(static_cast<char>(static_cast<std::uint8_t>(value >> (8 * i))));
  }
}

/// The integer at `offset`; the caller has checked that the bytes are there.
template <std::unsigned_integral T>
T read_le(std::string_view bytes, std::size_t offset) {
  T value = 0;
  for (std::size_t i = 0; i < sizeof(T); ++i) {
    value |=
        static_cast<T>(static_cast<T>(static_cast<std::uint8_t>(bytes[offset + i])) << (8 * i));
  }
  return value;
}

template <std::unsigned_integral T>
T read_be(std::string_view bytes, std::size_t offset) {
  T value = 0;
  for (std::size_t i = 0; i < sizeof(T); ++i) {
    value = static_cast<T>(static_cast<T>(value << (sizeof(T) > 1 ? 8 : 0)) |
                           static_cast<std::uint8_t>(bytes[offset + i]));
  }
  return value;
}

}  // namespace loyalty::persistence
