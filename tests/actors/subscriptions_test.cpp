// SPDX-License-Identifier: Apache-2.0
#include "tests/actors/node_fixture.hpp"

namespace loyalty::actors {
namespace {

class SubscriptionsTest : public NodeTest {
 protected:
  void buy(const std::string& member, int key) {
    must("purchase", {{"member", member}, {"key", std::to_string(key)}, {"amount", 100}});
  }
  /// Reads notices up to a sequence and expects them in order, without a gap.
  static void expect_all(TestPeer& peer, std::int64_t first, std::int64_t last) {
    for (std::int64_t sequence = first; sequence <= last; ++sequence) {
      ASSERT_EQ(number_at(peer.next_notice().body, "sequence"), sequence);
    }
  }
};

TEST_F(SubscriptionsTest, GiveNewEventsInOrderWithoutAGap) {
  start();
  enroll("ada");
  const auto sequence = number_at(must("subscribe", {{"member", "ada"}}).body, "sequence");
  for (int i = 0; i < 50; ++i) buy("ada", i);
  expect_all(*peer_, *sequence + 1, *sequence + 100);
}

TEST_F(SubscriptionsTest, GiveThePastFromACursorAndThenThePresent) {
  start();
  enroll("ada");
  for (int i = 0; i < 130; ++i) buy("ada", i);  // beyond one history segment
  restart();
  must("subscribe", {{"member", "ada"}, {"from", 10}});
  buy("ada", 130);
  expect_all(*peer_, 11, 2 + 131 * 2);
}

TEST_F(SubscriptionsTest, SendALongPastInPagesThatTheClientKeepsUpWith) {
  start();
  enroll("ada");
  for (int i = 0; i < 1500; ++i) buy("ada", i);
  peer_->set_backlog(1024 * 1024);  // as if nothing that was sent had been read
  must("subscribe", {{"member", "ada"}, {"from", 0}});
  must("get_balances", {{"member", "ada"}});
  EXPECT_FALSE(peer_->has_notice());
  peer_->set_backlog(0);
  buy("ada", 1500);
  expect_all(*peer_, 1, 2 + 1501 * 2);
}

TEST_F(SubscriptionsTest, GiveEachOfManyListenersThePastFirst) {
  start();
  enroll("ada");
  for (int round = 0; round < 20; ++round) {
    std::vector<std::shared_ptr<TestPeer>> listeners;
    std::vector<std::uint32_t> ids;
    for (int i = 0; i < 8; ++i) {
      listeners.push_back(std::make_shared<TestPeer>());
      ids.push_back(send(listeners.back(), "subscribe", {{"member", "ada"}, {"from", 0}}));
      send("purchase", {{"member", "ada"},
                        {"key", std::to_string(round) + "-" + std::to_string(i)},
                        {"amount", 100}});
    }
    buy("ada", round);
    for (auto& listener : listeners) expect_all(*listener, 1, 2 + (round + 1) * 9 * 2);
  }
}

TEST_F(SubscriptionsTest, ArePersonal) {
  start();
  enroll("ada");
  enroll("bob");
  must("subscribe", {{"member", "ada"}});
  buy("bob", 1);
  buy("ada", 1);
  EXPECT_EQ(text_at(peer_->next_notice().body, "member"), "ada");
}

TEST_F(SubscriptionsTest, HoldNoticesBackUntilTheyAreDurable) {
  start();
  enroll("ada");
  must("subscribe", {{"member", "ada"}});
  store_.hold_commits();
  send("purchase", {{"member", "ada"}, {"key", "1"}, {"amount", 100}});
  store_.wait_for_held_commit();
  EXPECT_FALSE(peer_->has_notice());
  store_.let_commits_pass();
  peer_->next_notice();
}

TEST_F(SubscriptionsTest, EndWhenAskedTo) {
  start();
  enroll("ada");
  must("subscribe", {{"member", "ada"}});
  must("unsubscribe", {{"member", "ada"}});
  buy("ada", 1);
  EXPECT_FALSE(peer_->has_notice());
}

TEST_F(SubscriptionsTest, AreRefusedForNobody) {
  start();
  EXPECT_EQ(code_of("subscribe", {{"member", "nobody"}}), "UNKNOWN_MEMBER");
}

}  // namespace
}  // namespace loyalty::actors
