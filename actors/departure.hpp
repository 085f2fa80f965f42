// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <functional>

#include "actors/shard.hpp"

namespace loyalty::actors {

/// A shard on its way to another node (runtime.md 2.4): first its entities are snapshotted while it
/// goes on working, so that the next owner has little to read; then messages wait, what is under
/// way is finished, and when that is on all replicas the shard is released. Where that does not
/// work in time it goes on as before. On the executor's thread.
class Departure {
 public:
  using Time = std::chrono::steady_clock::time_point;

  struct Services {
    std::function<void(persistence::ShardId)> hold;  ///< ShardExecutor
    std::function<void(persistence::ShardId)> let_go;
    std::function<void(persistence::ShardId)> retire;
    /// Releases for good what is held under this fence and ends there, on another thread; answers
    /// on this one.
    std::function<void(persistence::ShardId, persistence::Fence, persistence::Head,
                       std::function<void(persistence::StoreResult<bool>)>)>
        release;
    /// True: the shard is gone; else why it is still here.
    std::function<void(persistence::StoreResult<bool>)> ended;
  };

  Departure(Shard& shard, Time now, std::chrono::milliseconds drain, Services services);

  /// To be called after each round until it returns true; then it is over.
  bool advance(Time now);

 private:
  enum class Phase : std::uint8_t { preparing, flushing, releasing, over };

  void end(persistence::StoreResult<bool> outcome);
  void released(const persistence::StoreResult<bool>& outcome);

  Shard& shard_;
  const persistence::ShardId id_;
  const Services services_;
  Phase phase_ = Phase::preparing;
  const std::uint64_t dirty_until_;
  Time prepared_by_;
  Time over_by_;
};

}  // namespace loyalty::actors
