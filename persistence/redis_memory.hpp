// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <optional>
#include <string>

#include "persistence/redis_url.hpp"
#include "persistence/watermark.hpp"

namespace loyalty::persistence {

/// What this server remembers of a Redis store, on a disk of its own: Redis loads a shortened or
/// emptied log without a complaint, so it cannot be asked whether anything is missing.
///
///   redis-PLACE.store   the id of the store that was found at that place, and a checksum
///   redis-ID.watermark  positions of that store that were acknowledged (watermark.hpp)
class RedisMemory {
 public:
  /// Creates the directory when it is missing.
  static StoreResult<RedisMemory> open(const std::string& directory, const RedisUrl& url);

  /// The id of the store that was last used there; nullopt the first time.
  StoreResult<std::optional<std::string>> store_id() const;
  /// The watermark before the id: an id without a watermark is then never an unfinished one.
  StoreResult<bool> remember(const std::string& id, const Watermark& watermark) const;

  const std::filesystem::path& id_file() const { return id_file_; }
  std::filesystem::path watermark_file(const std::string& id) const;

 private:
  explicit RedisMemory(std::filesystem::path directory, std::filesystem::path id_file)
      : directory_(std::move(directory)), id_file_(std::move(id_file)) {}

  std::filesystem::path directory_;
  std::filesystem::path id_file_;
};

}  // namespace loyalty::persistence
