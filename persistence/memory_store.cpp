// SPDX-License-Identifier: Apache-2.0
#include "persistence/memory_store.hpp"

#include <algorithm>
#include <map>
#include <mutex>
#include <set>
#include <utility>

#include "persistence/faults.hpp"
#include "persistence/write_rules.hpp"

namespace loyalty::persistence {
namespace {

struct ShardState {
  OwnerRecord record;
  std::map<std::uint64_t, Block> blocks;
  std::map<std::string, Snapshot, std::less<>> snapshots;
  std::map<std::pair<std::string, std::uint64_t>, Segment> history;
  std::set<std::pair<std::int64_t, std::string>> timers;
  std::map<std::string, Head, std::less<>> cursors;
};

void apply(const Commit& commit, ShardState& state) {
  state.record = after(commit, state.record);
  if (commit.block) state.blocks[commit.block->last_position] = *commit.block;
  for (const auto& snapshot : commit.snapshots) state.snapshots[snapshot.entity] = snapshot;
  for (const auto& key : commit.merged) state.history.erase({key.entity, key.first_sequence});
  for (const auto& segment : commit.segments) {
    state.history[{segment.entity, segment.first_sequence}] = segment;
  }
  for (const auto& move : commit.due) {
    if (move.from_ms != 0) state.timers.erase({move.from_ms, move.entity});
    if (move.to_ms != 0) state.timers.insert({move.to_ms, move.entity});
  }
}

class MemoryStore final : public Store {
 public:
  explicit MemoryStore(ShardId shards) : states_(std::clamp<ShardId>(shards, 1, max_shards)) {}

  ShardId shards() const override { return static_cast<ShardId>(states_.size()); }
  std::string describe() const override { return "memory (volatile)"; }

  StoreResult<OwnerRecord> owner(ShardId shard) override {
    if (shard >= shards()) return no_such_shard(shard, shards());
    const std::lock_guard lock(mutex_);
    return states_[shard].record;
  }

  StoreResult<OwnerRecord> claim(ShardId shard, const Fence& seen, OwnerNonce me,
                                 std::int64_t now_ms) override {
    if (shard >= shards()) return no_such_shard(shard, shards());
    const std::lock_guard lock(mutex_);
    auto next = claimed(shard, states_[shard].record, seen, me, now_ms);
    if (next) states_[shard].record = *next;
    return next;
  }

  StoreResult<bool> release(ShardId shard, const Fence& fence) override {
    if (shard >= shards()) return no_such_shard(shard, shards());
    const std::lock_guard lock(mutex_);
    auto& held = states_[shard].record.fence;
    if (held != fence || held.owner == OwnerNonce{}) return false;
    held.owner = {};
    return true;
  }

  std::vector<CommitResult> commit(std::span<const Commit> commits) override {
    const std::lock_guard lock(mutex_);
    std::vector<CommitResult> results;
    results.reserve(commits.size());
    for (const Commit& commit : commits) results.push_back(commit_one(commit));
    return results;
  }

  StoreResult<Loaded> load(ShardId shard, std::span<const std::string> entities) override {
    if (shard >= shards()) return no_such_shard(shard, shards());
    const std::lock_guard lock(mutex_);
    Loaded found{.head = states_[shard].record.head, .snapshots = {}};
    found.snapshots.reserve(entities.size());
    for (const auto& entity : entities) {
      const auto at = states_[shard].snapshots.find(entity);
      found.snapshots.push_back(at == states_[shard].snapshots.end() ? std::nullopt
                                                                     : std::optional(at->second));
    }
    return found;
  }

  StoreResult<bool> entities(ShardId shard,
                             const std::function<bool(const std::string&)>& visit) override {
    if (shard >= shards()) return no_such_shard(shard, shards());
    std::vector<std::string> names;
    {
      const std::lock_guard lock(mutex_);
      for (const auto& [entity, snapshot] : states_[shard].snapshots) names.push_back(entity);
    }
    for (const auto& name : names) {
      if (!visit(name)) break;
    }
    return true;
  }

  StoreResult<std::vector<Snapshot>> pinned(ShardId shard) override {
    if (shard >= shards()) return no_such_shard(shard, shards());
    const std::lock_guard lock(mutex_);
    std::vector<Snapshot> found;
    for (const auto& [entity, snapshot] : states_[shard].snapshots) {
      if (snapshot.pinned) found.push_back(snapshot);
    }
    return found;
  }

