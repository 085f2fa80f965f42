// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <condition_variable>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <mutex>
#include <thread>

#include "persistence/watermark.hpp"

namespace loyalty::persistence {

/// Saves the watermark in the background: a second after the first acknowledged record it does not
/// cover at the latest, from 1,000 such records on sooner (but at most twice a second, so that its
/// syncs do not compete with those of the commits), and at close.
class WatermarkKeeper {
 public:
  /// `make_durable` is called before each save: nothing may be promised that a power loss could
  /// still take away. Where it fails, the older watermark stays, which is true as well.
  WatermarkKeeper(std::filesystem::path file, Watermark saved, std::function<bool()> make_durable);
  /// Saves what is left to save.
  ~WatermarkKeeper();
  WatermarkKeeper(const WatermarkKeeper&) = delete;
  WatermarkKeeper& operator=(const WatermarkKeeper&) = delete;

  /// A head before the one that is known changes nothing.
  void advance(ShardId shard, const Head& head, std::uint64_t records);

 private:
  void run();
  bool save(std::unique_lock<std::mutex>& lock);

  const std::filesystem::path file_;
  const std::function<bool()> make_durable_;
  std::mutex mutex_;
  std::condition_variable wake_;
  Watermark latest_;
  std::uint64_t unsaved_ = 0;
  bool closing_ = false;
  std::thread thread_;
};

}  // namespace loyalty::persistence
