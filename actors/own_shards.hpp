// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <vector>

#include "actors/clock.hpp"
#include "actors/neighbours.hpp"
#include "actors/program_registry.hpp"
#include "actors/shard_executor.hpp"

namespace loyalty::actors {

/// The shards of this node, for what concerns many of them at once. Any thread; nothing waits.
class OwnShards {
 public:
  using Executors = std::vector<std::unique_ptr<ShardExecutor>>;

  /// Nothing is answered any more once `ending` is set.
  OwnShards(const Executors& executors, const ProgramRegistry& registry, Clock& clock,
            std::shared_ptr<const std::atomic<bool>> ending)
      : executors_(executors), registry_(registry), clock_(clock), ending_(std::move(ending)) {}

  /// Brings something to these shards, each on its own thread; `done` when the last one has said
  /// that it is, or is gone.
  void bring(const Everywhere& what, const std::vector<persistence::ShardId>& shards,
             std::function<void(EverywhereAnswer)> done) const;

 private:
  struct Sum;

  void bring(const Everywhere& what, Shard& shard, const std::shared_ptr<Sum>& sum,
             std::function<void()> told) const;

  const Executors& executors_;
  const ProgramRegistry& registry_;
  Clock& clock_;
  const std::shared_ptr<const std::atomic<bool>> ending_;
};

}  // namespace loyalty::actors
