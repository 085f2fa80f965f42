// SPDX-License-Identifier: Apache-2.0
#include "actors/entity_key.hpp"
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

TEST_F(SubscriptionsTest, OfOneConnectionBeginAnewBehindWhatIsHeldBackOfTheOneBefore) {
  start();
  enroll("ada");
  std::string neighbour = "bob";  // in the shard of ada
  while (shard_of(member_key("shop", neighbour), 4) != shard_of(member_key("shop", "ada"), 4)) {
    neighbour += "b";
  }
  enroll(neighbour);
  store_.hold_commits();
  send("purchase", {{"member", neighbour}, {"key", "1"}, {"amount", 100}});
  store_.wait_for_held_commit();
  must("subscribe", {{"member", "ada"}, {"from", 0}});
  const auto again = send("subscribe", {{"member", "ada"}, {"from", 0}});
  must("get_balances", {{"member", "ada"}});
  EXPECT_FALSE(peer_->has_reply(again));
  store_.let_commits_pass();
  EXPECT_TRUE(holds_alternative<api::Result>(peer_->reply(again).outcome));
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

TEST_F(SubscriptionsTest, TellPartnersWhatIsBooked) {
  start();
  enroll("ada");
  must("subscribe", {{"partner", "acme"}});
  must("purchase", {{"member", "ada"}, {"key", "1"}, {"amount", 1000}, {"partner", "acme"}});
  const api::Notice booked = peer_->next_notice();
  EXPECT_EQ(booked.method, "partner_entries_booked");
  EXPECT_EQ(text_at(booked.body, "partner"), "acme");
  EXPECT_EQ(number_at(booked.body, "sequence"), 1);
  EXPECT_EQ(number_at(booked.body, "net"), 10);
  EXPECT_EQ(text_at(booked.body, "text"), "1 entry");
  must("record_partner_payment", {{"partner", "acme"}, {"key", "1"}, {"amount", 10}});
  EXPECT_EQ(peer_->next_notice().method, "partner_payment_recorded");
}

TEST_F(SubscriptionsTest, GiveAPartnersPastAndPresentWithoutAGap) {
  start();
  enroll("ada");
  const auto pay = [this](int i) {
    must("record_partner_payment",
         {{"partner", "acme"}, {"key", "p" + std::to_string(i)}, {"amount", 100}});
  };
  for (int i = 0; i < 130; ++i) pay(i);
  restart();
  must("subscribe", {{"partner", "acme"}, {"from", 5}});
  pay(130);
  expect_all(*peer_, 6, 131);
}

TEST_F(SubscriptionsTest, HoldNoticesOfPartnersBackUntilTheyAreDurable) {
  start();
  must("subscribe", {{"partner", "acme"}});
  store_.hold_commits();
  send("record_partner_payment", {{"partner", "acme"}, {"key", "1"}, {"amount", 100}});
  store_.wait_for_held_commit();
  EXPECT_FALSE(peer_->has_notice());
  store_.let_commits_pass();
  peer_->next_notice();
}

TEST_F(SubscriptionsTest, TellWhatIsUsedOfAPromotionsLimits) {
  start();
  apply(shop_with_a_pot());
  must("subscribe", {{"promotion", "pot"}});
  std::int64_t used = 0;
  for (int i = 0; i < 4; ++i) {
    const std::string member = "m" + std::to_string(i);
    enroll(member);
    must("record_activity", {{"member", member}, {"key", "s"}, {"type", "survey"}});
  }
  for (std::int64_t sequence = 1; used < 100; ++sequence) {
    const api::Notice notice = peer_->next_notice();
    ASSERT_EQ(number_at(notice.body, "sequence"), sequence);
    ASSERT_EQ(text_at(notice.body, "promotion"), "pot");
    used += number_at(notice.body, "points").value_or(0);
  }
  EXPECT_EQ(used, 100);
}

TEST_F(SubscriptionsTest, OfOneConnectionToSeveralEntitiesEndOneByOne) {
  start();
  enroll("ada");
  must("subscribe", {{"member", "ada"}});
  must("subscribe", {{"partner", "acme"}});
  must("unsubscribe", {{"member", "ada"}});
  must("purchase", {{"member", "ada"}, {"key", "1"}, {"amount", 1000}, {"partner", "acme"}});
  EXPECT_EQ(text_at(peer_->next_notice().body, "partner"), "acme");
  must("unsubscribe", {{"partner", "acme"}});
  must("record_partner_payment", {{"partner", "acme"}, {"key", "1"}, {"amount", 10}});
  EXPECT_FALSE(peer_->has_notice());
}

TEST_F(SubscriptionsTest, AreRefusedForNobody) {
  start();
  EXPECT_EQ(code_of("subscribe", {{"partner", "nobody"}}), "UNKNOWN_PARTNER");
  EXPECT_EQ(code_of("subscribe", {{"promotion", "nothing"}}), "UNKNOWN_PROMOTION");
  EXPECT_EQ(code_of("subscribe", {{"member", "nobody"}}), "UNKNOWN_MEMBER");
}

}  // namespace
}  // namespace loyalty::actors
