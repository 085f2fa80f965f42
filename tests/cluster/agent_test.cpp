// SPDX-License-Identifier: Apache-2.0
#include "cluster/agent.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <condition_variable>
#include <mutex>

#include "actors/clock.hpp"
#include "persistence/memory_store.hpp"

namespace loyalty::cluster {
namespace {

using persistence::Fence;
using persistence::StoreResult;

constexpr ShardId shards = 2;

/// A table of nodes that says whatever it is told to, of one other node that has all shards.
class ScriptedTable final : public persistence::Membership {
 public:
  void say(std::uint64_t version, const NodeRecord& other) {
    const std::lock_guard lock(mutex_);
    view_.version = version;
    other_ = other;
  }

  StoreResult<bool> join(const NodeRecord& me) override {
    const std::lock_guard lock(mutex_);
    me_ = me;
    return true;
  }
  StoreResult<persistence::Beat> heartbeat(std::string_view, const Incarnation&) override {
    return persistence::Beat{.alive = true, .version = 0};
  }
  StoreResult<bool> expire(std::string_view, const Incarnation&, std::uint64_t) override {
    return false;
  }
  StoreResult<bool> enter(std::string_view, const Incarnation&, NodeState state) override {
    const std::lock_guard lock(mutex_);
    me_.state = state;
    return true;
  }
  StoreResult<bool> leave(std::string_view, const Incarnation&) override { return true; }
  StoreResult<bool> pin(ShardId, std::string_view) override { return true; }
  StoreResult<View> view() override {
    const std::lock_guard lock(mutex_);
    ++other_.heartbeat;
    view_.nodes = {me_, other_};
    return view_;
  }
  StoreResult<std::vector<Fence>> fences(std::span<const ShardId> which) override {
    const std::lock_guard lock(mutex_);
    return std::vector<Fence>(which.size(), Fence{.epoch = 1, .owner = other_.incarnation});
  }

 private:
  std::mutex mutex_;
  View view_;
  NodeRecord me_;
  NodeRecord other_;
};

/// The views that an agent has told of.
class Views {
 public:
  void add(const View& view) {
    const std::lock_guard lock(mutex_);
    all_.push_back(view);
    came_.notify_all();
  }
  /// Waits until it was told that the other node is this one.
  bool has(const Incarnation& other) {
    std::unique_lock lock(mutex_);
    return came_.wait_for(lock, std::chrono::seconds(20), [&] {
      return !all_.empty() && all_.back().nodes.back().incarnation == other;
    });
  }
  std::size_t count() {
    const std::lock_guard lock(mutex_);
    return all_.size();
  }

 private:
  std::mutex mutex_;
  std::condition_variable came_;
  std::vector<View> all_;
};

TEST(Agent, TellsOfNodesThatDifferEvenUnderOneVersionAndOfItsOwnChangesAndOfHeartbeatsNever) {
  const auto other = [](std::uint64_t number) {
    return NodeRecord{.name = "eve",
                      .incarnation = {number, number},
                      .peer_address = "eve:1",
                      .client_address = "eve:2",
                      .state = NodeState::up};
  };
  ScriptedTable table;
  table.say(7, other(8));
  Views views;
  std::atomic<int> changes{0};
  Owners owners(shards);
  Timings timings;
  timings.heartbeat = std::chrono::milliseconds(10);
  Agent agent(timings, shards,
              {.members = table,
               .owners = owners,
               .prepare = [] { return true; },
               .log = [](const std::string&) {},
               .viewed = [&](const View& view) { views.add(view); },
               .changed = [&] { ++changes; }});
  const auto store = persistence::make_memory_store(shards);
  actors::RealClock clock;
  actors::NodeOptions options;
  options.executors = 1;
  options.log = [](const std::string&) {};
  options.cluster = agent.services();
  const auto node = actors::Node::start(options, *store, clock);
  ASSERT_TRUE(node) << node.error().message;
  agent.start(**node, {.name = "ada", .peer_address = "ada:1", .client_address = "ada:2"});
  EXPECT_EQ(agent.wait(std::chrono::seconds(20)), Agent::Entry::done);
  EXPECT_TRUE(views.has({8, 8}));
  // The store failed over: it forgot the last change, and made another one since.
  table.say(7, other(9));
  EXPECT_TRUE(views.has({9, 9}));
  EXPECT_EQ(changes, 1) << "it has entered; it has no shard to take or to give";
  // Nobody, itself as it joins, itself as it is up; then the other one.
  EXPECT_LE(views.count(), 5U);
  agent.stop();
}

}  // namespace
}  // namespace loyalty::cluster
