// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>

#include "persistence/store.hpp"

namespace loyalty::persistence {

/// The directory of a RocksDB store, held by this process until destruction. Beside RocksDB's own
/// files it has `watermark`, `server.lock` and `rocksdb.log`.
class StoreDirectory {
 public:
  /// Makes it when it is missing. `unavailable` where it cannot be written or another server holds
  /// it, `foreign` where it is full of something else (then nothing is touched).
  static StoreResult<StoreDirectory> acquire(const std::filesystem::path& path);

  StoreDirectory(StoreDirectory&& other) noexcept;
  StoreDirectory& operator=(StoreDirectory&&) = delete;
  ~StoreDirectory();

  const std::filesystem::path& path() const { return path_; }
  std::filesystem::path watermark() const { return path_ / "watermark"; }
  /// Whether RocksDB has ever finished creating a database here.
  bool has_database() const;

 private:
  StoreDirectory(std::filesystem::path path, int lock) : path_(std::move(path)), lock_(lock) {}

  std::filesystem::path path_;
  int lock_;
};

}  // namespace loyalty::persistence
