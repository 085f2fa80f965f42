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

}  // namespace
}  // namespace loyalty::domain
