// SPDX-License-Identifier: Apache-2.0
#include "domain/member/liability.hpp"

#include "tests/support/story.hpp"

/// What program and partner owe each other for a purchase or a redemption (domain.md F48, F49).
/// At the hotel a point earned is worth 0.015, a point redeemed 0.01, and half a star 0.01.
namespace loyalty::domain {
namespace {

using support::find;
using support::Story;

Purchase at_the_hotel(std::int64_t amount, const char* product) {
  return {.amount = amount, .product = product, .partner = "hotel"};
}

TEST(Liability, RoundsHalfUpToTheCentOncePerEntry) {
  struct Row {
    std::int64_t points;
    const char* factor;
    const char* price;
    std::int64_t cents;
  };
  for (const auto& [points, factor, price, cents] :
       {Row{1, "1", "0.01", 1}, Row{1, "1", "0.004", 0}, Row{1, "1", "0.005", 1},
        Row{1, "1", "0.0149", 1}, Row{3, "1", "0.015", 5}, Row{33, "0.5", "0.01", 17},
        Row{10, "1.5", "0.001", 2}, Row{0, "1", "1", 0},
        Row{1'000'000'000'000, "1", "0.01", 1'000'000'000'000}}) {
    SCOPED_TRACE(price);
    EXPECT_EQ(liability({points}, *Decimal::parse(factor), *Decimal::parse(price)), Money{cents});
  }
  EXPECT_FALSE(liability({1'000'000'000'000}, one, *Decimal::parse("999999999")));
}

TEST(PartnerPurchase, BooksOneEntryPerCurrencyAtThatMoment) {
  Story story;
  story.at("2026-03-10 12:00").when(at_the_hotel(333, "room"));
  story.then_facts({"journal_recorded", "points_credited", "points_credited",
                    "partner_liability_arisen", "partner_liability_arisen"});
  ASSERT_EQ(story.owed().size(), 2U);
  const PartnerEntry points = story.owed()[0];
  EXPECT_EQ(story.catalogue().text(points.partner), "hotel");
  EXPECT_EQ(story.catalogue().text(points.currency), "points");
  EXPECT_EQ(points.member, "ada");
  EXPECT_EQ(points.journal, story.result<ActivityResult>().journal);
  EXPECT_EQ(points.points, Points{3});
  EXPECT_EQ(points.money, Money{5});  // 4.5 cents
  EXPECT_FALSE(points.redemption);
  EXPECT_EQ(points.at, story.now());
  EXPECT_EQ(to_string(points.day), "2026-03-10");
  const PartnerEntry stars = story.owed()[1];
  EXPECT_EQ(stars.points, Points{3});
  EXPECT_EQ(stars.money, Money{2});  // 1.5 cents
  EXPECT_EQ(story.history()[stars.fact - 1].sequence, stars.fact);
}

TEST(PartnerPurchase, AddsUpAllRulesBeforeItRounds) {
  Story story;
  // 1 point by the base rule and 5 for the pair: 6 x 0.015 = 9 cents, not 2 + 8.
  story.when(Purchase{.amount = 100, .category = "shoes", .partner = "hotel"});
  EXPECT_EQ(story.owed().at(0).points, Points{6});
  EXPECT_EQ(story.owed().at(0).money, Money{9});
}

TEST(PartnerPurchase, CreditsTheMemberWithPointsIssuedByThePartner) {
  Story story;
  story.when(at_the_hotel(1'000, "room")).then_balance("points", 10);
  EXPECT_EQ(story.catalogue().text(story.facts<PointsCredited>().at(0).issuer), "hotel");
}

TEST(PartnerPurchase, BooksAtThePurchaseWhatIsCreditedLater) {
  Story story;
  story.at("2026-03-10 12:00").when(Review{.product = "room", .partner = "hotel"});
  story.then_facts({"journal_recorded", "points_scheduled", "partner_liability_arisen"});
  EXPECT_EQ(story.owed().at(0).money, Money{75});
  story.at("2026-03-11 12:00").wake();
  EXPECT_EQ(story.owed().size(), 1U);
  EXPECT_EQ(story.catalogue().text(story.facts<PointsCredited>().at(0).issuer), "hotel");
}

TEST(PartnerPurchase, OfAProductThatDoesNotEarnOwesNothing) {
  Story story;
  story.when(at_the_hotel(1'000, "minibar")).then_facts({"journal_recorded"});
  story.then_balance("points", 0);
  EXPECT_TRUE(story.owed().empty());
}

TEST(PartnerPurchase, WithoutARateOwesNothing) {
  Story story;
  story.when(Purchase{.amount = 1'000, .partner = "airline"}).then_balance("points", 10);
  EXPECT_TRUE(story.owed().empty());
}

TEST(PartnerPurchase, BooksNothingForTheRewardOfAPromotion) {
  Story story;
  story.given(UpdateProgress{.promotion = "latte", .increment = 9});
  auto program = support::shop();
  find(program.promotions, "latte").reward = {
      .currency = "points", .points = 100, .voucher = "", .benefit = ""};
  story.change(program);
  story.when(Purchase{.amount = 1'000, .product = "latte", .partner = "airline"});
  story.then_refused(RefusalCode::unknown_product, "product");
  auto& hotel = find(program.partners, "hotel");
  hotel.products.push_back({"latte", "", "drinks", true, false});
  story.change(program).when(at_the_hotel(1'000, "latte")).then_balance("points", 110);
  EXPECT_EQ(story.owed().at(0).points, Points{10});
}

TEST(PartnerRedemption, OwesThePartnerTheValueOfTheRedeemedPoints) {
  Story story;
  story.given(CreditPoints{.points = 100});
  story.when(Redeem{.offer = "spa", .quantity = 2, .product = "massage"});
  story.then_facts(
      {"journal_recorded", "points_debited", "redemption_made", "partner_liability_arisen"});
  ASSERT_EQ(story.owed().size(), 1U);
  EXPECT_EQ(story.owed()[0].points, Points{90});
  EXPECT_EQ(story.owed()[0].money, Money{-90});
  EXPECT_TRUE(story.owed()[0].redemption);
  EXPECT_EQ(story.owed()[0].journal, story.result<RedeemResult>().journal);
}

TEST(PartnerRedemption, ThatIsRefusedOwesNothing) {
  Story story;
  story.when(Redeem{.offer = "spa", .product = "massage"});
  story.then_refused(RefusalCode::insufficient_points, "points");
  EXPECT_TRUE(story.owed().empty());
}

TEST(Partners, JoinALiveProgramWithoutAChangeForItsMembers) {
  auto alone = support::shop();
  alone.partners.clear();
  std::erase_if(alone.offers, [](const auto& offer) { return offer.id == "spa"; });
  Story story(alone);
  story.given(Purchase{.amount = 60'000, .product = "latte"});
  story.change(support::shop());
  story.wake().then_facts({}).then_balance("points", 600).then_tier("gold");
  EXPECT_EQ(story.participation("latte")->completed, 1);
  story.when(at_the_hotel(1'000, "room")).then_accepted();
  EXPECT_FALSE(story.owed().empty());
}

}  // namespace
}  // namespace loyalty::domain
