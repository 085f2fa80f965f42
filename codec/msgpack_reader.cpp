// SPDX-License-Identifier: Apache-2.0
#include "codec/msgpack_reader.hpp"

#include <array>
#include <cstring>
#include <limits>

namespace loyalty::codec {
namespace {

template <class Word>
Word loaded(const void* bytes) {
  Word word = 0;
  std::memcpy(&word, bytes, sizeof word);
  return word;
}

/// `count` is 1, 2, 4 or 8.
std::uint64_t big_endian(const unsigned char* bytes, std::size_t count) {
  switch (count) {
    case 1: return bytes[0];
    case 2: return __builtin_bswap16(loaded<std::uint16_t>(bytes));
    case 4: return __builtin_bswap32(loaded<std::uint32_t>(bytes));
    default: return __builtin_bswap64(loaded<std::uint64_t>(bytes));
  }
}

constexpr Kind computed_kind(unsigned tag) {
  if (tag <= 0x7f || tag >= 0xe0) return Kind::integer;
  if (tag <= 0x8f) return Kind::map;
  if (tag <= 0x9f) return Kind::array;
  if (tag <= 0xbf) return Kind::string;
  switch (tag) {
    case 0xc0: return Kind::nil;
    case 0xc2:
    case 0xc3: return Kind::boolean;
    case 0xc4:
    case 0xc5:
    case 0xc6: return Kind::binary;
    case 0xca:
    case 0xcb: return Kind::real;
    case 0xd9:
    case 0xda:
    case 0xdb: return Kind::string;
    case 0xdc:
    case 0xdd: return Kind::array;
    case 0xde:
    case 0xdf: return Kind::map;
    default: break;
  }
  return tag >= 0xcc && tag <= 0xd3 ? Kind::integer : Kind::extension;
}

constexpr auto kinds = [] {
  std::array<Kind, 256> table{};
  for (unsigned tag = 0; tag < table.size(); ++tag) table[tag] = computed_kind(tag);
  return table;
}();

Kind kind_of(unsigned char tag) { return kinds[tag]; }

/// What follows a tag: a head of fixed size (length or value), then payload or children.
struct Layout {
  std::uint8_t length_bytes = 0;  ///< big-endian length after the tag
  std::uint8_t fixed_bytes = 0;   ///< payload whose size the tag alone tells
  std::uint8_t children_per = 0;  ///< 1 for arrays, 2 for maps
  std::uint8_t inline_count = 0;  ///< length held in the tag itself
  bool valid = true;
};

constexpr Layout computed_layout(unsigned tag) {
  const auto low = [tag](unsigned mask) { return static_cast<std::uint8_t>(tag & mask); };
  if (tag <= 0x7f || tag >= 0xe0) return {};
  if (tag <= 0x8f) return {.children_per = 2, .inline_count = low(0x0f)};
  if (tag <= 0x9f) return {.children_per = 1, .inline_count = low(0x0f)};
  if (tag <= 0xbf) return {.fixed_bytes = low(0x1f)};
  switch (tag) {
    case 0xc0:
    case 0xc2:
    case 0xc3: return {};
    case 0xc4:
    case 0xd9: return {.length_bytes = 1};
    case 0xc5:
    case 0xda: return {.length_bytes = 2};
    case 0xc6:
    case 0xdb: return {.length_bytes = 4};
    case 0xc7: return {.length_bytes = 1, .fixed_bytes = 1};
    case 0xc8: return {.length_bytes = 2, .fixed_bytes = 1};
    case 0xc9: return {.length_bytes = 4, .fixed_bytes = 1};
    case 0xca: return {.fixed_bytes = 4};
    case 0xcb: return {.fixed_bytes = 8};
    case 0xcc:
    case 0xd0: return {.fixed_bytes = 1};
    case 0xcd:
    case 0xd1: return {.fixed_bytes = 2};
    case 0xce:
    case 0xd2: return {.fixed_bytes = 4};
    case 0xcf:
    case 0xd3: return {.fixed_bytes = 8};
    case 0xd4: return {.fixed_bytes = 2};
    case 0xd5: return {.fixed_bytes = 3};
    case 0xd6: return {.fixed_bytes = 5};
    case 0xd7: return {.fixed_bytes = 9};
    case 0xd8: return {.fixed_bytes = 17};
    case 0xdc: return {.length_bytes = 2, .children_per = 1};
    case 0xdd: return {.length_bytes = 4, .children_per = 1};
    case 0xde: return {.length_bytes = 2, .children_per = 2};
    case 0xdf: return {.length_bytes = 4, .children_per = 2};
    default: return {.valid = false};
  }
}

/// Looked up for each value of each message.
constexpr auto layouts = [] {
  std::array<Layout, 256> table{};
  for (unsigned tag = 0; tag < table.size(); ++tag) table[tag] = computed_layout(tag);
  return table;
}();

const Layout& layout_of(unsigned char tag) { return layouts[tag]; }

/// A bit is set for each byte that is no ASCII. The last words may overlap.
std::uint64_t beyond_ascii(std::string_view bytes) {
  constexpr std::uint64_t high_bits = 0x8080'8080'8080'8080;
  if (bytes.size() < sizeof(std::uint64_t)) return first_bytes(bytes) & high_bits;
  std::uint64_t all = loaded<std::uint64_t>(bytes.data() + bytes.size() - sizeof(std::uint64_t));
  for (; bytes.size() > sizeof(std::uint64_t); bytes.remove_prefix(sizeof(std::uint64_t))) {
    all |= loaded<std::uint64_t>(bytes.data());
  }
  return all & high_bits;
}

bool is_utf8_beyond_ascii(std::string_view bytes);

}  // namespace

std::string_view to_string(Kind kind) {
  constexpr std::array<std::string_view, 9> names{
      "nil", "boolean", "integer", "float", "string", "binary", "array", "map", "extension"};
  return names[static_cast<std::size_t>(kind)];
}

bool Reader::take(std::size_t count, const unsigned char*& bytes) {
  if (bytes_.size() - position_ < count) return false;
  bytes = reinterpret_cast<const unsigned char*>(bytes_.data()) + position_;
  position_ += count;
  return true;
}

bool Reader::peek(Kind& kind) const {
  if (at_end()) return false;
  const auto tag = static_cast<unsigned char>(bytes_[position_]);
  if (!layout_of(tag).valid) return false;
  kind = kind_of(tag);
  return true;
}

bool Reader::read_nil() {
  const unsigned char* tag = nullptr;
  return take(1, tag) && *tag == 0xc0;
}

bool Reader::read(bool& value) {
  const unsigned char* tag = nullptr;
  if (!take(1, tag) || (*tag != 0xc2 && *tag != 0xc3)) return false;
  value = *tag == 0xc3;
  return true;
}

bool Reader::read_long(std::int64_t& value) {
  const unsigned char* tag = nullptr;
  if (!take(1, tag) || *tag < 0xcc || *tag > 0xd3) return false;
  const bool is_signed = *tag >= 0xd0;
  const std::size_t size = std::size_t{1} << (*tag - (is_signed ? 0xd0 : 0xcc));
  const unsigned char* bytes = nullptr;
  if (!take(size, bytes)) return false;
  const std::uint64_t raw = big_endian(bytes, size);
  if (!is_signed) {
    value = static_cast<std::int64_t>(raw);
    return raw <= static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max());
  }
  const unsigned shift = 64 - 8 * static_cast<unsigned>(size);
  value = static_cast<std::int64_t>(raw << shift) >> shift;
  return true;
}

