// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <optional>
#include <vector>

#include "persistence/store.hpp"

namespace loyalty::persistence {

/// The acknowledged watermark: per shard a head that was certainly durable. It lies outside the
/// database's own log, because a log that lost its end opens without complaint.
///
/// Bytes: "LYW1" | u16 shards | u16 reserved | shards x { u64 position, u64 chain } | u32 crc32c
using Watermark = std::vector<Head>;

/// nullopt when there is no such file; `damaged` when its checksum does not hold.
StoreResult<std::optional<Watermark>> read_watermark(const std::filesystem::path& file);

/// Replaces the file in one step and returns once it is on the disk.
StoreResult<bool> write_watermark(const std::filesystem::path& file, const Watermark& watermark);

}  // namespace loyalty::persistence
