// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <deque>
#include <mutex>
#include <vector>

#include "persistence/redis_connection.hpp"
#include "persistence/store.hpp"

namespace loyalty::persistence {

/// How many replicas there are, the ones that are away for a while included.
class ReplicaCount {
 public:
  /// After so long a replica is believed to be gone (runtime.md 2.5).
  static constexpr std::chrono::seconds patience{60};

  void seen(std::size_t online, Deadline now) {
    if (online >= known_) {
      known_ = online;
      complete_at_ = now;
    } else if (now - complete_at_ > patience) {
      known_ = online;
    }
  }
  bool complete(std::size_t online) const { return online >= known_; }

 private:
  std::size_t known_ = 0;
  Deadline complete_at_{};
};

/// Remembers when each head was acknowledged: Redis with `appendfsync everysec` has on its disk
/// what is old enough. Thread-safe.
class RedisStability {
 public:
  /// A second until the sync begins, and two that a sync under way may hold up the next write.
  static constexpr std::chrono::milliseconds sync_age{3000};

  /// The heads as they were found: nobody knows since when.
  explicit RedisStability(const std::vector<Head>& found);

  void acknowledged(ShardId shard, const Head& head, Deadline now);
  /// The newest head that is at least `sync_age` old.
  Head synced(ShardId shard, Deadline now);
  Head newest(ShardId shard);
  /// The store was found to end here, before what it had acknowledged.
  void rolled_back(ShardId shard, const Head& head, Deadline now);

 private:
  struct Moment {
    Deadline at;
    Head head;
  };
  struct Shard {
    Head synced;
    std::deque<Moment> younger;
  };
  static void age(Shard& shard, Deadline now);

  std::mutex mutex_;
  std::vector<Shard> shards_;
};

}  // namespace loyalty::persistence
