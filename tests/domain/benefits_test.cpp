// SPDX-License-Identifier: Apache-2.0
#include "tests/support/story.hpp"

/// Which benefits a member has (domain.md F38).
namespace loyalty::domain {
namespace {

using support::find;
using support::Story;

CreditPoints stars(std::int64_t points) { return {.currency = "stars", .points = points}; }

TEST(Benefits, OfAnExclusiveTypeAreTheOneOfHighestPriority) {
  Story story;
  story.then_benefits({"ground"});
  story.given(stars(500)).then_benefits({"express", "preview"});
  story.given(stars(1'000)).then_benefits({"courier", "preview", "gala"});
}

TEST(Benefits, OfEqualPriorityGoToTheSmallerId) {
  auto program = support::shop();
  find(program.benefits, "ground").priority = 1;
  find(program.benefits, "express").priority = 1;
  find(program.benefits, "courier").priority = 1;
  Story story(program);
  story.given(stars(2'000)).then_benefits({"courier", "preview", "gala"});
  find(program.benefits, "courier").tiers = {};
  Story other(program);
  other.given(stars(2'000)).then_benefits({"express", "preview", "gala"});
}

TEST(Benefits, AreStatedAsTheyEndAndBegin) {
  Story story;
  story.when(stars(500));
  ASSERT_EQ(story.facts<BenefitEnded>().size(), 1U);
  EXPECT_EQ(story.catalogue().text(story.facts<BenefitEnded>().at(0).benefit), "ground");
  EXPECT_EQ(story.facts<BenefitGranted>().size(), 2U);
  EXPECT_EQ(story.result<ActivityResult>().benefits,
            (std::vector<std::string_view>{"express", "preview"}));
}

TEST(Benefits, WonByAPromotionOutlastTheTier) {
  auto program = support::shop();
  find(program.promotions, "runner").reward = {
      .currency = "", .points = 0, .voucher = "", .benefit = "late-shopping"};
  Story story(program);
  story.at("2026-03-10 12:00").given(stars(500));
  story.when(RecordActivity{.type = "run", .units = 100});
  story.then_benefits({"express", "preview", "late-shopping"});
  story.at("2028-01-01 00:00").wake().then_benefits({"ground", "late-shopping"});
}

TEST(Benefits, WonByAPromotionCompeteWithThoseOfTheTier) {
  auto program = support::shop();
  find(program.promotions, "runner").reward = {
      .currency = "", .points = 0, .voucher = "", .benefit = "courier"};
  Story story(program);
  story.given(RecordActivity{.type = "run", .units = 100}).then_benefits({"courier"});
  story.given(stars(500)).then_benefits({"courier", "preview"});
}

TEST(Benefits, OfSeveralLaddersAreComparedToo) {
  auto program = support::shop();
  CurrencyDefinition nights;
  nights.id = "nights";
  nights.kind = CurrencyKind::qualifying;
  program.currencies.push_back(nights);
  auto travel = program.tier_groups.front();
  travel.id = "travel";
  travel.currencies = {"nights"};
  travel.tiers = {{"guest", "", {{"nights", 0}}}, {"friend", "", {{"nights", 10}}}};
  program.tier_groups.push_back(travel);
  find(program.benefits, "courier").tiers = {"friend"};
  Story story(program);
  story.given(stars(500)).then_benefits({"express", "preview"});
  story.given(CreditPoints{.currency = "nights", .points = 10});
  story.then_benefits({"courier", "preview"});
}

TEST(Benefits, AreShownWithNameAndType) {
  auto program = support::shop();
  find(program.benefits, "ground").name = "Free ground shipping";
  Story story(program);
  const auto view = story.ask<BenefitsResult>(GetBenefits{}).benefits.at(0);
  EXPECT_EQ(view.benefit, "ground");
  EXPECT_EQ(view.name, "Free ground shipping");
  EXPECT_EQ(view.type, "shipping");
}

TEST(BenefitViews, TellThePayload) {
  auto program = support::shop();
  find(program.benefits, "ground").payload = "free-shipping";
  Story story(program);
  const auto view = story.ask<BenefitsResult>(GetBenefits{}).benefits.at(0);
  EXPECT_EQ(view.payload, "free-shipping");
  EXPECT_FALSE(view.until);
}

TEST(BenefitVoucher, IsIssuedWithEachGrant) {
  auto program = support::shop();
  find(program.benefits, "preview").voucher = "drink";
  Story story(program);
  story.at("2026-03-10 12:00").given(stars(500));
  story.then_facts({"journal_recorded", "points_credited", "tier_upgraded", "benefit_ended",
                    "benefit_granted", "benefit_granted", "voucher_issued"});
  story.given(stars(1'000));
  EXPECT_TRUE(story.facts<VoucherIssued>().empty()) << "it is still the same grant";
  story.at("2028-01-01 00:00").wake().then_tier("silver");
  story.given(stars(500));
  EXPECT_EQ(story.facts<VoucherIssued>().size(), 1U);
}

/// The preview lasts a month from the day on which its tier is taken up or renewed.
ProgramDefinition with_timed_preview() {
  auto program = support::shop();
  find(program.benefits, "preview").valid = {1, PeriodUnit::months};
  return program;
}

TEST(TimedBenefits, EndByThemselvesAndStayEnded) {
  Story story(with_timed_preview());
  story.at("2026-03-31 12:00").given(stars(500)).then_benefits({"express", "preview"});
  const auto views = story.ask<BenefitsResult>(GetBenefits{}).benefits;
  EXPECT_EQ(story.local(*views.at(1).until), "2026-05-01 00:00");
  EXPECT_FALSE(views.at(0).until);
  story.at("2026-04-30 23:59").wake().then_facts({});
  story.at("2026-05-01 00:00").wake().then_facts({"benefit_ended"}).then_benefits({"express"});
  story.given(stars(10)).then_benefits({"express"});
}

TEST(TimedBenefits, BeginAgainWhenTheTierIsRenewed) {
  Story story(with_timed_preview());
  story.at("2026-03-10 12:00").given(stars(500));
  story.at("2027-05-01 12:00").given(stars(500)).then_benefits({"express"});
  story.at("2028-01-01 00:00")
      .wake()
      .then_facts({"tier_retained", "benefit_granted", "qualifying_reset"});
  story.then_benefits({"express", "preview"});
  story.at("2028-02-01 00:00").wake().then_benefits({"express"});
}

TEST(TimedBenefits, BeginAgainWithAHigherTierThatGivesThem) {
  Story story(with_timed_preview());
  story.at("2026-03-10 12:00").given(stars(500));
  story.at("2026-03-20 12:00").given(stars(1'000));
  EXPECT_EQ(story.facts<BenefitEnded>().size(), 2U);
  story.at("2026-04-10 00:00").wake().then_facts({});
  story.at("2026-04-20 00:00").wake().then_benefits({"courier", "gala"});
}

TEST(TimedBenefits, WonAreUsedUpWhenTheyEnd) {
  auto program = support::shop();
  find(program.benefits, "late-shopping").valid = {10, PeriodUnit::days};
  auto& runner = find(program.promotions, "runner");
  runner.repeatable = true;
  runner.reward = {};
  runner.reward.benefit = "late-shopping";
  Story story(program);
  const RecordActivity run{.type = "run", .units = 100};
  story.at("2026-03-10 12:00").given(run).then_benefits({"ground", "late-shopping"});
  story.at("2026-03-15 12:00").given(run).then_benefits({"ground", "late-shopping"});
  story.at("2026-03-20 00:00").wake().then_facts({});  // won again, it lasts longer
  story.at("2026-03-25 00:00").wake().then_benefits({"ground"});
  story.given(stars(500)).then_benefits({"express", "preview"});
}

TEST(TimedBenefits, GiveWayToTheNextOfTheirType) {
  auto program = support::shop();
  find(program.benefits, "express").valid = {10, PeriodUnit::days};
  Story story(program);
  story.at("2026-03-10 12:00").given(stars(500)).then_benefits({"express", "preview"});
  story.at("2026-03-20 00:00").wake().then_benefits({"ground", "preview"});
}

}  // namespace
}  // namespace loyalty::domain
