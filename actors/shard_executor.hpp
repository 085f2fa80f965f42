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
#include "actors/departure.hpp"
#include "actors/outbound.hpp"
#include "actors/program_registry.hpp"
#include "actors/resident.hpp"
#include "actors/shard.hpp"

namespace loyalty::actors {

/// One thread that owns a set of shards and runs their actors (runtime.md 1.9): it takes what has
/// gathered in its inbox, lets the actors run to completion, journals what they stated, and sends
/// what has become durable, each client woken once a round.
///
/// In a cluster shards come and go. Messages for one that is on its way wait; what is for one that
/// is not here goes elsewhere.
class ShardExecutor {
 public:
  using Job = UniqueFunction<void()>;

  struct Services {
    /// So many calls have been answered.
    std::function<void(std::size_t)> replied;
    /// A message for a shard that is not here, on the executor's thread.
    std::function<void(ShardExecutor&, persistence::ShardId, WorkPtr)> elsewhere;
    /// In a cluster: a shard was lost to another node, and is not here any more. Else it stays, and
    /// refuses.
    std::function<void(persistence::ShardId)> lost;
  };

  ShardExecutor(ActorSystem& system, const ProgramRegistry& registry, const Clock& clock,
                persistence::ShardId shards, Services services);
  ~ShardExecutor();

  /// Any thread.
  void post(Job job);
  /// Any thread: posts without waking the executor, for whoever has more to come and calls `wake`
  /// then.
  void leave(Job job);
  void wake();

  void start();
  /// Ends the thread after the present round.
  void stop();

  // On the executor's thread, or before it was started:
  void add(std::unique_ptr<Resident> resident);
  void submit(persistence::ShardId shard, WorkPtr work);
  using Batch = std::vector<std::pair<persistence::ShardId, WorkPtr>>;
  /// All of them in this order, with less waiting for memory.
  void submit(Batch batch);
  /// nullptr when it is not here.
  Shard* shard(persistence::ShardId id);
  /// Messages for this shard wait, until it is added or let go.
  void hold(persistence::ShardId id) { places_[id].held = true; }
  /// What waits goes to the shard, or elsewhere when it is not here.
  void let_go(persistence::ShardId id);
  /// Begins to give a shard away; at most one such beginning at a time for each shard.
  void depart(std::unique_ptr<Departure> departure) { leaving_.push_back(std::move(departure)); }
  /// The shard is not here any more. It ends when nobody can come back to it.
  void retire(persistence::ShardId id);
  void later(Job job);
  ProgramRegistry::View program(std::string_view id);
  ActorHost& host() { return host_; }
  Outbound& outbound() { return outbound_; }
  const std::vector<std::unique_ptr<Resident>>& residents() const { return residents_; }

 private:
  using Time = std::chrono::steady_clock::time_point;

  struct Place {
    Shard* shard = nullptr;
    bool held = false;
    std::vector<WorkPtr> waiting{};
  };
  struct Retired {
    std::unique_ptr<Resident> resident;
    Time since;
  };

  void loop();
  void round();
  void run_actors();
  void see_off();
  bool has_round() const;
  /// When to look at timers even if nothing is posted.
  Time next_look() const;
  std::vector<Job> take();

  const ProgramRegistry& registry_;
  const Clock& clock_;
  const Services services_;
  ActorHost host_;
  Outbound outbound_;
  std::vector<Place> places_;
  std::vector<std::unique_ptr<Resident>> residents_;
  std::vector<std::unique_ptr<Departure>> leaving_;
  std::vector<Retired> retired_;
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