  StoreResult<bool> blocks(ShardId shard, std::uint64_t after_position,
                           const std::function<bool(const Block&)>& visit) override {
    if (shard >= shards()) return no_such_shard(shard, shards());
    for (;;) {
      Block block;
      {
        // Not held while visiting: the visitor may call the store.
        const std::lock_guard lock(mutex_);
        const auto next = states_[shard].blocks.upper_bound(after_position);
        if (next == states_[shard].blocks.end()) return true;
        block = next->second;
      }
      after_position = block.last_position;
      if (!visit(block)) return true;
    }
  }

  StoreResult<bool> history(ShardId shard, std::string_view entity,
                            const std::function<bool(const Segment&)>& visit) override {
    return history_from(shard, entity, 0, visit);
  }

  StoreResult<bool> history_from(ShardId shard, std::string_view entity,
                                 std::uint64_t first_sequence,
                                 const std::function<bool(const Segment&)>& visit) override {
    if (shard >= shards()) return no_such_shard(shard, shards());
    std::vector<Segment> segments;  // all of one moment: they may be merged meanwhile
    {
      const std::lock_guard lock(mutex_);
      const auto& history = states_[shard].history;
      for (auto at = history.lower_bound({std::string(entity), first_sequence});
           at != history.end() && at->first.first == entity; ++at) {
        segments.push_back(at->second);
      }
    }
    for (const auto& segment : segments) {
      if (!visit(segment)) break;
    }
    return true;
  }

  StoreResult<std::vector<DueEntry>> due(ShardId shard, std::int64_t from_ms, std::int64_t until_ms,
                                         std::size_t limit) override {
    if (shard >= shards()) return no_such_shard(shard, shards());
    const std::lock_guard lock(mutex_);
    std::vector<DueEntry> found;
    const auto& timers = states_[shard].timers;
    for (auto timer = timers.lower_bound({from_ms, {}}); timer != timers.end(); ++timer) {
      if (timer->first > until_ms || found.size() == limit) break;
      found.push_back({timer->first, timer->second});
    }
    return found;
  }

  StoreResult<bool> trim(ShardId shard, std::uint64_t up_to) override {
    if (shard >= shards()) return no_such_shard(shard, shards());
    const std::lock_guard lock(mutex_);
    auto& state = states_[shard];
    const auto end = state.blocks.upper_bound(trim_limit(state.record, up_to));
    state.blocks.erase(state.blocks.begin(), end);
    return true;
  }

  StoreResult<std::uint64_t> stable(ShardId shard) override {
    if (shard >= shards()) return no_such_shard(shard, shards());
    const std::lock_guard lock(mutex_);
    return states_[shard].record.head.position;
  }

  StoreResult<std::optional<Head>> projection_cursor(ShardId shard,
                                                     std::string_view name) override {
    if (shard >= shards()) return no_such_shard(shard, shards());
    const std::lock_guard lock(mutex_);
    const auto at = states_[shard].cursors.find(name);
    if (at == states_[shard].cursors.end()) return std::optional<Head>{};
    return std::optional(at->second);
  }

  StoreResult<bool> put_projection_cursor(ShardId shard, std::string_view name,
                                          Head cursor) override {
    if (shard >= shards()) return no_such_shard(shard, shards());
    const std::lock_guard lock(mutex_);
    states_[shard].cursors.insert_or_assign(std::string(name), cursor);
    return true;
  }

 private:
  CommitResult commit_one(const Commit& commit) {
    if (commit.shard >= shards()) {
      return {.status = CommitStatus::fenced,
              .head = {},
              .detail = no_such_shard(commit.shard, shards()).error.message};
    }
    auto& state = states_[commit.shard];
    if (auto refused = refusal(commit, state.record)) return *std::move(refused);
    apply(commit, state);
    return {.status = CommitStatus::ok, .head = state.record.head, .detail = {}};
  }

  std::mutex mutex_;
  std::vector<ShardState> states_;
};

}  // namespace

std::unique_ptr<Store> make_memory_store(ShardId shards) {
  return std::make_unique<MemoryStore>(shards);
}

}  // namespace loyalty::persistence
