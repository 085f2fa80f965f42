// SPDX-License-Identifier: Apache-2.0
#include "persistence/lz4.hpp"

#include <lz4.h>

#include "domain/invariant.hpp"
#include "persistence/bytes.hpp"

namespace loyalty::persistence {
namespace {

/// The format cannot pack tighter: a head that says more is not one of ours, and gets no memory.
constexpr std::size_t tightest_packing = 255;

}  // namespace

void append_lz4(std::string& out, std::string_view bytes) {
  domain::invariant(bytes.size() <= LZ4_MAX_INPUT_SIZE, "no more than LZ4 can pack at once");
  const auto size = static_cast<int>(bytes.size());
  append_le(out, static_cast<std::uint32_t>(bytes.size()));
  const std::size_t begin = out.size();
  out.resize(begin + static_cast<std::size_t>(LZ4_compressBound(size)));
  const int written = LZ4_compress_default(bytes.data(), out.data() + begin, size,
                                           static_cast<int>(out.size() - begin));
  domain::invariant(written > 0, "what has room for the worst case is packed");
  out.resize(begin + static_cast<std::size_t>(written));
}

std::optional<std::string> read_lz4(std::string_view packed, std::size_t most) {
  if (packed.size() < sizeof(std::uint32_t)) return std::nullopt;
  const std::size_t size = read_le<std::uint32_t>(packed, 0);
  packed.remove_prefix(sizeof(std::uint32_t));
  if (size > most || size > LZ4_MAX_INPUT_SIZE || size > tightest_packing * packed.size()) {
    return std::nullopt;
  }
  std::string bytes(size, '\0');
  const int done = LZ4_decompress_safe(packed.data(), bytes.data(), static_cast<int>(packed.size()),
                                       static_cast<int>(size));
  if (done < 0 || static_cast<std::size_t>(done) != size) return std::nullopt;
  return bytes;
}

}  // namespace loyalty::persistence
