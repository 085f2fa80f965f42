// SPDX-License-Identifier: Apache-2.0
#include "tests/actors/node_fixture.hpp"

namespace loyalty::actors {
namespace {

using Timers = NodeTest;

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

TEST_F(Timers, TheClockNeverGoesBack) {
  start();
  EXPECT_EQ(code_of("set_clock", {{"now", noon - 1}}), "INVALID_PARAM");
  EXPECT_EQ(number_at(must("ping", {}).body, "now"), noon);
}

}  // namespace
}  // namespace loyalty::actors
