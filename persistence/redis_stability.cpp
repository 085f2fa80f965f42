// SPDX-License-Identifier: Apache-2.0
#include "persistence/redis_stability.hpp"

namespace loyalty::persistence {
namespace {

// Heads that follow each other more closely are told apart only by the newest of them.
constexpr std::chrono::milliseconds grain{50};

}  // namespace

RedisStability::RedisStability(const std::vector<Head>& found) : shards_(found.size()) {
  const Deadline now = RedisClock::now();
  for (std::size_t shard = 0; shard < found.size(); ++shard) {
    shards_[shard].younger.push_back({now, found[shard]});
  }
}

void RedisStability::acknowledged(ShardId shard, const Head& head, Deadline now) {
  const std::lock_guard lock(mutex_);
  auto& younger = shards_[shard].younger;
  age(shards_[shard], now);
  // The newest one of a grain takes the place of the others, and counts as the last of them.
  if (younger.size() > 1 && now - younger[younger.size() - 2].at < grain) younger.pop_back();
  younger.push_back({now, head});
}

Head RedisStability::synced(ShardId shard, Deadline now) {
  const std::lock_guard lock(mutex_);
  age(shards_[shard], now);
  return shards_[shard].synced;
}

Head RedisStability::newest(ShardId shard) {
  const std::lock_guard lock(mutex_);
  const auto& known = shards_[shard];
  return known.younger.empty() ? known.synced : known.younger.back().head;
}

void RedisStability::rolled_back(ShardId shard, const Head& head, Deadline now) {
  const std::lock_guard lock(mutex_);
  shards_[shard] = {.synced = {}, .younger = {{now, head}}};
}

void RedisStability::age(Shard& shard, Deadline now) {
  while (!shard.younger.empty() && now - shard.younger.front().at >= sync_age) {
    shard.synced = shard.younger.front().head;
    shard.younger.pop_front();
  }
}

}  // namespace loyalty::persistence
