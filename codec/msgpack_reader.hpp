// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>

namespace loyalty::codec {

enum class Kind : std::uint8_t {
  nil,
  boolean,
  integer,
  real,
  string,
  binary,
  array,
  map,
  extension
};

/// What people call a kind in an error message.
std::string_view to_string(Kind kind);

/// A strict reader of MessagePack over bytes that it does not own: exact types, no allocation,
/// never a read past the end, nothing believed before the bytes exist (promises.md M7, M8). After
/// a failed read the position is unspecified.
class Reader {
 public:
  explicit Reader(std::string_view bytes) : bytes_(bytes) {}

  bool at_end() const { return position_ == bytes_.size(); }
  std::size_t position() const { return position_; }
  std::string_view rest() const { return bytes_.substr(position_); }

  /// The kind of the next value; false at the end or on the byte that MessagePack never uses.
  bool peek(Kind& kind) const;

  bool read_nil();
  /// Reads a nil where one is next; false, and nothing is read, where something else is.
  bool skip_nil() {
    if (at_end() || next() != 0xc0) return false;
    ++position_;
    return true;
  }
  bool read(bool& value);
  /// Any integer format whose value fits; a float never is an integer.
  bool read(std::int64_t& value) {
    if (at_end() || (next() >= 0x80 && next() < 0xe0)) return read_long(value);
    value = static_cast<std::int8_t>(next());
    ++position_;
    return true;
  }
  bool read(std::uint64_t& value) {
    if (at_end() || next() >= 0x80) return read_long(value);
    value = next();
    ++position_;
    return true;
  }
  /// UTF-8 is checked. The view is into the reader's bytes.
  bool read(std::string_view& value);
  bool read_binary(std::string_view& value);
  /// The header of a container. The count is refused when it exceeds the bytes that are left.
  bool read_array(std::uint32_t& count) {
    if (at_end() || (next() & 0xf0) != 0x90) return read_long_array(count);
    count = next() & 0x0fU;
    ++position_;
    return count <= bytes_.size() - position_;
  }
  bool read_map(std::uint32_t& count);

  static constexpr int max_depth = 16;
  /// Passes over one value of any kind, nested at most `depth` deep.
  bool skip(int depth = max_depth);

 private:
  /// The tag of the next value; there has to be one. The short forms, which nearly everything has,
  /// are read in place.
  unsigned char next() const { return static_cast<unsigned char>(bytes_[position_]); }
  bool read_long(std::int64_t& value);
  bool read_long(std::uint64_t& value);
  bool read_long_array(std::uint32_t& count);
  bool take(std::size_t count, const unsigned char*& bytes);
  bool read_length(unsigned char tag, unsigned char tag16, unsigned char fix_mask,
                   unsigned char fix_bits, std::uint32_t& count);

  std::string_view bytes_;
  std::size_t position_ = 0;
};

/// Up to eight bytes as one number, the first one lowest; those that there are not are 0.
inline std::uint64_t first_bytes(std::string_view bytes) {
  const std::size_t size = bytes.size();
  std::uint64_t low = 0;
  if (size >= 8) {
    std::memcpy(&low, bytes.data(), 8);
    return low;
  }
  if (size >= 4) {  // two halves that may overlap
    std::uint32_t half = 0;
    std::uint32_t other = 0;
    std::memcpy(&half, bytes.data(), 4);
    std::memcpy(&other, bytes.data() + size - 4, 4);
    return half | std::uint64_t{other} << (8 * (size - 4));
  }
  for (std::size_t i = 0; i < size; ++i) {
    low |= std::uint64_t{static_cast<unsigned char>(bytes[i])} << (8 * i);
  }
  return low;
}

/// Whether the bytes are well-formed UTF-8 (RFC 3629: no overlong forms, no surrogates).
bool is_utf8(std::string_view bytes);

/// Outcome of looking for one whole value at the start of a growing buffer.
enum class Extent : std::uint8_t { complete, incomplete, malformed };

/// Finds where the first value ends, without reading it. `malformed` also means nested deeper than
/// `max_depth` or a container of more than `max_elements` (checked on the declared count).
Extent find_end(std::string_view bytes, std::uint32_t max_elements, int max_depth,
                std::size_t& end);

}  // namespace loyalty::codec
