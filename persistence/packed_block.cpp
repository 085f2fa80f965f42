// SPDX-License-Identifier: Apache-2.0
#include "persistence/packed_block.hpp"

#include "persistence/lz4.hpp"

namespace loyalty::persistence {
namespace {

constexpr std::string_view packed_magic = "LYP1";
/// Below this the records have little in common, and packing takes longer than what it saves.
constexpr std::size_t least_packed_bytes = std::size_t{4} << 10;
/// Far above what a block holds.
constexpr std::size_t most_unpacked_bytes = std::size_t{1} << 30;

}  // namespace

std::optional<std::string> pack_block(std::string_view block) {
  if (block.size() < least_packed_bytes || block.size() > most_unpacked_bytes) return std::nullopt;
  std::string packed(packed_magic);
  append_lz4(packed, block);
  if (packed.size() > block.size() / 4 * 3) return std::nullopt;
  return packed;
}

bool is_packed_block(std::string_view bytes) { return bytes.starts_with(packed_magic); }

std::optional<std::string> unpack_block(std::string_view packed) {
  if (!is_packed_block(packed)) return std::nullopt;
  return read_lz4(packed.substr(packed_magic.size()), most_unpacked_bytes);
}

}  // namespace loyalty::persistence
