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

/// The encoded records of an unpacked segment, as views into it; false when it is no array.
bool split_segment(std::string_view unpacked, std::vector<std::string_view>& records);

/// The same, decoded; false when one of them is not a record.
bool records_of_segment(std::string_view unpacked, std::vector<RecordView>& records);

}  // namespace loyalty::actors
