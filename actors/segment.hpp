// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "actors/record.hpp"

namespace loyalty::actors {

/// A history segment: records of one entity as one MessagePack array, compressed (docs/format.md).
std::string pack_segment(const std::vector<std::string_view>& records);

/// The array; nullopt when the bytes are not a segment.
std::optional<std::string> unpack_segment(std::string_view bytes);

/// False when `unpacked` is not an array of records. The views are into it.
bool records_of_segment(std::string_view unpacked, std::vector<RecordView>& records);

}  // namespace loyalty::actors
