// SPDX-License-Identifier: Apache-2.0
#include "tests/cluster/simulator/machine.hpp"

#include <utility>

#include "persistence/faults.hpp"
#include "persistence/write_rules.hpp"

namespace loyalty::cluster::simulator {
namespace {

using namespace persistence;

constexpr Duration request_timeout{2000};
constexpr Duration wait_timeout{500};

class NodeStore final : public Store {
 public:
  explicit NodeStore(Machine& machine) : machine_(machine) {}

  ShardId shards() const override {
    return static_cast<ShardId>(machine_.redis().state().shards.size());
  }
  std::string describe() const override { return "simulated"; }
  bool may_regress() const override { return true; }

  StoreResult<OwnerRecord> owner(ShardId shard) override {
    if (!reached()) return away();
    if (machine_.weather().replicated && !machine_.redis().wait()) return unconfirmed();
    return record(shard);
  }
  StoreResult<OwnerRecord> claim(ShardId shard, const Fence& seen, OwnerNonce me,
                                 std::int64_t now_ms) override {
    if (!reached()) return away();
    const auto next = claimed(shard, record(shard), seen, me, now_ms);
    if (!next) return next;
    set_fence(shard, next->fence);
    if (!answered()) return unconfirmed();
    return next;
  }
  StoreResult<bool> release(ShardId shard, const Fence& fence) override {
    if (!reached()) return away();
    if (record(shard).fence != fence || fence.owner == OwnerNonce{}) return false;
    set_fence(shard, {.epoch = fence.epoch, .owner = {}});
    if (!answered()) return unconfirmed();
    return true;
  }
  StoreResult<bool> settle(ShardId) override {
    if (!reached()) return away();
    if (!machine_.redis().wait()) return unconfirmed();
    return true;
  }
  std::vector<CommitResult> commit(std::span<const Commit> commits) override {
    return {commits.size(), {.status = CommitStatus::unavailable, .head = {}, .detail = "by lane"}};
  }
  StoreResult<Loaded> load(ShardId, std::span<const std::string>) override { return Loaded{}; }
  StoreResult<std::vector<Snapshot>> pinned(ShardId) override { return std::vector<Snapshot>{}; }
  StoreResult<bool> entities(ShardId, const std::function<bool(const std::string&)>&) override {
    return true;
  }
  StoreResult<bool> blocks(ShardId shard, std::uint64_t after,
                           const std::function<bool(const Block&)>& visit) override {
    if (!reached()) return away();
    const auto& blocks = machine_.redis().state().shards[shard].blocks;
    for (auto at = blocks.upper_bound(after); at != blocks.end(); ++at) {
      if (!visit(at->second)) break;
    }
    return true;
  }
  StoreResult<bool> history(ShardId, std::string_view,
                            const std::function<bool(const Segment&)>&) override {
    return true;
  }
  StoreResult<std::vector<DueEntry>> due(ShardId, std::int64_t, std::int64_t,
                                         std::size_t) override {
    return std::vector<DueEntry>{};
  }
  StoreResult<bool> trim(ShardId, std::uint64_t) override { return true; }
  StoreResult<std::uint64_t> stable(ShardId shard) override {
    if (!reached()) return away();
    if (!machine_.redis().wait()) return unconfirmed();
    return record(shard).head.position;
  }
  StoreResult<std::optional<Head>> projection_cursor(ShardId, std::string_view) override {
    return std::optional<Head>{};
  }
  StoreResult<bool> put_projection_cursor(ShardId, std::string_view, Head) override { return true; }

 private:
  const OwnerRecord& record(ShardId shard) const {
    return machine_.redis().state().shards[shard].record;
  }
  void set_fence(ShardId shard, const Fence& fence) {
    machine_.redis().write([=](RedisState& state) { state.shards[shard].record.fence = fence; });
  }
  bool reached() {
    if (!machine_.reaches_redis()) return false;
    return !machine_.weather().lost_answers || !machine_.chance().percent(1);
  }
  /// Where replicas confirm, an answer is one only if they did.
  bool answered() {
    if (machine_.weather().replicated && !machine_.redis().wait()) return false;
    return !machine_.weather().lost_answers || !machine_.chance().percent(3);
  }
  static Fault away() { return unavailable("away"); }
  static Fault unconfirmed() { return unavailable("not confirmed"); }

  Machine& machine_;
};

}  // namespace

void Machine::later(Duration delay, std::function<void()> what) {
  time_.after(delay, [this, life = life_, what = std::move(what)] { resume(life, what); });
}

void Machine::resume(std::uint64_t life, const std::function<void()>& what) {
  if (life != life_) return;
  if (time_.now() < awake_at_) {
    time_.at(awake_at_, [this, life, what] { resume(life, what); });
    return;
  }
  what();
}

void Machine::ask(std::function<void()> there, std::function<void(bool)> back) {
  const auto way = [this] { return chance_.between(Duration(0), Duration(6)); };
  time_.after(way(), [this, way, life = life_, there = std::move(there), back = std::move(back)] {
    const auto answer = [&](Duration delay, bool arrives) {
      time_.after(
          delay, [this, life, back, arrives] { resume(life, [back, arrives] { back(arrives); }); });
    };
    const bool arrived = reaches_redis() && !(weather_.lost_answers && chance_.percent(1));
    if (!arrived) return answer(redis_.up() ? request_timeout : Duration(20), false);
    there();
    const bool lost = weather_.lost_answers && chance_.percent(2);
    answer(lost ? request_timeout : way(), !lost);
  });
}

void Lane::commit(Commit commit, Committed done) {
  auto sent = std::make_shared<Commit>(std::move(commit));
  auto result = std::make_shared<CommitResult>();  // unknown, until something is known
  const auto there = [this, sent, result] {
    Redis& redis = machine_.redis();
    *result = redis.commit(*sent);
    const bool again = result->status == CommitStatus::head && sent->block &&
                       result->head == Head{sent->block->last_position, sent->block->chain};
    const bool counts = result->status == CommitStatus::ok || again;
    if (counts && machine_.weather().replicated && !redis.wait()) *result = CommitResult{};
  };
  const auto back = [sent, result, done = std::move(done)](bool answered) {
    done(answered ? *result : CommitResult{}, *sent);
  };
  machine_.ask(there, back);
}

void Lane::read(Job job) {
  machine_.later(machine_.chance().between(Duration(1), Duration(12)),
                 [this, job = std::move(job)] { job(store_); });
}

std::unique_ptr<Store> make_store(Machine& machine) { return std::make_unique<NodeStore>(machine); }

}  // namespace loyalty::cluster::simulator
