// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "actors/store_lane.hpp"
#include "persistence/store.hpp"
#include "tests/cluster/simulator/redis.hpp"
#include "tests/cluster/simulator/scheduler.hpp"

namespace loyalty::cluster::simulator {

/// How the run treats its nodes and their store.
struct Weather {
  bool replicated = true;    ///< replicas confirm before anything counts
  bool lost_answers = true;  ///< and lost requests, between nodes and Redis
  bool clocks_lie = false;   ///< nodes have the wall clock of 1970
};

/// One process: it can be stopped for a while, end at any moment, and lose touch with Redis. What
/// it does later it does only if it still is the same process then.
class Machine {
 public:
  Machine(Scheduler& time, Chance& chance, Redis& redis, const Weather& weather)
      : time_(time), chance_(chance), redis_(redis), weather_(weather) {}

  /// In the process, after that time, or when it goes on after a pause.
  void later(Duration delay, std::function<void()> what);
  void pause(Duration time) { awake_at_ = std::max(awake_at_, time_.now() + time); }
  void cut_off(Duration time) { linked_at_ = std::max(linked_at_, time_.now() + time); }
  void end() { ++life_; }
  void heal() { awake_at_ = linked_at_ = {}; }

  Time now() const { return time_.now(); }
  bool reaches_redis() const { return redis_.up() && time_.now() >= linked_at_; }
  Scheduler& time() { return time_; }
  Chance& chance() { return chance_; }
  Redis& redis() { return redis_; }
  const Weather& weather() const { return weather_; }

  /// Asks Redis: `there` is done at Redis, if the question arrives, and `back` in this process,
  /// with whether the answer arrived.
  void ask(std::function<void()> there, std::function<void(bool answered)> back);

 private:
  void resume(std::uint64_t life, const std::function<void()>& what);

  Scheduler& time_;
  Chance& chance_;
  Redis& redis_;
  const Weather& weather_;
  std::uint64_t life_ = 0;
  Time awake_at_{};
  Time linked_at_{};
};

/// The store as a process sees it: each call happens at one moment of simulated time.
std::unique_ptr<persistence::Store> make_store(Machine& machine);

/// Writes take their time, and their answers may be lost; reads are one moment, some time later.
class Lane final : public actors::StoreLane {
 public:
  Lane(Machine& machine, persistence::Store& store) : machine_(machine), store_(store) {}
  void commit(persistence::Commit commit, Committed done) override;
  void read(Job job) override;

 private:
  Machine& machine_;
  persistence::Store& store_;
};

}  // namespace loyalty::cluster::simulator
