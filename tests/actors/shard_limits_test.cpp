// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "actors/entity_key.hpp"
#include "tests/actors/shard_fixture.hpp"

/// What a shard takes upon itself at once has bounds.
namespace loyalty::actors {
namespace {

constexpr int loads_at_once = 64;

class ShardLimits : public ShardTest {
 protected:
  static std::string member(int number) { return "m" + std::to_string(number); }

  /// Asks for that many members who are not in memory.
  std::vector<std::uint32_t> ask_for(int members) {
    std::vector<std::uint32_t> calls;
    for (int i = 0; i < members; ++i) calls.push_back(send("get_balances", member(i)));
    return calls;
  }
  std::size_t answered(const std::vector<std::uint32_t>& calls) {
    std::size_t count = 0;
    for (const auto call : calls) count += peer_->has_reply(call);
    return count;
  }
};

TEST_F(ShardLimits, SoManyMembersAreLoadedAtOnceAndTheRestInOrder) {
  start();
  const auto calls = ask_for(loads_at_once + 2);
  EXPECT_EQ(lane_.reads_waiting(), loads_at_once);
  lane_.do_read();
  settle_without_store();
  EXPECT_TRUE(peer_->has_reply(calls[0]));
  EXPECT_EQ(answered(calls), 1U);
  EXPECT_EQ(lane_.reads_waiting(), loads_at_once) << "the next one takes its place";
  settle();
  EXPECT_EQ(answered(calls), calls.size());
  for (const auto call : calls) EXPECT_EQ(code_of(call), "UNKNOWN_MEMBER");
}

TEST_F(ShardLimits, LoadsThatWaitForATurnAreRefusedWithTheFirstThatFails) {
  start();
  const auto calls = ask_for(loads_at_once + 100);
  store_.fail_loads(1);
  lane_.do_read();
  settle_without_store();
  EXPECT_EQ(code_of(calls[0]), "UNAVAILABLE");
  for (std::size_t i = loads_at_once; i < calls.size(); ++i) {
    EXPECT_EQ(code_of(calls[i]), "UNAVAILABLE") << i;
  }
  EXPECT_EQ(answered(calls), 101U) << "those under way have answers of their own";
  settle();
  EXPECT_EQ(code_of(calls[1]), "UNKNOWN_MEMBER");
  enroll(member(0));
  enroll(member(loads_at_once + 50));
}

TEST_F(ShardLimits, WhoWasUsedLeastRecentlyLeavesWhereTooManyAreInMemory) {
  max_active_ = 3;  // the program is one
  start();
  enroll("ada");
  enroll("bob");
  must("get_balances", "ada");  // a moment later: the order of use is not made anew for that
  enroll("cyd");
  for (int i = 0; i < 3; ++i) {  // one round snapshots who is to leave, the next lets go
    shard_->tend();
    settle();
  }
  const std::size_t before = store_.loads();
  must("get_balances", "ada");
  must("get_balances", "cyd");
  EXPECT_EQ(store_.loads(), before) << "they stay";
  must("get_balances", "bob");
  EXPECT_EQ(store_.loads(), before + 1);
}

TEST_F(ShardLimits, DamageOfOneMemberIsNoReasonToRefuseOthers) {
  max_idle_ = std::chrono::seconds(0);
  start();
  enroll(member(0));
  for (int i = 0; i < 3; ++i) {  // it is snapshotted, and then it leaves
    shard_->tend();
    settle();
  }
  store_.lose_snapshots();
  const auto calls = ask_for(loads_at_once + 10);
  settle();
  EXPECT_EQ(code_of(calls.front()), "UNAVAILABLE");
  EXPECT_EQ(code_of(calls.back()), "UNKNOWN_MEMBER");
}

TEST_F(ShardLimits, WhileTooManyEffectsAreNotConfirmedMembersTakeNoWrites) {
  max_unconfirmed_effects_ = 10;
  start();
  for (const auto* name : {"ada", "bob"}) enroll(name);
  receivers_are_away_ = true;
  for (int i = 0; i < 10; ++i) purchase(i % 2 == 0 ? "ada" : "bob", std::to_string(i));

  const auto refused = send("purchase", "ada", {{"key", "more"}, {"amount", 1000}});
  const auto read = send("get_balances", "ada");
  settle();
  EXPECT_EQ(code_of(refused), "UNAVAILABLE");
  EXPECT_TRUE(get<api::Error>(peer_->reply(refused).outcome).retryable);
  EXPECT_EQ(code_of(read), "") << "reads go on";

  receivers_are_away_ = false;
  settle();
  purchase("ada", "more");
}

TEST_F(ShardLimits, EffectsThatAreNotDurableYetCountAsWell) {
  max_unconfirmed_effects_ = 10;
  start();
  enroll("ada");
  std::vector<std::uint32_t> calls;
  for (int i = 0; i < 12; ++i) {
    calls.push_back(send("purchase", "ada",
                         {{"key", std::to_string(i)}, {"amount", 1000}, {"partner", "acme"}}));
    settle_without_store();
  }
  EXPECT_EQ(code_of(calls[9]), "no answer yet");
  EXPECT_EQ(code_of(calls[10]), "UNAVAILABLE");
}

TEST_F(ShardLimits, EffectsOfBeforeARestartCountAsWell) {
  start();
  enroll("ada");
  receivers_are_away_ = true;
  for (int i = 0; i < 10; ++i) purchase("ada", std::to_string(i));
  max_unconfirmed_effects_ = 10;
  restart();
  const auto refused = send("purchase", "ada", {{"key", "more"}, {"amount", 1000}});
  settle();
  EXPECT_EQ(code_of(refused), "UNAVAILABLE");
}

TEST_F(ShardLimits, SnapshotsOfWhatIsOldAreSpreadOut) {
  snapshot_age_ = std::chrono::seconds(0);
  start();
  const int members = 500;
  for (int i = 0; i < members; ++i) enroll(member(i));
  shard_->tend();
  shard_->ship();
  ASSERT_NE(lane_.next_commit(), nullptr);
  const auto& snapshots = lane_.next_commit()->snapshots;
  const auto actors = std::count_if(snapshots.begin(), snapshots.end(),
                                    [](const auto& s) { return is_actor(s.entity); });
  EXPECT_GT(actors, 16);
  EXPECT_LE(actors, 128) << "those of a second";
}

TEST_F(ShardLimits, WhatItWasGrantedBeforeItDiedIsGivenBack) {
  start();
  apply(shop_with_a_pot());
  enroll("ada");
  grants_are_lost_ = true;
  send("record_activity", "ada", {{"key", "s"}, {"type", "survey"}});
  settle();
  grants_are_lost_ = false;
  restart();
  shard_->tend();
  settle();
  must("subscribe", "", {{"promotion", "pot"}, {"from", 0}});
  settle();
  std::vector<std::optional<std::int64_t>> set_aside;
  while (peer_->has_notice()) {
    set_aside.push_back(number_at(peer_->next_notice().body, "portion.quantities.points"));
  }
  EXPECT_EQ(set_aside, (std::vector<std::optional<std::int64_t>>{40, 0}));
}

}  // namespace
}  // namespace loyalty::actors
