// SPDX-License-Identifier: Apache-2.0
#include "tests/cluster/simulator/redis.hpp"

#include "persistence/write_rules.hpp"

namespace loyalty::cluster::simulator {

using persistence::Commit;
using persistence::CommitResult;
using persistence::CommitStatus;

Redis::Redis(Scheduler& time, Chance& chance, persistence::ShardId shards)
    : time_(time), chance_(chance) {
  primary_.shards.resize(shards);
  replica_ = primary_;
}

void Redis::catch_up() {
  if (time_.now() < attached_at_) return;
  if (!attached_) {
    replica_ = primary_;
    on_the_way_.clear();
    attached_ = true;
  }
  if (time_.now() < linked_at_) return;
  while (!on_the_way_.empty() && std::max(on_the_way_.front().first, linked_at_) <= time_.now()) {
    on_the_way_.front().second(replica_);
    on_the_way_.pop_front();
  }
}

void Redis::write(const Change& change) {
  catch_up();
  change(primary_);
  if (attached_) {
    const Duration lag = chance_.percent(20) ? chance_.between(Duration(50), Duration(400))
                                             : chance_.between(Duration(1), Duration(20));
    on_the_way_.emplace_back(time_.now() + lag, change);
  }
}

CommitResult Redis::commit(const Commit& commit) {
  const auto& shard = primary_.shards[commit.shard];
  if (auto refused = persistence::refusal(commit, shard.record)) return *std::move(refused);
  const std::string where = "shard " + std::to_string(commit.shard) + ", position " +
                            std::to_string(shard.record.head.position);
  if (commit.fence != shard.record.fence) {
    violations_.push_back(where + ": a write of one who is not the owner was accepted");
  }
  if (commit.expected != shard.record.head) {
    violations_.push_back(where + ": a write onto another past was accepted");
  }
  write([commit](RedisState& state) {
    auto& changed = state.shards[commit.shard];
    changed.record = persistence::after(commit, changed.record);
    if (commit.block) changed.blocks[commit.block->last_position] = *commit.block;
  });
  return {.status = CommitStatus::ok, .head = shard.record.head, .detail = {}};
}

bool Redis::wait() {
  catch_up();
  if (!attached_ || time_.now() < linked_at_) return false;
  for (auto& [when, change] : on_the_way_) change(replica_);
  on_the_way_.clear();
  return true;
}

void Redis::cut_replica(Duration time) {
  catch_up();
  linked_at_ = std::max(linked_at_, time_.now() + time);
}

void Redis::fail_over(Duration down, Duration alone) {
  catch_up();
  primary_ = replica_;
  on_the_way_.clear();
  ++generation_;
  down_until_ = time_.now() + down;
  attached_ = false;
  attached_at_ = down_until_ + alone;
  linked_at_ = {};
}

void Redis::heal() {
  linked_at_ = {};
  attached_at_ = std::min(attached_at_, time_.now());
  down_until_ = {};
  catch_up();
}

}  // namespace loyalty::cluster::simulator
