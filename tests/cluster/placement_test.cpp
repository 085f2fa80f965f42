// SPDX-License-Identifier: Apache-2.0
#include "cluster/placement.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <string>

namespace loyalty::cluster {
namespace {

using testing::Each;

constexpr ShardId shards = 64;

View view_of(std::initializer_list<const char*> up) {
  View view;
  for (const auto* name : up) {
    view.nodes.push_back({.name = name, .state = NodeState::up});
  }
  return view;
}

TEST(Placement, WithoutANodeNothingHasAPlace) {
  EXPECT_THAT(placement(View{}, shards), Each(""));
  View view = view_of({"a", "b"});
  view.nodes[0].state = NodeState::joining;
  view.nodes[1].state = NodeState::draining;
  EXPECT_THAT(placement(view, shards), Each(""));
}

TEST(Placement, OneNodeHasEverything) { EXPECT_THAT(placement(view_of({"a"}), shards), Each("a")); }

TEST(Placement, EveryNodeHasAFairShare) {
  std::map<std::string, int> share;
  for (const auto& name : placement(view_of({"a", "b", "c", "d"}), 1'000)) ++share[name];
  for (const auto& [name, count] : share) {
    EXPECT_GT(count, 180) << name;
    EXPECT_LT(count, 320) << name;
  }
}

TEST(Placement, WhenANodeComesOnlyItsOwnShardsMove) {
  const auto before = placement(view_of({"a", "b", "c"}), shards);
  const auto after = placement(view_of({"a", "b", "c", "d"}), shards);
  for (ShardId shard = 0; shard < shards; ++shard) {
    if (after[shard] != "d") {
      EXPECT_EQ(after[shard], before[shard]) << shard;
    }
  }
}

TEST(Placement, WhenANodeDiesOnlyItsOwnShardsMove) {
  const auto before = placement(view_of({"a", "b", "c"}), shards);
  View view = view_of({"a", "b", "c"});
  view.nodes[1].state = NodeState::dead;
  const auto after = placement(view, shards);
  for (ShardId shard = 0; shard < shards; ++shard) {
    if (before[shard] != "b") {
      EXPECT_EQ(after[shard], before[shard]) << shard;
    }
    EXPECT_NE(after[shard], "b");
  }
}

TEST(Placement, APinHoldsWhileItsNodeIsUp) {
  View view = view_of({"a", "b"});
  const auto natural = placement(view, shards);
  const std::string other = natural[7] == "a" ? "b" : "a";
  view.pins = {{.shard = 7, .node = other}};
  EXPECT_EQ(placement(view, shards)[7], other);
  view.nodes[other == "a" ? 0 : 1].state = NodeState::draining;
  EXPECT_EQ(placement(view, shards)[7], natural[7]);
}

TEST(Placement, IsTheSameForEver) {
  // Nodes of all versions have to agree; a change here needs a new protocol version.
  const auto places = placement(view_of({"a", "b", "c"}), 12);
  std::string all;
  for (const auto& name : places) all += name;
  EXPECT_EQ(all, "caaabcccccbc");
}

}  // namespace
}  // namespace loyalty::cluster
