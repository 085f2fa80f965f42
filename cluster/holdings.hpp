// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstdint>
#include <vector>

#include "cluster/view.hpp"

namespace loyalty::cluster {

/// What this node has to do with each shard.
class Holdings {
 public:
  using Time = std::chrono::steady_clock::time_point;

  enum class State : std::uint8_t { none, taking, mine, giving };

  struct Holding {
    State state = State::none;
    Time not_before{};  ///< after something that failed
    /// It was lost. Where the store says that it still is this node's, something that was
    /// acknowledged is gone from the store, and it is for people to look at that.
    bool lost = false;
  };

  explicit Holdings(ShardId shards) : all_(shards) {}

  Holding& operator[](ShardId shard) { return all_[shard]; }
  const Holding& operator[](ShardId shard) const { return all_[shard]; }
  ShardId size() const { return static_cast<ShardId>(all_.size()); }

  std::size_t count(State state) const {
    std::size_t found = 0;
    for (const auto& holding : all_) found += holding.state == state;
    return found;
  }
  void clear() { all_.assign(all_.size(), Holding{}); }

 private:
  std::vector<Holding> all_;
};

}  // namespace loyalty::cluster
