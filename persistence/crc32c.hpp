// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string_view>

namespace loyalty::persistence {

/// Continues a CRC32C over more bytes: `crc32c_extend(crc32c(a), b) == crc32c(a + b)`.
std::uint32_t crc32c_extend(std::uint32_t crc, std::string_view bytes);

/// The same by tables, for machines without the instruction.
std::uint32_t crc32c_extend_portable(std::uint32_t crc, std::string_view bytes);

}  // namespace loyalty::persistence
