// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include "cluster/view.hpp"

namespace loyalty::cluster {

/// Where a shard is, as far as this node knows. It may be wrong for a moment: the fence is right.
struct ShardOwner {
  enum class Kind : std::uint8_t {
    nobody,  ///< on its way to somebody, or its node is dead
    other,   ///< at the node that is named
    mine,    ///< served here
  };
  Kind kind = Kind::nobody;
  std::string name;  ///< of the node; of one to which the shard is on its way, too
  Incarnation incarnation;
  std::string peer_address;
  std::string client_address;
  friend bool operator==(const ShardOwner&, const ShardOwner&) = default;
};

struct OwnerMap {
  std::uint64_t version = 0;       ///< of the view it was made from
  std::vector<ShardOwner> shards;  ///< one for each
};

/// The table of owners: written by whoever runs the protocol, read for every request. Any thread.
class Owners {
 public:
  explicit Owners(ShardId shards) : map_(std::make_shared<const OwnerMap>(fresh(shards))) {}

  /// The present table; it does not change any more.
  std::shared_ptr<const OwnerMap> map() const {
    const std::lock_guard lock(mutex_);
    return map_;
  }

  /// Moves with every change: who keeps a copy of the table looks here whether it is still good.
  std::uint64_t generation() const { return generation_.load(std::memory_order_acquire); }

  void publish(OwnerMap next) {
    auto shared = std::make_shared<const OwnerMap>(std::move(next));
    const std::lock_guard lock(mutex_);
    map_ = std::move(shared);
    generation_.fetch_add(1, std::memory_order_release);
  }

  /// One shard is elsewhere than was thought: a peer said so.
  void correct(ShardId shard, ShardOwner owner) {
    const std::lock_guard lock(mutex_);
    if (shard >= map_->shards.size() || map_->shards[shard] == owner) return;
    auto next = std::make_shared<OwnerMap>(*map_);
    next->shards[shard] = std::move(owner);
    map_ = std::move(next);
    generation_.fetch_add(1, std::memory_order_release);
  }

 private:
  static OwnerMap fresh(ShardId shards) {
    OwnerMap map;
    map.shards.resize(shards);
    return map;
  }

  mutable std::mutex mutex_;
  std::shared_ptr<const OwnerMap> map_;
  std::atomic<std::uint64_t> generation_{0};
};

}  // namespace loyalty::cluster
