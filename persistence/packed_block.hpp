// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>

/// Journal blocks as stores keep them. The answers in the records of a block resemble each other,
/// so a block of some records packs to a quarter: that much less goes through the log, the memory
/// and the tables of RocksDB, or to Redis and into its file. One of a record or two stays as it is.
///
///   magic "LYP1" | u32 size | LZ4 block      instead of      magic "LYB1" | ...
namespace loyalty::persistence {

/// nullopt: not worth it, it stays as it is.
std::optional<std::string> pack_block(std::string_view block);

bool is_packed_block(std::string_view bytes);

/// nullopt when they are damaged.
std::optional<std::string> unpack_block(std::string_view packed);

}  // namespace loyalty::persistence
