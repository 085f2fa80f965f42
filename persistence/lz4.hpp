// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

/// Bytes packed with LZ4: how many they are (4 bytes, least first), then an LZ4 block.
namespace loyalty::persistence {

/// Appends `bytes` packed. They are fewer than 2 GiB.
void append_lz4(std::string& out, std::string_view bytes);

/// The bytes again; nullopt when they are not packed so, or are more than `most`.
std::optional<std::string> read_lz4(std::string_view packed, std::size_t most);

}  // namespace loyalty::persistence
