// SPDX-License-Identifier: Apache-2.0
#include "tests/support/story.hpp"

/// What points buy, and which points are taken (domain.md F19, F21, F24).
namespace loyalty::domain {
namespace {

using support::find;
using support::named;
using support::Story;
using Code = RefusalCode;

Points total(const std::vector<LotUseView>& trace) {
  Points sum;
  for (const auto& use : trace) sum += use.points;
  return sum;
}

TEST(Redeem, TakesThePointsInTheSameStep) {
  Story story;
  story.given(CreditPoints{.points = 100});
  story.when(Redeem{.offer = "mug", .quantity = 2});
  story.then_facts({"journal_recorded", "points_debited", "redemption_made"})
      .then_balance("points", 40);
  const auto& result = story.result<RedeemResult>();
  EXPECT_EQ(result.offer, "mug");
  EXPECT_EQ(result.quantity, 2);
  EXPECT_EQ(result.currency, "points");
  EXPECT_EQ(result.points, Points{60});
  EXPECT_EQ(total(result.trace), Points{60});
  EXPECT_EQ(named(result.balances, "points"), Points{40});
}

TEST(Redeem, GivesTenOffCourtShoesForAHundredPoints) {
  Story story;
  story.given(CreditPoints{.points = 100});
  story.when(Redeem{.offer = "ten-off", .category = "court-shoes", .price = 1'000});
  story.then_accepted().then_balance("points", 0);
  EXPECT_EQ(story.result<RedeemResult>().discount, Money{1'000});
}

TEST(Redeem, OfADiscountOnAnotherCategoryIsRefused) {
  Story story;
  story.given(CreditPoints{.points = 100});
  story.when(Redeem{.offer = "ten-off", .category = "boots", .price = 5'000});
  story.then_refused(Code::not_eligible_product, "category").then_facts({});
  story.when(Redeem{.offer = "ten-off", .price = 5'000});
  story.then_refused(Code::not_eligible_product, "category");
}

TEST(Redeem, OfADiscountThatExceedsThePriceIsRefused) {
  Story story;
  story.given(CreditPoints{.points = 300});
  const auto redeem = [](std::int64_t quantity, std::optional<std::int64_t> price) {
    return Redeem{
        .offer = "ten-off", .quantity = quantity, .category = "court-shoes", .price = price};
  };
  story.when(redeem(1, 999)).then_refused(Code::discount_exceeds_price, "price").then_facts({});
  story.when(redeem(2, 1'999)).then_refused(Code::discount_exceeds_price, "price");
  story.when(redeem(1, 0)).then_refused(Code::discount_exceeds_price, "price");
  story.when(redeem(1, std::nullopt)).then_refused(Code::invalid_param, "price");
  story.when(redeem(1, -1)).then_refused(Code::invalid_param, "price");
  story.when(redeem(2, 2'000)).then_accepted().then_balance("points", 100);
}

TEST(Redeem, TakesWholeMultiplesOfTheCost) {
  Story story;
  story.given(CreditPoints{.points = 200});
  story.when(Redeem{.offer = "mug", .points = 61}).then_refused(Code::invalid_param, "points");
  story.when(Redeem{.offer = "mug", .points = 29}).then_refused(Code::invalid_param, "points");
  story.when(Redeem{.offer = "mug", .points = 0}).then_refused(Code::invalid_param, "points");
  story.when(Redeem{.offer = "mug", .points = -30}).then_refused(Code::invalid_param, "points");
  story.when(Redeem{.offer = "mug", .quantity = 1, .points = 30})
      .then_refused(Code::invalid_param, "points");
  story.when(Redeem{.offer = "mug", .quantity = 0}).then_refused(Code::invalid_param, "quantity");
  story.when(Redeem{.offer = "mug", .quantity = INT64_MAX})
      .then_refused(Code::invalid_param, "quantity");
  story.when(Redeem{.offer = "mug", .points = 60}).then_accepted().then_balance("points", 140);
}

TEST(Redeem, NeedsEnoughAvailablePoints) {
  Story story;
  story.at("2026-03-10 12:00").given(CreditPoints{.points = 29});
  story.given(Review{});  // 50 to come: not available
  story.when(Redeem{.offer = "mug"}).then_refused(Code::insufficient_points, "points");
  story.then_facts({}).then_balance("points", 29);
  story.given(CreditPoints{.points = 1}).when(Redeem{.offer = "mug"}).then_accepted();
  story.when(Redeem{.offer = "mug"}).then_refused(Code::insufficient_points, "points");
}

TEST(Redeem, KnowsTheOffersOfTheProgramOnly) {
  Story story;
  story.when(Redeem{.offer = "yacht"}).then_refused(Code::unknown_offer, "offer");
  const std::string long_text(65, 'x');
  story.given(CreditPoints{.points = 100});
  story.when(Redeem{.offer = "mug", .reference = long_text})
      .then_refused(Code::invalid_param, "reference");
}

TEST(Redeem, IssuesTheVoucherOfTheOffer) {
  Story story;
  story.at("2026-03-10 12:00").given(CreditPoints{.points = 100});
  story.when(Redeem{.offer = "drink", .quantity = 2});
  story.then_facts({"journal_recorded", "points_debited", "redemption_made", "voucher_issued",
                    "voucher_issued"});
  const auto& vouchers = story.result<RedeemResult>().vouchers;
  ASSERT_EQ(vouchers.size(), 2U);
  EXPECT_EQ(vouchers[0].definition, "drink");
  EXPECT_NE(vouchers[0].voucher, vouchers[1].voucher);
  EXPECT_EQ(story.local(*vouchers[0].expires), "2026-06-08 00:00");
  EXPECT_EQ(story.facts<VoucherIssued>().at(0).journal, story.result<RedeemResult>().journal);
}

TEST(Redeem, OfMoreThanAHundredVouchersAtOnceIsRefused) {
  Story story;
  story.given(CreditPoints{.points = 100'000});
  story.when(Redeem{.offer = "drink", .quantity = 101})
      .then_refused(Code::limit_exceeded, "quantity");
  story.when(Redeem{.offer = "drink", .quantity = 100}).then_accepted();
}

TEST(Redeem, ObtainsOnlyRewardProductsOfAPartner) {
  Story story;
  story.given(CreditPoints{.points = 100});
  story.when(Redeem{.offer = "spa", .product = "room"})
      .then_refused(Code::not_reward_eligible, "product");
  story.when(Redeem{.offer = "spa", .product = "boat"})
      .then_refused(Code::unknown_product, "product");
  story.when(Redeem{.offer = "spa", .product = "massage"}).then_accepted();
  story.then_balance("points", 55);
}

TEST(Redeem, OfAnOfferForSomeProductsIsForTheseOnly) {
  auto program = support::shop();
  find(program.offers, "mug").products = {"mug-red", "mug-blue"};
  Story story(program);
  story.given(CreditPoints{.points = 100});
  story.when(Redeem{.offer = "mug"}).then_refused(Code::not_eligible_product, "product");
  story.when(Redeem{.offer = "mug", .product = "mug-green"})
      .then_refused(Code::not_eligible_product, "product");
  story.when(Redeem{.offer = "mug", .product = "mug-blue"}).then_accepted();
}

TEST(QualifyingPoints, CanNeverBeSpent) {
  Story story;
  story.given(CreditPoints{.currency = "stars", .points = 1'000});
  story.when(DebitPoints{.currency = "stars", .points = 1})
      .then_refused(Code::qualifying_not_redeemable, "currency")
      .then_facts({});
  auto program = support::shop();
  find(program.offers, "mug").currency = "stars";
  auto draft = Program{};
  draft.id = "shop";
  const auto outcome = execute(draft, ApplyProgram{program}, Instant{0});
  ASSERT_FALSE(outcome.result);
  EXPECT_EQ(outcome.result.error().code, Code::qualifying_not_redeemable);
}

TEST(Debit, TakesPointsWithoutAnOffer) {
  Story story;
  story.given(CreditPoints{.points = 100});
  story.when(DebitPoints{.points = 40, .reason = "correction"});
  story.then_facts({"journal_recorded", "points_debited"}).then_balance("points", 60);
  EXPECT_EQ(story.result<RedeemResult>().offer, "");
  story.when(DebitPoints{.points = 61}).then_refused(Code::insufficient_points, "points");
  story.when(DebitPoints{.points = 0}).then_refused(Code::invalid_param, "points");
  story.when(DebitPoints{.currency = "gems", .points = 1})
      .then_refused(Code::unknown_currency, "currency");
  story.when(DebitPoints{.currency = "miles", .points = 1})
      .then_refused(Code::insufficient_points, "points");
}

TEST(Consumption, TakesTheEarliestExpiryThenTheEarliestEarnedThenTheFirstCredited) {
  Story story;
  story.at("2026-03-12 12:00").given(CreditPoints{.points = 10});
  const Sequence newest = story.history().back().sequence;
  story.given(Purchase{.amount = 1'000, .at = story.instant("2026-03-10 12:00")});
  const Sequence oldest = story.result<ActivityResult>().journal + 1;
  story.given(Purchase{.amount = 1'000, .at = story.instant("2026-03-10 13:00")});
  const Sequence second = story.result<ActivityResult>().journal + 1;
  story.when(DebitPoints{.points = 25});
  const auto uses = story.facts<PointsDebited>().at(0).uses;
  ASSERT_EQ(uses.size(), 3U);
  EXPECT_EQ(uses[0].lot, oldest);
  EXPECT_EQ(uses[0].points, Points{10});
  EXPECT_EQ(uses[1].lot, second);
  EXPECT_EQ(uses[2].lot, newest);
  EXPECT_EQ(uses[2].points, Points{5});
}

TEST(Consumption, TakesAsManyCreditsAsItNeedsAndLeavesTheOthersInTheirOrder) {
  Story story;
  for (int i = 0; i < 40; ++i) {
    story.at("2026-03-10 12:00").given(CreditPoints{.points = 10});
  }
  for (int i = 0; i < 13; ++i) story.given(DebitPoints{.points = 25});
  const auto& lots = story.member().purse(story.catalogue().primary)->lots;
  ASSERT_EQ(lots.size(), 8U);
  EXPECT_EQ(lots.front().remaining, Points{5});
  story.then_balance("points", 75);
}

TEST(Consumption, TakesWhatNeverExpiresLast) {
  auto program = support::shop();
  Story story(program);
  find(program.currencies, "points").expiry = ExpiryModel::none;
  find(program.currencies, "points").expiry_period = {};
  story.change(program).at("2026-03-10 12:00").given(CreditPoints{.points = 10});
  const Sequence forever = story.history().back().sequence;
  story.change(support::shop()).at("2026-03-11 12:00").given(CreditPoints{.points = 10});
  story.when(DebitPoints{.points = 15});
  const auto uses = story.facts<PointsDebited>().at(0).uses;
  ASSERT_EQ(uses.size(), 2U);
  EXPECT_NE(uses[0].lot, forever);
  EXPECT_EQ(uses[1].lot, forever);
}

TEST(Consumption, OfEqualExpiryTakesTheEarliestEarned) {
  auto program = support::shop();
  find(program.currencies, "points").expiry_period = {1, PeriodUnit::months};
  Story story(program);
  // 29, 30 and 31 January all end on 1 March.
  story.at("2026-02-01 12:00");
  std::vector<Sequence> credits;
  for (const char* time : {"2026-01-31 12:00", "2026-01-29 12:00", "2026-01-30 12:00"}) {
    story.given(Purchase{.amount = 1'000, .at = story.instant(time)});
    credits.push_back(story.result<ActivityResult>().journal + 1);
  }
  story.when(DebitPoints{.points = 30});
  const auto uses = story.facts<PointsDebited>().at(0).uses;
  std::vector<Sequence> lots;
  for (const auto& use : uses) lots.push_back(use.lot);
  EXPECT_EQ(lots, (std::vector{credits[1], credits[2], credits[0]}));
}

TEST(Trace, LinksADebitToItsCreditsFromBothSides) {
  Story story;
  story.at("2026-03-10 12:00").given(CreditPoints{.points = 50});
  const auto first = static_cast<std::int64_t>(story.history().back().sequence);
  story.at("2026-03-11 12:00").given(CreditPoints{.points = 50});
  story.when(DebitPoints{.points = 70});
  const auto debit = static_cast<std::int64_t>(story.history().back().sequence);
  const auto from_debit = story.ask<TraceResult>(GetTrace{.debit = debit});
  EXPECT_EQ(from_debit.links.size(), 2U);
  EXPECT_EQ(from_debit.total, Points{70});
  const auto from_credit = story.ask<TraceResult>(GetTrace{.credit = first});
  ASSERT_EQ(from_credit.links.size(), 1U);
  EXPECT_EQ(from_credit.links[0].debit, static_cast<Sequence>(debit));
  EXPECT_EQ(from_credit.links[0].action, "debit");
  EXPECT_EQ(from_credit.total, Points{50});
  EXPECT_FALSE(story.answer(GetTrace{}));
  EXPECT_FALSE(story.answer(GetTrace{.debit = debit, .credit = first}));
}

TEST(Trace, OfACreditSumsToWhatIsNoLongerLeftOfIt) {
  Story story;
  story.at("2026-03-10 12:00").given(CreditPoints{.points = 50});
  const auto credit = static_cast<std::int64_t>(story.history().back().sequence);
  story.given(DebitPoints{.points = 15}).given(Redeem{.offer = "mug"});
  EXPECT_EQ(story.ask<TraceResult>(GetTrace{.credit = credit}).total, Points{45});
  story.at("2027-03-10 00:00").wake();
  const auto trace = story.ask<TraceResult>(GetTrace{.credit = credit});
  EXPECT_EQ(trace.total, Points{50});
  EXPECT_EQ(trace.links.back().action, "expiry");
}

}  // namespace
}  // namespace loyalty::domain
