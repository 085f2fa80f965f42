// SPDX-License-Identifier: Apache-2.0
#include "cluster/protocol.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <optional>
#include <string>
#include <vector>

#include "cluster/placement.hpp"
#include "persistence/membership_rules.hpp"

namespace loyalty::cluster {
namespace {

using persistence::Fence;
using std::chrono::milliseconds;

/// One node over a table and fences that the test holds in its hand. What the protocol wants is
/// done at once, unless the test has taken the store away.
class OneNode : public testing::Test {
 protected:
  static constexpr ShardId shards = 4;

  OneNode() : fences_(shards) { protocol_.ready(); }

  /// Lets time pass in small steps.
  void pass(milliseconds time) {
    for (const auto end = now_ + time; now_ < end; now_ += milliseconds(50)) {
      for (const auto& action : protocol_.step(now_)) perform(action);
    }
  }

  void perform(const Action& action) {
    const std::string& me = name_;
    const auto who = protocol_.incarnation();
    if (const auto* join = get_if<JoinTable>(&action)) {
      protocol_.joined(who, answer(persistence::join(table_, join->me)), now_);
    } else if (holds_alternative<SendBeat>(action)) {
      if (!there_) return protocol_.beaten(who, std::nullopt, now_, now_);
      protocol_.beaten(who, persistence::heartbeat(table_, me, who), now_, now_);
    } else if (holds_alternative<LookAround>(action)) {
      if (!there_) return protocol_.looked(std::nullopt, now_);
      beat_others();
      protocol_.looked(std::pair(table_, fences_), now_);
    } else if (const auto* watched = get_if<WatchShards>(&action)) {
      std::vector<std::pair<ShardId, Fence>> seen;
      for (const auto shard : watched->shards) seen.emplace_back(shard, fences_[shard]);
      protocol_.watched(seen);
    } else if (const auto* silent = get_if<ExpireNode>(&action)) {
      persistence::expire(table_, silent->name, silent->incarnation, silent->heartbeat);
      protocol_.expired();
    } else if (const auto* state = get_if<EnterState>(&action)) {
      protocol_.entered(answer(persistence::enter(table_, me, who, state->state)), now_);
    } else if (holds_alternative<LeaveTable>(action)) {
      persistence::leave(table_, me, who);
      protocol_.left();
    } else if (const auto* take = get_if<TakeShard>(&action)) {
      taken_.push_back(take->shard);
      const bool free = fences_[take->shard] == take->seen;
      if (free) fences_[take->shard] = {take->seen.epoch + 1, take->nonce};
      protocol_.taken(take->shard, free ? std::optional(fences_[take->shard]) : std::nullopt, now_);
    } else if (const auto* give = get_if<GiveShard>(&action)) {
      given_.push_back(give->shard);
      if (!hold_gifts_) finish_gift(give->shard);
    } else {
      ++dropped_;
    }
  }

  std::optional<bool> answer(bool value) const {
    return there_ ? std::optional(value) : std::nullopt;
  }
  void finish_gift(ShardId shard) {
    fences_[shard].owner = {};
    protocol_.given(shard, true, now_);
  }
  void beat_others() {
    for (auto& node : table_.nodes) {
      if (node.name != name_ && others_beat_) ++node.heartbeat;
    }
  }
  /// Another node that is up and has this shard.
  void add_other(const std::string& name, std::vector<ShardId> has = {}) {
    NodeRecord other{.name = name, .incarnation = {0xB, 1}, .client_address = "there:1"};
    ASSERT_TRUE(persistence::join(table_, other));
    ASSERT_TRUE(persistence::enter(table_, name, other.incarnation, NodeState::up));
    for (const auto shard : has) fences_[shard] = {10, {0xB, 77}};
  }
  std::size_t mine() const { return protocol_.holdings().count(Holdings::State::mine); }