bool Reader::read_long(std::uint64_t& value) {
  const std::size_t start = position_;
  std::int64_t number = 0;
  if (read_long(number)) {
    value = static_cast<std::uint64_t>(number);
    return number >= 0;
  }
  position_ = start;
  const unsigned char* bytes = nullptr;
  if (!take(9, bytes) || bytes[0] != 0xcf) return false;
  value = big_endian(bytes + 1, 8);
  return true;
}

bool Reader::read(std::string_view& value) {
  const unsigned char* tag = nullptr;
  if (!take(1, tag)) return false;
  std::size_t size = *tag & 0x1fU;
  const unsigned char* bytes = nullptr;
  if ((*tag & 0xe0) != 0xa0) {
    if (kind_of(*tag) != Kind::string) return false;
    const Layout& layout = layout_of(*tag);
    if (!take(layout.length_bytes, bytes)) return false;
    size = big_endian(bytes, layout.length_bytes);
  }
  if (!take(size, bytes)) return false;
  value = bytes_.substr(position_ - size, size);
  return is_utf8(value);
}

bool Reader::read_binary(std::string_view& value) {
  const unsigned char* tag = nullptr;
  if (!take(1, tag) || kind_of(*tag) != Kind::binary) return false;
  const unsigned char* bytes = nullptr;
  const std::uint8_t length_bytes = layout_of(*tag).length_bytes;
  if (!take(length_bytes, bytes)) return false;
  const std::size_t size = big_endian(bytes, length_bytes);
  if (!take(size, bytes)) return false;
  value = bytes_.substr(position_ - size, size);
  return true;
}

