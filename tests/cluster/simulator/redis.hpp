// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <deque>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "persistence/membership.hpp"
#include "persistence/store.hpp"
#include "tests/cluster/simulator/scheduler.hpp"

namespace loyalty::cluster::simulator {

/// What one Redis server holds.
struct RedisState {
  struct Shard {
    persistence::OwnerRecord record;
    std::map<std::uint64_t, persistence::Block> blocks;
  };
  persistence::View members;
  std::vector<Shard> shards;
};

/// A Redis primary with a replica that is a little behind, and that takes its place in a failover
/// with what it has. What is accepted is decided by the rules of persistence/; whether that was
/// right is looked at here, independently of them.
class Redis {
 public:
  using Change = std::function<void(RedisState&)>;

  Redis(Scheduler& time, Chance& chance, persistence::ShardId shards);

  const RedisState& state() const { return primary_; }
  bool up() const { return time_.now() >= down_until_; }
  /// Moves with every failover.
  std::uint64_t generation() const { return generation_; }

  /// Changes the primary now, and the replica later.
  void write(const Change& change);
  persistence::CommitResult commit(const persistence::Commit& commit);
  /// WAIT: whether the replica has all of it.
  bool wait();

  void cut_replica(Duration time);
  /// Whether there is a replica that could take over.
  bool can_fail_over() const { return time_.now() >= attached_at_; }
  void fail_over(Duration down, Duration alone);
  void heal();

  const std::vector<std::string>& violations() const { return violations_; }

 private:
  void catch_up();

  Scheduler& time_;
  Chance& chance_;
  RedisState primary_;
  RedisState replica_;
  std::deque<std::pair<Time, Change>> on_the_way_;
  Time linked_at_{};
  Time attached_at_{};
  Time down_until_{};
  bool attached_ = true;
  std::uint64_t generation_ = 0;
  std::vector<std::string> violations_;
};

}  // namespace loyalty::cluster::simulator
