// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <condition_variable>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "actors/actor_host.hpp"
#include "actors/clock.hpp"
#include "actors/outbound.hpp"
#include "actors/program_registry.hpp"
#include "actors/shard.hpp"

namespace loyalty::actors {

/// One thread that owns a set of shards and runs their actors (runtime.md 1.9): it takes what has
/// gathered in its inbox, lets the actors run to completion, journals what they stated, and sends
/// what has become durable, each client woken once a round.
class ShardExecutor {
 public:
  using Job = std::function<void()>;

  ShardExecutor(ActorSystem& system, const ProgramRegistry& registry, const Clock& clock,
                std::function<void(std::size_t)> replied);
  ~ShardExecutor();

  /// Any thread.
  void post(Job job);

  void add(std::unique_ptr<Shard> shard) { shards_.push_back(std::move(shard)); }
  void start();
  /// Ends the thread after the present round.
  void stop();

  // On the executor's thread, or before it was started:
  void later(Job job);
  ProgramRegistry::View program(std::string_view id);
  ActorHost& host() { return host_; }
  Outbound& outbound() { return outbound_; }
  const std::vector<std::unique_ptr<Shard>>& shards() const { return shards_; }

 private:
  using Time = std::chrono::steady_clock::time_point;

  void loop();
  void round();
  void run_actors();
  bool has_round() const;
  /// When to look at timers even if nothing is posted.
  Time next_look() const;
  std::vector<Job> take();

  const ProgramRegistry& registry_;
  const Clock& clock_;
  std::function<void(std::size_t)> replied_;
  ActorHost host_;
  Outbound outbound_;
  std::vector<std::unique_ptr<Shard>> shards_;
  std::vector<std::pair<Time, Job>> later_;
  std::uint64_t programs_generation_ = 0;
  std::shared_ptr<const ProgramRegistry::Table> programs_;

  std::mutex mutex_;
  std::condition_variable posted_;
  std::vector<Job> inbox_;
  bool stopping_ = false;
  std::thread thread_;
};

}  // namespace loyalty::actors
