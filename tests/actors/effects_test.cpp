// SPDX-License-Identifier: Apache-2.0
#include "tests/actors/node_fixture.hpp"

/// What purchases of members do to partners, exactly once (runtime.md 1.6).
namespace loyalty::actors {
namespace {

class EffectsTest : public NodeTest {
 protected:
  void buy_at_acme(const std::string& member, const std::string& key) {
    must("purchase", {{"member", member}, {"key", key}, {"amount", 1000}, {"partner", "acme"}});
  }
  std::int64_t position() {
    return number_at(must("get_partner_position", {{"partner", "acme"}}).body, "net").value_or(-1);
  }
};

TEST_F(EffectsTest, AreInThePositionAsSoonAsThePurchaseIsAnswered) {
  start();
  for (int i = 0; i < 30; ++i) {
    const std::string member = "m" + std::to_string(i);
    enroll(member);
    buy_at_acme(member, "1");
    ASSERT_EQ(position(), (i + 1) * 10);
  }
}

TEST_F(EffectsTest, AreThereOnceAfterRestarts) {
  start();
  for (int i = 0; i < 10; ++i) enroll("m" + std::to_string(i));
  for (int round = 0; round < 10; ++round) {
    for (int i = 0; i < 10; ++i) buy_at_acme("m" + std::to_string(i), std::to_string(round));
    restart();
    ASSERT_EQ(position(), (round + 1) * 100);
  }
}

TEST_F(EffectsTest, ArriveWhenTheNodeStopsBetweenCauseAndEffect) {
  start();
  enroll("ada");
  store_.hold_commits();
  const auto purchase =
      send("purchase", {{"member", "ada"}, {"key", "1"}, {"amount", 1000}, {"partner", "acme"}});
  store_.wait_for_held_commit();
  store_.let_commits_pass();
  peer_->reply(purchase);
  restart();  // wherever the message to the partner was at that moment
  EXPECT_EQ(position(), 10);
  restart();
  EXPECT_EQ(position(), 10);
}

TEST_F(EffectsTest, AllArriveAfterARestartHoweverManyWaitForThePartnerToBeLoaded) {
  start();
  for (int i = 0; i < 20; ++i) enroll("m" + std::to_string(i));
  for (int i = 0; i < 700; ++i) {  // one message each, and nothing snapshotted
    buy_at_acme("m" + std::to_string(i % 20), std::to_string(i));
  }
  restart();
  EXPECT_EQ(position(), 7000);
}

TEST_F(EffectsTest, AStatementListsTheSingleEntries) {
  start();
  enroll("ada");
  buy_at_acme("ada", "1");
  buy_at_acme("ada", "2");
  const auto statement =
      must("get_partner_statement", {{"partner", "acme"}, {"period", "2026-01"}});
  EXPECT_EQ(number_at(statement.body, "net"), 20);
  EXPECT_EQ(code_of("get_partner_position", {{"partner", "nobody"}}), "UNKNOWN_PARTNER");
}

}  // namespace
}  // namespace loyalty::actors
