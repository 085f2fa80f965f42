// SPDX-License-Identifier: Apache-2.0
#include "bench/load/msgpack.hpp"

#include <cstdio>
#include <cstdlib>
#include <cstring>

namespace loyalty::bench::msgpack {
namespace {

std::uint8_t byte_at(std::string_view bytes, std::size_t at) {
  return static_cast<std::uint8_t>(bytes[at]);
}

std::size_t big_endian(std::string_view bytes, std::size_t size) {
  std::size_t number = 0;
  for (std::size_t i = 0; i < size; ++i) number = number << 8 | byte_at(bytes, i);
  return number;
}

/// The head of a value: its own size, bytes that follow, values that follow.
struct Head {
  std::size_t size = 1;
  std::size_t bytes = 0;
  std::size_t values = 0;
};

/// False: more bytes are needed to say.
bool read_head(std::string_view bytes, Head& head) {
  const std::uint8_t first = byte_at(bytes, 0);
  if (first < 0x80 || first >= 0xe0 || first == 0xc0 || first == 0xc2 || first == 0xc3) return true;
  if (first < 0x90) return head.values = 2U * (first & 15U), true;
  if (first < 0xa0) return head.values = first & 15U, true;
  if (first < 0xc0) return head.bytes = first & 31U, true;
  std::size_t width = 0;  // of a length
  switch (first) {
    case 0xcc:
    case 0xd0: return head.bytes = 1, true;
    case 0xcd:
    case 0xd1: return head.bytes = 2, true;
    case 0xca:
    case 0xce:
    case 0xd2: return head.bytes = 4, true;
    case 0xcb:
    case 0xcf:
    case 0xd3: return head.bytes = 8, true;
    case 0xc4:
    case 0xd9: width = 1; break;
    case 0xc5:
    case 0xda:
    case 0xdc:
    case 0xde: width = 2; break;
    case 0xc6:
    case 0xdb:
    case 0xdd:
    case 0xdf: width = 4; break;
    default: std::fprintf(stderr, "loyalty_load: no MessagePack: byte %02x\n", first); std::exit(1);
  }
  head.size = 1 + width;
  if (bytes.size() < head.size) return false;
  const std::size_t length = big_endian(bytes.substr(1), width);
  if (first >= 0xde) {
    head.values = 2 * length;
  } else if (first >= 0xdc) {
    head.values = length;
  } else {
    head.bytes = length;
  }
  return true;
}

}  // namespace

char* put_unsigned(char* at, std::uint32_t number) {
  if (number < 0x80) {
    *at = static_cast<char>(number);
    return at + 1;
  }
  const int width = number < 0x10000 ? 2 : 4;
  *at++ = static_cast<char>(width == 2 ? 0xcd : 0xce);
  for (int shift = 8 * (width - 1); shift >= 0; shift -= 8)
    *at++ = static_cast<char>(number >> shift);
  return at;
}

char* put_string(char* at, std::string_view text) {
  if (text.size() < 32) {
    *at++ = static_cast<char>(0xa0 | text.size());
  } else {
    *at++ = static_cast<char>(0xd9);
    *at++ = static_cast<char>(text.size());
  }
  std::memcpy(at, text.data(), text.size());
  return at + text.size();
}

std::size_t size_of_value(std::string_view bytes) {
  std::size_t at = 0;
  for (std::size_t open = 1; open > 0; --open) {
    if (at >= bytes.size()) return 0;
    Head head;
    if (!read_head(bytes.substr(at), head)) return 0;
    at += head.size + head.bytes;
    open += head.values;
  }
  return at <= bytes.size() ? at : 0;
}

std::uint32_t read_unsigned(std::string_view bytes) {
  Head head;
  read_head(bytes, head);
  return head.bytes == 0 ? byte_at(bytes, 0)
                         : static_cast<std::uint32_t>(big_endian(bytes.substr(1), head.bytes));
}

std::string_view read_string(std::string_view bytes) {
  const std::uint8_t first = byte_at(bytes, 0);
  if (first >= 0xa0 && first < 0xc0) return bytes.substr(1, first & 31U);
  if (first == 0xd9) return bytes.substr(2, byte_at(bytes, 1));
  return "";
}

}  // namespace loyalty::bench::msgpack
