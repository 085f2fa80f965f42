// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <memory>
#include <ostream>

#include "persistence/memory_membership.hpp"
#include "persistence/memory_store.hpp"
#include "persistence/open_store.hpp"
#include "tests/support/redis_server.hpp"

/// The contract of persistence/membership.hpp, for the table in memory and for the one in Redis.
namespace loyalty::persistence {
namespace {

using testing::ElementsAre;
using testing::Field;
using testing::IsEmpty;

/// A table of nodes, and the store whose shards they share.
struct Place {
  std::unique_ptr<Store> store;
  std::unique_ptr<Membership> members;
};

struct Backend {
  std::string name;
  Place (*make)();
};

void PrintTo(const Backend& backend, std::ostream* out) { *out << backend.name; }

Place in_memory() {
  auto store = make_memory_store(3);
  auto members = make_memory_membership(*store);
  return {std::move(store), std::move(members)};
}

Place in_redis() {
  static const test::RedisServer server({.config = {"databases 256"}});
  static std::size_t databases = 0;
  const std::string url = "redis+unix:" + server.socket() + "?db=" + std::to_string(databases++);
  const StoreOptions options{.durability = Durability::relaxed,
                             .shards = 3,
                             .state_directory = (server.directory() / "state").string(),
                             .shared = true};
  auto store = open_store(url, options);
  EXPECT_TRUE(store) << store.error().message;
  auto members = open_membership(url, options);
  EXPECT_TRUE(members) << members.error().message;
  return {std::move(*store), std::move(*members)};
}

NodeRecord node(std::string name, std::uint64_t incarnation) {
  return {.name = std::move(name),
          .incarnation = {.high = incarnation, .low = 7},
          .peer_address = "127.0.0.1:7500",
          .client_address = "127.0.0.1:7400",
          .protocol_min = 1,
          .protocol_max = 3};
}

class Members : public testing::TestWithParam<Backend> {
 protected:
  Members() : place_(GetParam().make()) {}
  Membership& members() { return *place_.members; }
  Store& store() { return *place_.store; }

  View view() {
    const auto seen = members().view();
    EXPECT_TRUE(seen);
    return seen ? *seen : View{};
  }
  NodeState state_of(const std::string& name) {
    for (const auto& node : view().nodes) {
      if (node.name == name) return node.state;
    }
    ADD_FAILURE() << "no node " << name;
    return NodeState::dead;
  }

  const NodeRecord a_ = node("a", 0xA);
  const NodeRecord b_ = node("b", 0xB);

