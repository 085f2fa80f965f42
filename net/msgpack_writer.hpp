// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

/// Appends MessagePack values, each in its shortest format, to a string.
namespace loyalty::net::pack {

inline void byte(std::string& out, unsigned value) { out.push_back(static_cast<char>(value)); }

inline void big_endian(std::string& out, std::uint64_t value, int bytes) {
  for (int shift = 8 * (bytes - 1); shift >= 0; shift -= 8) {
    byte(out, static_cast<unsigned>(value >> shift) & 0xffU);
  }
}

inline void nil(std::string& out) { byte(out, 0xc0); }
inline void boolean(std::string& out, bool value) { byte(out, value ? 0xc3 : 0xc2); }

inline void unsigned_integer(std::string& out, std::uint64_t value) {
  if (value <= 0x7f) {
    byte(out, static_cast<unsigned>(value));
  } else if (value <= 0xff) {
    byte(out, 0xcc), big_endian(out, value, 1);
  } else if (value <= 0xffff) {
    byte(out, 0xcd), big_endian(out, value, 2);
  } else if (value <= 0xffff'ffff) {
    byte(out, 0xce), big_endian(out, value, 4);
  } else {
    byte(out, 0xcf), big_endian(out, value, 8);
  }
}

inline void array(std::string& out, std::size_t count) {
  if (count <= 15) {
    byte(out, 0x90U | static_cast<unsigned>(count));
  } else if (count <= 0xffff) {
    byte(out, 0xdc), big_endian(out, count, 2);
  } else {
    byte(out, 0xdd), big_endian(out, count, 4);
  }
}

inline void map(std::string& out, std::size_t count) {
  if (count <= 15) {
    byte(out, 0x80U | static_cast<unsigned>(count));
  } else if (count <= 0xffff) {
    byte(out, 0xde), big_endian(out, count, 2);
  } else {
    byte(out, 0xdf), big_endian(out, count, 4);
  }
}

inline void string_head(std::string& out, std::size_t size) {
  if (size <= 31) {
    byte(out, 0xa0U | static_cast<unsigned>(size));
  } else if (size <= 0xff) {
    byte(out, 0xd9), big_endian(out, size, 1);
  } else if (size <= 0xffff) {
    byte(out, 0xda), big_endian(out, size, 2);
  } else {
    byte(out, 0xdb), big_endian(out, size, 4);
  }
}

inline void string(std::string& out, std::string_view value) {
  string_head(out, value.size());
  out.append(value);
}

}  // namespace loyalty::net::pack
