// SPDX-License-Identifier: Apache-2.0
#include "codec/lz4.hpp"

#include <lz4.h>

#include "domain/invariant.hpp"

namespace loyalty::codec {
namespace {

constexpr std::size_t head_size = 4;
/// The format cannot pack tighter: a head that says more is not one of ours, and gets no memory.
constexpr std::size_t tightest = 255;

}  // namespace

void append_lz4(std::string& out, std::string_view bytes) {
  domain::invariant(bytes.size() <= LZ4_MAX_INPUT_SIZE, "no more than LZ4 can pack at once");
  const auto size = static_cast<int>(bytes.size());
  const std::size_t begin = out.size() + head_size;
  out.resize(begin + static_cast<std::size_t>(LZ4_compressBound(size)));
  for (std::size_t i = 0; i < head_size; ++i) {
    out[begin - head_size + i] = static_cast<char>(bytes.size() >> 8 * i & 0xFF);
  }
  const int written = LZ4_compress_default(bytes.data(), out.data() + begin, size,
                                           static_cast<int>(out.size() - begin));
  domain::invariant(written > 0, "what has room for the worst case is packed");
  out.resize(begin + static_cast<std::size_t>(written));
}

std::optional<std::string> read_lz4(std::string_view packed, std::size_t most) {
  if (packed.size() < head_size) return std::nullopt;
  std::size_t size = 0;
  for (std::size_t i = 0; i < head_size; ++i) {
    size |= std::size_t{static_cast<unsigned char>(packed[i])} << 8 * i;
  }
  packed.remove_prefix(head_size);
  if (size > most || size > LZ4_MAX_INPUT_SIZE || size > tightest * packed.size()) {
    return std::nullopt;
  }
  std::string bytes(size, '\0');
  const int done = LZ4_decompress_safe(packed.data(), bytes.data(), static_cast<int>(packed.size()),
                                       static_cast<int>(size));
  if (done < 0 || static_cast<std::size_t>(done) != size) return std::nullopt;
  return bytes;
}

}  // namespace loyalty::codec
