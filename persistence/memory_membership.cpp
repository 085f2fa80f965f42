// SPDX-License-Identifier: Apache-2.0
#include "persistence/memory_membership.hpp"

#include <mutex>

#include "persistence/membership_rules.hpp"

namespace loyalty::persistence {
namespace {

class MemoryMembership final : public Membership {
 public:
  explicit MemoryMembership(Store& store) : store_(store) {}

  StoreResult<bool> join(const NodeRecord& me) override {
    const std::lock_guard lock(mutex_);
    return persistence::join(table_, me);
  }
  StoreResult<Beat> heartbeat(std::string_view name, const Incarnation& me) override {
    const std::lock_guard lock(mutex_);
    return persistence::heartbeat(table_, name, me);
  }
  StoreResult<bool> expire(std::string_view name, const Incarnation& who,
                           std::uint64_t seen_heartbeat) override {
    const std::lock_guard lock(mutex_);
    return persistence::expire(table_, name, who, seen_heartbeat);
  }
  StoreResult<bool> enter(std::string_view name, const Incarnation& who, NodeState state) override {
    const std::lock_guard lock(mutex_);
    return persistence::enter(table_, name, who, state);
  }
  StoreResult<bool> leave(std::string_view name, const Incarnation& me) override {
    const std::lock_guard lock(mutex_);
    return persistence::leave(table_, name, me);
  }
  StoreResult<bool> pin(ShardId shard, std::string_view node) override {
    const std::lock_guard lock(mutex_);
    persistence::pin(table_, shard, node);
    return true;
  }
  StoreResult<View> view() override {
    const std::lock_guard lock(mutex_);
    return table_;
  }
  StoreResult<std::vector<Fence>> fences(std::span<const ShardId> shards) override {
    std::vector<Fence> found;
    for (const ShardId shard : shards) {
      const auto owner = store_.owner(shard);
      if (!owner) return domain::Unexpected{owner.error()};
      found.push_back(owner->fence);
    }
    return found;
  }

 private:
  Store& store_;
  std::mutex mutex_;
  View table_;
};

}  // namespace

std::unique_ptr<Membership> make_memory_membership(Store& store) {
  return std::make_unique<MemoryMembership>(store);
}

}  // namespace loyalty::persistence