 private:
  Place place_;
};

INSTANTIATE_TEST_SUITE_P(Table, Members,
                         testing::Values(Backend{"memory", in_memory}, Backend{"redis", in_redis}),
                         [](const auto& backend) { return backend.param.name; });

TEST_P(Members, AFreshTableIsEmpty) { EXPECT_EQ(view(), View{}); }

TEST_P(Members, WhoJoinsIsKnownAsItIsAndJoining) {
  EXPECT_TRUE(*members().join(a_));
  EXPECT_THAT(view().nodes, ElementsAre(a_));
  EXPECT_EQ(view().version, 1U);
}

TEST_P(Members, NodesAreSortedByName) {
  EXPECT_TRUE(*members().join(b_));
  EXPECT_TRUE(*members().join(a_));
  EXPECT_THAT(view().nodes, ElementsAre(a_, b_));
  EXPECT_EQ(view().version, 2U);
}

TEST_P(Members, ANodeWithoutAddressesIsKnownWithoutThem) {
  NodeRecord bare = a_;
  bare.peer_address = {};
  bare.client_address = {};
  EXPECT_TRUE(*members().join(bare));
  EXPECT_THAT(view().nodes, ElementsAre(bare));
}

TEST_P(Members, ASecondLiveNodeOfOneNameIsRefused) {
  EXPECT_TRUE(*members().join(a_));
  EXPECT_FALSE(*members().join(node("a", 0xF)));
  EXPECT_THAT(view().nodes, ElementsAre(a_));
}

TEST_P(Members, ToJoinTwiceIsToJoinOnce) {
  EXPECT_TRUE(*members().join(a_));
  EXPECT_TRUE(*members().enter("a", a_.incarnation, NodeState::up));
  EXPECT_TRUE(*members().join(a_)) << "the answer to the first may have been lost";
  EXPECT_EQ(state_of("a"), NodeState::up);
  EXPECT_EQ(view().version, 2U);
}

TEST_P(Members, ADeadNodeComesBackUnderAnotherIncarnation) {
  EXPECT_TRUE(*members().join(a_));
  EXPECT_TRUE(*members().expire("a", a_.incarnation, 0));
  const auto again = node("a", 0xA2);
  EXPECT_TRUE(*members().join(again));
  EXPECT_THAT(view().nodes, ElementsAre(again));
  EXPECT_FALSE(members().heartbeat("a", a_.incarnation)->alive);
  EXPECT_TRUE(members().heartbeat("a", again.incarnation)->alive);
}

TEST_P(Members, AHeartbeatCountsUpAndIsNoChange) {
  EXPECT_TRUE(*members().join(a_));
  EXPECT_TRUE(members().heartbeat("a", a_.incarnation)->alive);
  const auto beat = members().heartbeat("a", a_.incarnation);
  EXPECT_TRUE(beat->alive);
  EXPECT_EQ(beat->version, 1U);
  EXPECT_THAT(view().nodes, ElementsAre(Field(&NodeRecord::heartbeat, 2U)));
}

TEST_P(Members, AHeartbeatOfAnUnknownNodeTellsItSo) {
  EXPECT_FALSE(members().heartbeat("a", a_.incarnation)->alive);
  EXPECT_THAT(view().nodes, IsEmpty());
}

TEST_P(Members, AHeartbeatOfADeadNodeTellsItSoAndDoesNotReviveIt) {
  EXPECT_TRUE(*members().join(a_));
  EXPECT_TRUE(*members().expire("a", a_.incarnation, 0));
  EXPECT_FALSE(members().heartbeat("a", a_.incarnation)->alive);
  EXPECT_EQ(state_of("a"), NodeState::dead);
}

TEST_P(Members, WhoseHeartMovedIsNotDeclaredDead) {
  EXPECT_TRUE(*members().join(a_));
  EXPECT_TRUE(members().heartbeat("a", a_.incarnation)->alive);
  EXPECT_FALSE(*members().expire("a", a_.incarnation, 0));
  EXPECT_FALSE(*members().expire("a", node("a", 0xF).incarnation, 1)) << "another incarnation";
  EXPECT_FALSE(*members().expire("b", b_.incarnation, 0)) << "nobody";
  EXPECT_EQ(state_of("a"), NodeState::joining);
  EXPECT_TRUE(*members().expire("a", a_.incarnation, 1));
  EXPECT_TRUE(*members().expire("a", a_.incarnation, 1)) << "once more";
  EXPECT_EQ(state_of("a"), NodeState::dead);
  EXPECT_EQ(view().version, 2U);
}

TEST_P(Members, StatesGoOneWay) {
  EXPECT_TRUE(*members().join(a_));
  EXPECT_TRUE(*members().enter("a", a_.incarnation, NodeState::up));
  EXPECT_TRUE(*members().enter("a", a_.incarnation, NodeState::up)) << "once more";
  EXPECT_TRUE(*members().enter("a", a_.incarnation, NodeState::draining));
  EXPECT_FALSE(*members().enter("a", a_.incarnation, NodeState::up));
  EXPECT_FALSE(*members().enter("a", b_.incarnation, NodeState::draining));
  EXPECT_FALSE(*members().enter("b", b_.incarnation, NodeState::up));
  EXPECT_EQ(state_of("a"), NodeState::draining);
  EXPECT_EQ(view().version, 3U);
}

TEST_P(Members, ADeadNodeIsNeitherUpNorDraining) {
  EXPECT_TRUE(*members().join(a_));
  EXPECT_TRUE(*members().expire("a", a_.incarnation, 0));
  EXPECT_FALSE(*members().enter("a", a_.incarnation, NodeState::up));
  EXPECT_FALSE(*members().enter("a", a_.incarnation, NodeState::draining));
}

TEST_P(Members, WhoLeavesIsGone) {
  EXPECT_TRUE(*members().join(a_));
  EXPECT_TRUE(*members().leave("a", b_.incarnation));
  EXPECT_THAT(view().nodes, ElementsAre(a_)) << "somebody else left";
  EXPECT_TRUE(*members().leave("a", a_.incarnation));
  EXPECT_TRUE(*members().leave("a", a_.incarnation));
  EXPECT_THAT(view().nodes, IsEmpty());
  EXPECT_EQ(view().version, 2U);
}

TEST_P(Members, AShardIsPinnedUntilItIsPinnedElsewhereOrLetGo) {
  EXPECT_TRUE(members().pin(11, "b"));
  EXPECT_TRUE(members().pin(3, "a"));
  EXPECT_TRUE(members().pin(11, "a"));
  EXPECT_THAT(view().pins, ElementsAre(Pin{3, "a"}, Pin{11, "a"}));
  EXPECT_TRUE(members().pin(3, ""));
  EXPECT_THAT(view().pins, ElementsAre(Pin{11, "a"}));
  EXPECT_EQ(view().version, 4U);
}

TEST_P(Members, ItIsSeenWhoHasAShard) {
  const OwnerNonce mine{.high = a_.incarnation.high, .low = 99};
  ASSERT_TRUE(store().claim(1, {}, mine, 500));
  const std::array<ShardId, 2> asked = {2, 1};
  const auto fences = members().fences(asked);
  ASSERT_TRUE(fences) << fences.error().message;
  EXPECT_THAT(*fences, ElementsAre(Fence{}, Fence{.epoch = 500, .owner = mine}));
  ASSERT_TRUE(*store().settle(1));
  ASSERT_TRUE(store().release(1, {.epoch = 500, .owner = mine}));
  EXPECT_THAT(*members().fences(asked), ElementsAre(Fence{}, Fence{.epoch = 500, .owner = {}}));
}

TEST(ACluster, NeedsAStoreThatAllItsNodesReach) {
  for (const auto* url : {"memory", "rocksdb:somewhere"}) {
    const auto store = open_store(url, {.shared = true});
    ASSERT_FALSE(store);
    EXPECT_EQ(store.error().kind, StoreFault::Kind::invalid);
    EXPECT_THAT(store.error().message, testing::HasSubstr("Redis"));
    EXPECT_FALSE(open_membership(url, {}));
  }
}

}  // namespace
}  // namespace loyalty::persistence
