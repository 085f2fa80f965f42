// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "actors/record.hpp"

namespace loyalty::actors {

/// A history segment: records of one entity as one MessagePack array (docs/format.md).
std::string encode_segment(const std::vector<std::string_view>& records);
/// False when the bytes are not a segment. The views are into `bytes`.
bool decode_segment(std::string_view bytes, std::vector<RecordView>& records);

}  // namespace loyalty::actors
