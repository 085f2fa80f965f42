// SPDX-License-Identifier: Apache-2.0
#include "domain/member/transfer.hpp"

#include "domain/ledger/ledger.hpp"
#include "tests/support/story.hpp"

/// Points from one member to another (domain.md F23).
namespace loyalty::domain {
namespace {

using support::Story;
using Code = RefusalCode;

/// Members that send and receive in turns of their own.
class Transfer : public testing::Test {
 protected:
  Transfer() {
    story_.at("2026-03-10 12:00").given(CreditPoints{.points = 40});
    story_.at("2026-04-10 12:00").given(CreditPoints{.points = 40});
    sender_ = story_.member();
    receiver_.id = "ben";
    receiver_.exists = true;
  }

  Expected<MemberDelivery, Refusal> send(const TransferPoints& command) {
    const MemberContext context{story_.catalogue(), {}, story_.now()};
    MemberTurn turn(sender_, context);
    const auto sent = send_points(turn, command);
    if (!sent) return Unexpected{sent.error()};
    return turn.deliveries().at(0);
  }
  void receive_it(const MemberDelivery& delivery) {
    const MemberContext context{story_.catalogue(), {}, story_.now()};
    MemberTurn turn(receiver_, context);
    receive(turn, delivery);
  }
  CurrencyId points() const { return story_.catalogue().primary; }

  Story story_;
  Member sender_;
  Member receiver_;
};

TEST_F(Transfer, KeepsTheExpiryOfEveryCredit) {
  const auto sent = send({.to = "ben", .points = 60, .reason = "a gift"});
  ASSERT_TRUE(sent);
  EXPECT_EQ(sender_.balance(points()), Points{20});
  receive_it(*sent);
  EXPECT_EQ(receiver_.balance(points()), Points{60});
  const auto& lots = receiver_.purse(points())->lots;
  ASSERT_EQ(lots.size(), 2U);
  EXPECT_EQ(lots[0].remaining, Points{40});
  EXPECT_EQ(lots[0].original, Points{40});
  EXPECT_EQ(story_.local(lots[0].expires), "2027-03-10 00:00");
  EXPECT_EQ(lots[1].remaining, Points{20});
  EXPECT_EQ(lots[1].original, Points{20});
  EXPECT_EQ(story_.local(lots[1].expires), "2027-04-10 00:00");
  EXPECT_NE(lots[0].id, lots[1].id);
}

TEST_F(Transfer, IsToldByBothBooks) {
  const auto sent = send({.to = "ben", .points = 10});
  const auto out =
      transfer_of(PointsSent{points(), {10}, {}, "ben", {}}, "ada", story_.catalogue());
  const auto in = transfer_of(receipts(*sent).at(0), "ben", story_.catalogue());
  EXPECT_EQ(out->from, "member:ada:available");
  EXPECT_EQ(out->to, "member:ben:available");
  EXPECT_EQ(in->from, out->from);
  EXPECT_EQ(in->to, out->to);
  EXPECT_EQ(in->points, out->points);
}

TEST_F(Transfer, PaysTheArrearsOfTheOther) {
  evolve(receiver_, {}, PointsDebited{.currency = points(), .points = {15}});
  receive_it(*send({.to = "ben", .points = 60}));
  EXPECT_EQ(receiver_.balance(points()), Points{45});
  EXPECT_EQ(receiver_.purse(points())->owed(), Points{0});
  EXPECT_EQ(receiver_.purse(points())->lots.at(0).remaining, Points{25});
}

TEST_F(Transfer, IsOfPointsThatAreThere) {
  const auto code = [&](const TransferPoints& command) { return send(command).error().code; };
  EXPECT_EQ(code({.to = "ben", .points = 81}), Code::insufficient_points);
  EXPECT_EQ(code({.to = "ben", .points = 0}), Code::invalid_param);
  EXPECT_EQ(code({.to = "ada", .points = 1}), Code::invalid_param);
  EXPECT_EQ(code({.to = "ben", .currency = "gems", .points = 1}), Code::unknown_currency);
  EXPECT_EQ(code({.to = "ben", .currency = "stars", .points = 1}), Code::qualifying_not_redeemable);
}

}  // namespace
}  // namespace loyalty::domain