bool Reader::read_length(unsigned char tag, unsigned char tag16, unsigned char fix_mask,
                         unsigned char fix_bits, std::uint32_t& count) {
  if ((tag & fix_mask) == fix_bits) {
    count = tag & static_cast<unsigned char>(~fix_mask);
    return true;
  }
  if (tag != tag16 && tag != tag16 + 1) return false;
  const std::size_t size = tag == tag16 ? 2 : 4;
  const unsigned char* bytes = nullptr;
  if (!take(size, bytes)) return false;
  count = static_cast<std::uint32_t>(big_endian(bytes, size));
  return true;
}

bool Reader::read_long_array(std::uint32_t& count) {
  const unsigned char* tag = nullptr;
  return take(1, tag) && read_length(*tag, 0xdc, 0xf0, 0x90, count) &&
         count <= bytes_.size() - position_;
}

bool Reader::read_map(std::uint32_t& count) {
  const unsigned char* tag = nullptr;
  return take(1, tag) && read_length(*tag, 0xde, 0xf0, 0x80, count) &&
         count <= (bytes_.size() - position_) / 2;
}

bool Reader::skip(int depth) {
  std::size_t end = 0;
  if (find_end(rest(), std::numeric_limits<std::uint32_t>::max(), depth, end) != Extent::complete) {
    return false;
  }
  position_ += end;
  return true;
}

bool is_utf8(std::string_view bytes) {
  // Nearly everything that is sent is ASCII.
  return beyond_ascii(bytes) == 0 || is_utf8_beyond_ascii(bytes);
}

namespace {

bool is_utf8_beyond_ascii(std::string_view bytes) {
  const auto* at = reinterpret_cast<const unsigned char*>(bytes.data());
  const auto* const end = at + bytes.size();
  while (at != end) {
    const unsigned char lead = *at++;
    if (lead < 0x80) continue;
    int more = 0;
    std::uint32_t code = 0;
    std::uint32_t least = 0;
    if (lead >= 0xc2 && lead <= 0xdf) {
      more = 1, code = lead & 0x1fU, least = 0x80;
    } else if (lead >= 0xe0 && lead <= 0xef) {
      more = 2, code = lead & 0x0fU, least = 0x800;
    } else if (lead >= 0xf0 && lead <= 0xf4) {
      more = 3, code = lead & 0x07U, least = 0x10000;
    } else {
      return false;
    }
    for (; more > 0; --more) {
      if (at == end || (*at & 0xc0) != 0x80) return false;
      code = code << 6 | (*at++ & 0x3fU);
    }
    if (code < least || code > 0x10ffff || (code >= 0xd800 && code <= 0xdfff)) return false;
  }
  return true;
}

}  // namespace

Extent find_end(std::string_view bytes, std::uint32_t max_elements, int max_depth,
                std::size_t& end) {
  // Values still to be passed at each level that is open around the present one.
  std::array<std::uint64_t, Reader::max_depth> outer;
  if (max_depth > Reader::max_depth) max_depth = Reader::max_depth;
  int level = 0;
  std::uint64_t open = 1;  // at the present level; level 0 is the value asked for
  std::size_t at = 0;
  while (true) {
    while (open == 0) {
      if (level == 0) {
        end = at;
        return Extent::complete;
      }
      open = outer[static_cast<std::size_t>(--level)];
    }
    if (at == bytes.size()) return Extent::incomplete;
    const Layout& layout = layout_of(static_cast<unsigned char>(bytes[at++]));
    if (!layout.valid) return Extent::malformed;
    --open;
    std::uint64_t length = layout.inline_count;
    if (layout.length_bytes > 0) {
      if (bytes.size() - at < layout.length_bytes) return Extent::incomplete;
      length = big_endian(reinterpret_cast<const unsigned char*>(bytes.data()) + at,
                          layout.length_bytes);
      at += layout.length_bytes;
    }
    if (layout.children_per > 0) {
      if (length > max_elements) return Extent::malformed;
      if (level >= max_depth) return Extent::malformed;
      outer[static_cast<std::size_t>(level++)] = open;
      open = length * layout.children_per;
      continue;
    }
    const std::uint64_t payload = layout.fixed_bytes + length;
    if (payload > bytes.size() - at) return Extent::incomplete;
    at += payload;
  }
}

}  // namespace loyalty::codec
