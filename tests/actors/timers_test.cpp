// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "actors/entity_key.hpp"
#include "tests/actors/node_fixture.hpp"

namespace loyalty::actors {
namespace {

class Timers : public NodeTest {
 protected:
  persistence::ShardId shard(const std::string& member) {
    return shard_of(member_key("shop", member), store_.shards());
  }
  /// Whether something of the member is still to happen by then, as the store has it.
  bool is_due(const std::string& member, std::int64_t until) {
    const std::string key = member_key("shop", member);
    const auto due = store_.due(shard(member), 1, until, 100);
    EXPECT_TRUE(due);
    if (!due) return false;
    return std::any_of(due->begin(), due->end(),
                       [&](const auto& entry) { return entry.entity == key; });
  }
};

TEST_F(Timers, WakePassiveMembersWhenSomethingIsDue) {
  start();
  enroll("ada");
  must("review", {{"member", "ada"}, {"key", "r"}});
  must("subscribe", {{"member", "ada"}});
  must("set_clock", {{"now", noon + day_ms}});
  const api::Notice notice = peer_->next_notice();
  EXPECT_EQ(notice.method, "points_credited");
  EXPECT_EQ(number_at(notice.body, "points"), 50);
  EXPECT_EQ(number_at(notice.body, "at"), noon + day_ms / 2)
      << "at midnight, not when it was woken";
}

TEST_F(Timers, FireAfterARestartForWhatBecameDueMeanwhile) {
  start();
  enroll("ada");
  must("review", {{"member", "ada"}, {"key", "r"}});
  restart();
  must("subscribe", {{"member", "ada"}});
  must("set_clock", {{"now", noon + day_ms}});
  EXPECT_EQ(peer_->next_notice().method, "points_credited");
}

TEST_F(Timers, FireForMembersThatAreNotInMemory) {
  options.active_entities = 4;
  start();
  for (int i = 0; i < 50; ++i) {
    const std::string member = "m" + std::to_string(i);
    enroll(member);
    must("review", {{"member", member}, {"key", "r"}});
  }
  must("set_clock", {{"now", noon + 500 * day_ms}});
  for (int i = 0; i < 50; ++i) {
    const auto member = must("get_balances", {{"member", "m" + std::to_string(i)}});
    EXPECT_EQ(number_at(member.body, "balances.points.available"), 0) << "credited and expired";
    EXPECT_EQ(number_at(member.body, "sequence"), 7);
  }
}

TEST_F(Timers, ABatchRunCreditsEverybodyWhoWaitsBeforeItIsAnswered) {
  start();
  for (int i = 0; i < 20; ++i) {
    const std::string member = "m" + std::to_string(i);
    enroll(member);
    must("record_activity", {{"member", member}, {"key", "t"}, {"type", "training"}});
    EXPECT_EQ(points_of(member), 0);
  }
  must("subscribe", {{"member", "m3"}});
  must("run_batch", {{"key", "run-1"}});
  EXPECT_EQ(peer_->next_notice().method, "points_credited");
  for (int i = 0; i < 20; ++i) EXPECT_EQ(points_of("m" + std::to_string(i)), 70);
  must("run_batch", {{"key", "run-2"}});
  EXPECT_EQ(points_of("m3"), 70) << "a second run credits nothing";
}

TEST_F(Timers, AreNotLostWhenTheDueIndexCannotBeRead) {
  start();
  enroll("ada");
  must("review", {{"member", "ada"}, {"key", "r"}});
  restart();
  store_.fail_due(shard("ada"), 3);
  must("set_clock", {{"now", noon + day_ms}});
  EXPECT_EQ(store_.failing_due(), 0U);
  EXPECT_FALSE(is_due("ada", noon + day_ms)) << "it happened, though nobody asked for the member";
  EXPECT_EQ(points_of("ada"), 50);
}

TEST_F(Timers, ABatchRunIsNotLostWhenTheDueIndexCannotBeRead) {
  start();
  enroll("ada");
  must("record_activity", {{"member", "ada"}, {"key", "t"}, {"type", "training"}});
  store_.fail_due(shard("ada"), 3);
  must("subscribe", {{"member", "ada"}});
  must("run_batch", {{"key", "run-1"}});
  EXPECT_EQ(store_.failing_due(), 0U);
  EXPECT_EQ(peer_->next_notice().method, "points_credited");
}

TEST_F(Timers, AWakeUpForAMemberThatCannotBeLoadedComesAgain) {
  start();
  enroll("ada");
  must("review", {{"member", "ada"}, {"key", "r"}});
  restart();
  EXPECT_TRUE(is_due("ada", noon + day_ms));
  store_.fail_loads(3);
  must("set_clock", {{"now", noon + day_ms}});
  EXPECT_EQ(store_.failing_loads(), 0U);
  EXPECT_FALSE(is_due("ada", noon + day_ms));
}

TEST_F(Timers, AWakeUpWhileTheStoreTakesNoWritesIsWrittenWhenItDoes) {
  start();
  enroll("ada");
  must("review", {{"member", "ada"}, {"key", "r"}});
  store_.answer_commits(persistence::CommitStatus::unavailable);
  const std::size_t before = store_.commits();
  const auto set = send("set_clock", {{"now", noon + day_ms}});
  while (store_.commits() < before + 3) must("ping", {});
  EXPECT_FALSE(peer_->has_reply(set)) << "what became due is not durable";
  store_.answer_commits(std::nullopt);
  EXPECT_TRUE(holds_alternative<api::Result>(peer_->reply(set).outcome));
  EXPECT_FALSE(is_due("ada", noon + day_ms));
}

TEST_F(Timers, TheClockNeverGoesBack) {
  start();
  EXPECT_EQ(code_of("set_clock", {{"now", noon - 1}}), "INVALID_PARAM");
  EXPECT_EQ(number_at(must("ping", {}).body, "now"), noon);
}

}  // namespace
}  // namespace loyalty::actors