  const std::string name_ = "a";
  std::uint64_t words_ = 1000;
  Protocol protocol_{
      {.name = name_, .client_address = "here:1"}, Timings{}, shards, [this] { return ++words_; }};
  Protocol::Time now_{std::chrono::hours(1)};
  View table_;
  std::vector<Fence> fences_;
  bool there_ = true;
  bool others_beat_ = true;
  bool hold_gifts_ = false;
  std::vector<ShardId> taken_;
  std::vector<ShardId> given_;
  int dropped_ = 0;
};

TEST_F(OneNode, AloneItTakesEverything) {
  pass(milliseconds(3000));
  EXPECT_EQ(protocol_.phase(), Protocol::Phase::up);
  EXPECT_EQ(mine(), shards);
  for (const auto& owner : protocol_.owners().shards) {
    EXPECT_EQ(owner.kind, ShardOwner::Kind::mine);
  }
}

TEST_F(OneNode, AShardOfALivingNodeIsNotTakenAndItsAddressIsTold) {
  add_other("b", {0, 1, 2, 3});
  pass(milliseconds(4000));
  EXPECT_EQ(protocol_.phase(), Protocol::Phase::up);
  EXPECT_EQ(mine(), 0U);
  EXPECT_EQ(protocol_.owners().shards[0].kind, ShardOwner::Kind::other);
  EXPECT_EQ(protocol_.owners().shards[0].client_address, "there:1");
}

TEST_F(OneNode, AReleasedShardIsTakenWithinAMomentByWhomItBelongsTo) {
  add_other("b", {0, 1, 2, 3});
  pass(milliseconds(4000));
  const auto places = placement(table_, shards);
  const auto own = std::ranges::find(places, name_);
  ASSERT_NE(own, places.end());
  const auto shard = static_cast<ShardId>(own - places.begin());
  fences_[shard].owner = {};
  pass(milliseconds(100));
  EXPECT_EQ(protocol_.holdings()[shard].state, Holdings::State::mine);
}

TEST_F(OneNode, TheShardsOfADeadNodeAreTakenWhenItsLeaseIsOver) {
  add_other("b", {0, 1, 2, 3});
  pass(milliseconds(3000));
  others_beat_ = false;
  protocol_.link_down({0xB, 1});
  pass(milliseconds(3000));
  EXPECT_EQ(find_node(table_, "b")->state, NodeState::dead) << "two looks, with the hint";
  EXPECT_EQ(mine(), 0U) << "it may still be answering reads";
  pass(milliseconds(2000));
  EXPECT_EQ(mine(), shards);
}

TEST_F(OneNode, AnOwnerThatIsInNoTableIsWaitedForAsLongAsALease) {
  fences_[2] = {10, {0xDEAD, 5}};
  pass(milliseconds(3000));
  EXPECT_EQ(mine(), shards - 1U);
  pass(milliseconds(3000));
  EXPECT_EQ(mine(), shards);
}

TEST_F(OneNode, WithoutTheStoreItSpeaksAndBeginsForAWhileAndNobodyDies) {
  add_other("b", {0, 1, 2, 3});
  pass(milliseconds(3000));
  there_ = false;
  pass(milliseconds(2000));
  EXPECT_LT(now_, protocol_.speaks_until());
  pass(milliseconds(1900));
  EXPECT_GT(now_, protocol_.speaks_until());
  EXPECT_LT(now_, protocol_.begins_until());
  pass(milliseconds(60'000));
  EXPECT_GT(now_, protocol_.begins_until());
  there_ = true;
  pass(milliseconds(1500));
  EXPECT_LT(now_, protocol_.speaks_until());
  EXPECT_EQ(find_node(table_, "b")->state, NodeState::up);
  EXPECT_EQ(dropped_, 0);
}

TEST_F(OneNode, DeclaredDeadItDropsAllAndComesBackAsAnother) {
  pass(milliseconds(3000));
  const auto before = protocol_.incarnation();
  persistence::expire(table_, name_, before, find_node(table_, name_)->heartbeat);
  for (auto& fence : fences_) fence = {99, {0xB, 1}};
  pass(milliseconds(1100));
  EXPECT_EQ(dropped_, 1);
  EXPECT_NE(protocol_.incarnation(), before);
  EXPECT_EQ(mine(), 0U);
  pass(milliseconds(10'000));
  EXPECT_EQ(protocol_.phase(), Protocol::Phase::up);
  EXPECT_EQ(mine(), shards) << "whoever had them is in no table";
}

TEST_F(OneNode, LooksAtOnceWhenSomebodyWaitsButNotAllTheTime) {
  pass(milliseconds(3000));
  const auto looks = [&](milliseconds since) {
    int count = 0;
    for (milliseconds step{0}; step < since; step += milliseconds(5)) {
      now_ += milliseconds(5);
      protocol_.look_soon(now_);
      for (const auto& action : protocol_.step(now_)) {
        if (!holds_alternative<LookAround>(action)) continue;
        ++count;
        protocol_.looked(std::pair(table_, fences_), now_);
      }
    }
    return count;
  };
  EXPECT_EQ(looks(milliseconds(50)), 1);
  EXPECT_GE(looks(milliseconds(500)), 9);
  EXPECT_LE(looks(milliseconds(500)), 11);
}

TEST_F(OneNode, ALiveNamesakeIsRefusedAndADeadOneIsReplaced) {
  add_other(name_);
  others_beat_ = false;
  for (auto& node : table_.nodes) node.incarnation = {0xC, 1};
  pass(milliseconds(4000));
  EXPECT_EQ(protocol_.phase(), Protocol::Phase::entering);
  pass(milliseconds(6000));
  EXPECT_EQ(protocol_.phase(), Protocol::Phase::up);
}

TEST_F(OneNode, ANamesakeWhoseHeartBeatsIsTheEnd) {
  add_other(name_);
  pass(milliseconds(500));
  for (int i = 0; i < 3; ++i) {
    ++table_.nodes[0].heartbeat;
    pass(milliseconds(1000));
  }
  EXPECT_EQ(protocol_.phase(), Protocol::Phase::refused);
}

TEST_F(OneNode, ItGivesAFewAtATimeAndEverythingBeforeItLeaves) {
  Timings few;
  pass(milliseconds(3000));
  add_other("b");
  hold_gifts_ = true;
  protocol_.drain(true, now_);
  pass(milliseconds(3000));
  EXPECT_EQ(protocol_.phase(), Protocol::Phase::draining);
  EXPECT_EQ(given_.size(), std::min<std::size_t>(few.handover_shards, shards));
  for (const auto shard : given_) finish_gift(shard);
  pass(milliseconds(500));
  EXPECT_EQ(protocol_.phase(), Protocol::Phase::left);
  EXPECT_EQ(find_node(table_, name_), nullptr);
}

TEST_F(OneNode, TheLastOneLeavesAtOnce) {
  pass(milliseconds(3000));
  protocol_.drain(true, now_);
  pass(milliseconds(2000));
  EXPECT_EQ(protocol_.phase(), Protocol::Phase::left);
}

TEST_F(OneNode, AReleaseThatTheStoreHasForgottenIsMadeGood) {
  pass(milliseconds(3000));
  add_other("b");
  persistence::pin(table_, 2, "b");
  pass(milliseconds(3000));
  ASSERT_FALSE(given_.empty());
  const ShardId shard = given_.front();
  given_.clear();
  fences_[shard] = {11, {protocol_.incarnation().high, 5}};
  pass(milliseconds(3000));
  EXPECT_THAT(given_, testing::Contains(shard));
  EXPECT_EQ(fences_[shard].owner, persistence::OwnerNonce{});
}

TEST_F(OneNode, WhatWasLostWithoutAnotherOwnerIsLeftToPeople) {
  pass(milliseconds(3000));
  taken_.clear();
  protocol_.lost(1, now_);
  pass(milliseconds(5000));
  EXPECT_THAT(taken_, testing::IsEmpty());
  EXPECT_EQ(mine(), shards - 1U);
}

}  // namespace
}  // namespace loyalty::cluster
