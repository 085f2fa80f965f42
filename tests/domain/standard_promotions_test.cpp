// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>

#include "tests/support/story.hpp"

/// Standard promotions: a reward for each activity that matches (domain.md F40).
namespace loyalty::domain {
namespace {

using support::find;
using support::Story;
using testing::ElementsAre;
using Code = RefusalCode;

/// Each certification is rewarded.
ProgramDefinition with_standard(const RewardDefinition& reward,
                                Measure measure = Measure::journals) {
  auto program = support::shop();
  find(program.currencies, "points").subtypes = {{.id = "bonus"}};
  PromotionDefinition promotion;
  promotion.id = "spring";
  promotion.kind = PromotionKind::standard;
  promotion.when = support::on_activity("certification");
  promotion.starts = "2026-03-01";
  promotion.ends = "2026-04-01";
  promotion.measure = measure;
  promotion.reward = reward;
  program.promotions.push_back(promotion);
  return program;
}

RewardDefinition points(std::int64_t number) {
  RewardDefinition reward;
  reward.points = number;
  return reward;
}

RewardDefinition by_rate(const char* rate, Rounding rounding = Rounding::floor) {
  RewardDefinition reward;
  reward.rate = *Decimal::parse(rate);
  reward.rounding = rounding;
  return reward;
}

RecordActivity certified(std::int64_t amount = 0, std::int64_t units = 1) {
  return {.type = "certification", .amount = amount, .units = units};
}

TEST(StandardPromotion, RewardsEachActivity) {
  Story story(with_standard(points(40)));
  story.at("2026-03-10 12:00").given(certified());
  story.then_facts({"journal_recorded", "reward_issued", "points_credited"});
  story.given(certified()).then_balance("points", 80);
  EXPECT_EQ(story.participation("spring")->rewards_given, 2U);
  EXPECT_EQ(story.participation("spring")->points_given, Points{80});
  EXPECT_EQ(story.facts<PointsCredited>().at(0).promotion,
            story.catalogue().promotion("spring")->id);
}

TEST(StandardPromotion, RewardsWithinItsWindow) {
  for (const auto& [time, rewarded] : {std::pair{"2026-02-28 23:59", false},
                                       {"2026-03-01 00:00", true},
                                       {"2026-03-31 23:59", true},
                                       {"2026-04-01 00:00", false}}) {
    SCOPED_TRACE(time);
    Story story(with_standard(points(40)));
    story.at(time).given(certified()).then_balance("points", rewarded ? 40 : 0);
  }
}

TEST(StandardPromotion, RewardsByTheMeasureRoundedOnce) {
  struct Row {
    Measure measure;
    const char* rate;
    Rounding rounding;
    std::int64_t points;
  };
  // 19.99 paid for three pieces.
  for (const Row& row : {Row{Measure::amount, "1.5", Rounding::floor, 29},
                         Row{Measure::amount, "1.5", Rounding::half_up, 30},
                         Row{Measure::amount, "0.001", Rounding::ceil, 1},
                         Row{Measure::amount, "0.001", Rounding::floor, 0},
                         Row{Measure::units, "2.5", Rounding::floor, 7},
                         Row{Measure::journals, "12", Rounding::floor, 12}}) {
    SCOPED_TRACE(row.rate);
    Story story(with_standard(by_rate(row.rate, row.rounding), row.measure));
    story.at("2026-03-10 12:00").given(certified(1'999, 3)).then_balance("points", row.points);
    EXPECT_EQ(story.facts<RewardIssued>().size(), row.points > 0 ? 1U : 0U);
  }
}

TEST(StandardPromotion, AddsUpWithRulesAndKeepsItsSubtype) {
  auto reward = points(40);
  reward.subtype = "bonus";
  auto program = with_standard(reward);
  program.rules.push_back(
      support::rule("base-cert", "certification", "points", Measure::journals, "5"));
  Story story(program);
  story.at("2026-03-10 12:00").given(certified()).then_balance("points", 45);
  const auto credits = story.facts<PointsCredited>();
  EXPECT_EQ(story.catalogue().text(credits.at(0).subtype), "");
  EXPECT_EQ(story.catalogue().text(credits.at(1).subtype), "bonus");
}

TEST(StandardPromotion, MayGiveAVoucherOrABenefit) {
  RewardDefinition drink;
  drink.voucher = "drink";
  Story story(with_standard(drink));
  story.at("2026-03-10 12:00").given(certified());
  story.then_facts({"journal_recorded", "reward_issued", "voucher_issued"});
  EXPECT_EQ(story.result<ActivityResult>().vouchers.size(), 1U);

  RewardDefinition gala;
  gala.benefit = "gala";
  Story party(with_standard(gala));
  party.at("2026-03-10 12:00").given(certified()).then_benefits({"ground", "gala"});
}

TEST(StandardPromotion, SkipsThoseWhoHaveNotJoinedWhereTheyMust) {
  auto program = with_standard(points(40));
  find(program.promotions, "spring").enrollment_required = true;
  Story story(program);
  story.at("2026-03-10 12:00").given(certified()).then_balance("points", 0);
  EXPECT_EQ(story.result<ActivityResult>().skipped.at(0).reason, "NOT_ENROLLED");
  story.given(EnrollInPromotion{.promotion = "spring"}).given(certified());
  story.then_balance("points", 40);
}

TEST(StandardPromotion, HasNoProgress) {
  Story story(with_standard(points(40)));
  story.at("2026-03-10 12:00").given(certified());
  story.when(UpdateProgress{.promotion = "spring", .increment = 1});
  story.then_refused(Code::not_eligible, "promotion");
  for (const auto& entry : story.ask<PromotionsResult>(ListPromotions{}).promotions) {
    if (entry.progress.promotion != "spring") continue;
    EXPECT_EQ(entry.eligibility, "eligible");
    EXPECT_EQ(entry.progress.completions, 1U);
    EXPECT_EQ(entry.progress.text, "");
  }
}

TEST(Promotions, AreForTheSegmentsTheyName) {
  auto program = with_standard(points(40));
  find(program.promotions, "spring").when.segments = {"vip"};
  Story story(program);
  story.at("2026-03-10 12:00").given(certified()).then_balance("points", 0);
  story.when(EnrollInPromotion{.promotion = "spring"})
      .then_refused(Code::not_eligible, "promotion");
  const auto listed = [&] {
    for (const auto& entry : story.ask<PromotionsResult>(ListPromotions{}).promotions) {
      if (entry.progress.promotion == "spring") return entry;
    }
    return PromotionListing{};
  };
  EXPECT_THAT(listed().reasons, ElementsAre("SEGMENT"));
  story.given(SetSegments{.segments = {"vip"}});
  EXPECT_EQ(listed().eligibility, "eligible");
  story.given(certified()).then_balance("points", 40);
}

TEST(SponsoredReward, IsIssuedByTheSponsorWhoOwesForIt) {
  auto program = with_standard(points(1'000));
  find(program.promotions, "spring").sponsor = "hotel";
  Story story(program);
  story.at("2026-03-10 12:00").given(certified());
  const PartnerId hotel = story.catalogue().partner("hotel")->id;
  EXPECT_EQ(story.facts<PointsCredited>().at(0).issuer, hotel);
  const auto owed = story.facts<PartnerLiabilityArisen>().at(0);
  EXPECT_EQ(owed.partner, hotel);
  EXPECT_EQ(owed.money, Money{1'500});  // 1,000 x 0.015 dollars
  EXPECT_EQ(owed.promotion, story.catalogue().promotion("spring")->id);
  ASSERT_EQ(story.owed().size(), 1U);
  EXPECT_EQ(story.owed()[0].promotion, owed.promotion);
}

TEST(SponsoredReward, OfASponsorWithoutARateBooksNothing) {
  auto program = with_standard(points(1'000));
  find(program.promotions, "spring").sponsor = "airline";
  Story story(program);
  story.at("2026-03-10 12:00").given(certified());
  EXPECT_EQ(story.facts<PointsCredited>().at(0).issuer, story.catalogue().partner("airline")->id);
  EXPECT_TRUE(story.owed().empty());
}

TEST(SponsoredReward, OwesAtThePurchaseAlsoUnderEscrow) {
  auto program = with_standard(points(1'000));
  find(program.promotions, "spring").sponsor = "hotel";
  find(program.currencies, "points").escrow_days = 14;
  Story story(program);
  story.at("2026-03-10 12:00").given(certified());
  story.then_facts(
      {"journal_recorded", "reward_issued", "points_escrowed", "partner_liability_arisen"});
}

}  // namespace
}  // namespace loyalty::domain
