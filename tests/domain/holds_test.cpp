// SPDX-License-Identifier: Apache-2.0
#include "tests/support/story.hpp"

/// Points set aside for a redemption to come (domain.md F26).
namespace loyalty::domain {
namespace {

using support::find;
using support::named;
using support::Story;
using Code = RefusalCode;

std::string hold(Story& story, const HoldPoints& what) {
  story.given(what);
  return story.result<HoldResult>().hold.hold;
}

Points held(const Story& story) {
  return named(story.ask<BalancesResult>(GetBalances{}).balances, "points").held;
}

TEST(Hold, TakesPointsFromTheBalanceAtOnce) {
  Story story;
  story.given(CreditPoints{.points = 100});
  story.when(HoldPoints{.offer = "mug", .quantity = 2, .ttl_s = 60}).then_facts({"points_held"});
  const auto& result = story.result<HoldResult>();
  EXPECT_EQ(result.hold.points, Points{60});
  EXPECT_EQ(result.hold.offer, "mug");
  EXPECT_EQ(named(result.balances, "points"), Points{40});
  EXPECT_EQ(held(story), Points{60});
  story.when(DebitPoints{.points = 41}).then_refused(Code::insufficient_points, "points");
  ASSERT_EQ(story.ask<HoldsResult>(GetHolds{}).holds.size(), 1U);
}

TEST(Hold, IsCapturedOnce) {
  Story story;
  story.given(CreditPoints{.points = 100});
  const auto name = hold(story, {.offer = "drink", .quantity = 2});
  story.when(CaptureHold{.hold = name, .reference = "receipt 7"});
  story.then_facts({"journal_recorded", "points_debited", "redemption_made", "voucher_issued",
                    "voucher_issued"});
  const auto& result = story.result<RedeemResult>();
  EXPECT_EQ(result.points, Points{100});
  EXPECT_EQ(result.quantity, 2);
  EXPECT_EQ(result.vouchers.size(), 2U);
  EXPECT_EQ(held(story), Points{0});
  story.when(CaptureHold{.hold = name}).then_refused(Code::unknown_hold, "hold");
  story.when(ReleaseHold{.hold = name}).then_refused(Code::unknown_hold, "hold");
}

TEST(Hold, RedeemsExactlyItsCredits) {
  Story story;
  story.at("2026-03-10 12:00").given(CreditPoints{.points = 30});
  const Sequence first = story.history().back().sequence;
  const auto name = hold(story, {.offer = "mug"});
  story.given(CreditPoints{.points = 50}).when(CaptureHold{.hold = name});
  const auto debit = story.facts<PointsDebited>().at(0);
  ASSERT_EQ(debit.uses.size(), 1U);
  EXPECT_EQ(debit.uses[0].lot, first);
  story.then_balance("points", 50);
}

TEST(Hold, IsCapturedAlsoWhenItsCreditsHaveExpiredMeanwhile) {
  Story story;
  story.at("2026-03-10 12:00").given(CreditPoints{.points = 100});
  story.at("2027-03-09 23:55");
  const auto name = hold(story, {.offer = "mug"});
  story.at("2027-03-10 00:05").when(CaptureHold{.hold = name}).then_accepted();
  EXPECT_EQ(story.facts<PointsExpired>().at(0).points, Points{70});
  EXPECT_EQ(story.facts<PointsDebited>().at(0).points, Points{30});
  story.then_balance("points", 0);
}

TEST(Hold, ReleasedGivesItsPointsBackToTheirCredits) {
  Story story;
  story.at("2026-03-10 12:00").given(CreditPoints{.points = 100});
  const auto name = hold(story, {.points = 80});
  story.when(ReleaseHold{.hold = name}).then_facts({"hold_released"}).then_balance("points", 100);
  EXPECT_EQ(story.member().purse(story.catalogue().primary)->lots.size(), 1U);
}

TEST(Hold, ReleasedAfterTheExpiryOfItsCreditsExpiresThemInTheSameStep) {
  Story story;
  story.at("2026-03-10 12:00").given(CreditPoints{.points = 100});
  story.at("2027-03-09 23:55");
  const auto name = hold(story, {.points = 80});
  story.at("2027-03-10 00:05").when(ReleaseHold{.hold = name});
  story.then_facts({"points_expired", "hold_released", "points_expired"});
  story.then_balance("points", 0);
}

TEST(Hold, ComesBackByItselfWhenItsTimeIsOver) {
  Story story;
  story.at("2026-03-10 12:00").given(CreditPoints{.points = 100});
  const auto name = hold(story, {.points = 80, .ttl_s = 900});
  story.at("2026-03-10 12:14").wake().then_balance("points", 20);
  story.at("2026-03-10 12:15").wake().then_facts({"hold_released"}).then_balance("points", 100);
  story.when(CaptureHold{.hold = name}).then_refused(Code::unknown_hold, "hold");
}

TEST(Hold, NeedsPointsThatAreThere) {
  auto program = support::shop();
  find(program.currencies, "points").negative_limits = {{"silver", 500}};
  Story story(program);
  story.given(CreditPoints{.points = 29});
  story.when(HoldPoints{.offer = "mug"}).then_refused(Code::insufficient_points, "points");
  story.when(HoldPoints{.currency = "stars", .points = 1})
      .then_refused(Code::qualifying_not_redeemable, "currency");
  story.when(HoldPoints{.offer = "yacht"}).then_refused(Code::unknown_offer, "offer");
  story.when(HoldPoints{.currency = "gems", .points = 1})
      .then_refused(Code::unknown_currency, "currency");
  story.when(HoldPoints{.points = 5, .ttl_s = 0}).then_refused(Code::invalid_param, "ttl_s");
  story.when(HoldPoints{.points = 5, .ttl_s = 2'592'001})
      .then_refused(Code::invalid_param, "ttl_s");
  story.when(HoldPoints{}).then_refused(Code::invalid_param, "points");
  story.when(CaptureHold{.hold = "h1"}).then_refused(Code::unknown_hold, "hold");
}

TEST(Hold, OfAnOfferIsCapturedForWhatTheOfferIsGoodFor) {
  Story story;
  story.given(CreditPoints{.points = 100});
  const auto name = hold(story, {.offer = "ten-off"});
  story.when(CaptureHold{.hold = name, .category = "boots", .price = 5'000})
      .then_refused(Code::not_eligible_product, "category");
  story.when(CaptureHold{.hold = name, .category = "court-shoes", .price = 500})
      .then_refused(Code::discount_exceeds_price, "price");
  story.when(CaptureHold{.hold = name, .category = "court-shoes", .price = 5'000});
  story.then_accepted();
  EXPECT_EQ(story.result<RedeemResult>().discount, Money{1'000});
}

TEST(Hold, CapturedAtAPartnerIsOwedToIt) {
  Story story;
  story.given(CreditPoints{.points = 100});
  const auto name = hold(story, {.offer = "spa"});
  EXPECT_TRUE(story.owed().empty());
  story.given(CaptureHold{.hold = name, .product = "massage"});
  ASSERT_EQ(story.owed().size(), 1U);
  EXPECT_EQ(story.owed()[0].money, Money{-45});
}

}  // namespace
}  // namespace loyalty::domain
