// SPDX-License-Identifier: Apache-2.0
#include "domain/member/rewards.hpp"
#include "tests/support/story.hpp"

/// What limits leave of a promotion's rewards (domain.md F46).
namespace loyalty::domain {
namespace {

using support::find;
using support::Story;

/// Ten points for each certified unit, in a currency whose points cost a cent each.
ProgramDefinition with_limits(const LimitDefinition& limits,
                              LimitPolicy policy = LimitPolicy::cut) {
  auto program = support::shop_with_spring();
  program.promotions.back().member_limits = limits;
  program.promotions.back().limit_policy = policy;
  return program;
}

RecordActivity units(std::int64_t count) { return {.type = "certification", .units = count}; }

RewardView reward(const Story& story) { return story.result<ActivityResult>().rewards.at(0); }

TEST(MemberLimit, OfPointsCutsTheLastReward) {
  Story story(with_limits({.points = 100}));
  story.at("2026-03-10 12:00").given(units(7)).given(units(7)).then_balance("points", 100);
  EXPECT_EQ(reward(story).points, Points{30});
  EXPECT_EQ(reward(story).cut, Points{40});
  story.given(units(7)).then_facts({"journal_recorded", "reward_withheld"});
  EXPECT_EQ(reward(story).withheld, "member_limits.points");
  story.then_balance("points", 100);
}

TEST(MemberLimit, OfPointsMayRefuseTheLastRewardInstead) {
  Story story(with_limits({.points = 100}, LimitPolicy::refuse));
  story.at("2026-03-10 12:00").given(units(7)).given(units(7)).then_balance("points", 70);
  EXPECT_EQ(reward(story).withheld, "member_limits.points");
  story.given(units(3)).then_balance("points", 100);  // a smaller one still fits
}

TEST(MemberLimit, OfRewardsCountsThem) {
  Story story(with_limits({.rewards = 2}));
  story.at("2026-03-10 12:00").given(units(1)).given(units(1)).given(units(1));
  story.then_balance("points", 20);
  EXPECT_EQ(reward(story).withheld, "member_limits.rewards");
}

TEST(MemberLimit, OfVouchersCountsThem) {
  auto program = with_limits({.vouchers = 1});
  find(program.promotions, "spring").reward = {};
  find(program.promotions, "spring").reward.voucher = "drink";
  Story story(program);
  story.at("2026-03-10 12:00").given(units(1)).given(units(1));
  EXPECT_EQ(reward(story).withheld, "member_limits.vouchers");
  EXPECT_EQ(story.member().vouchers.size(), 1U);
}

TEST(MemberLimit, OfLiabilityIsInMoney) {
  // A point costs 0.01 dollars, one minor unit; the limit is 0.85 dollars.
  Story story(with_limits({.liability = 85}));
  story.at("2026-03-10 12:00").given(units(7));
  EXPECT_EQ(story.facts<RewardIssued>().at(0).liability, Money{70});
  story.given(units(7)).then_balance("points", 85);
  EXPECT_EQ(story.participation("spring")->liability_given, Money{85});
}

TEST(MemberLimit, OfLiabilityUsesTheCostOfTheSubtype) {
  auto program = with_limits({.liability = 85});
  find(program.currencies, "points").subtypes = {
      {.id = "bonus", .cost_per_point = *Decimal::parse("0.003")}};
  find(program.promotions, "spring").reward.subtype = "bonus";
  Story story(program);
  // 284 points cost 85.2 minor units, booked as 85; 285 would be booked as 86.
  story.at("2026-03-10 12:00").given(units(100)).then_balance("points", 284);
  EXPECT_EQ(story.facts<RewardIssued>().at(0).liability, Money{85});
}

TEST(MemberLimit, DoesNotUndoTheCompletionThatEarnsNothing) {
  auto program = support::shop();
  find(program.promotions, "runner").repeatable = true;
  find(program.promotions, "runner").member_limits.points = 700;
  Story story(program);
  story.at("2026-03-10 12:00").given(RecordActivity{.type = "run", .units = 350});
  story.then_balance("points", 700);
  EXPECT_EQ(story.facts<PromotionCompleted>().size(), 3U);
  EXPECT_EQ(story.facts<RewardIssued>().size(), 2U);
  EXPECT_EQ(story.facts<RewardWithheld>().size(), 1U);
  EXPECT_EQ(story.participation("runner")->completed, 50);
}

TEST(MemberLimit, HoldsForTheSponsorToo) {
  auto program = with_limits({.points = 100});
  find(program.promotions, "spring").sponsor = "hotel";
  Story story(program);
  story.at("2026-03-10 12:00").given(units(50));
  EXPECT_EQ(story.facts<PartnerLiabilityArisen>().at(0).points, Points{100});
}

/// What a member without a past is given when all members together may get `allowance`.
MemberOutcome outcome_of(const Story& story, const std::vector<Allowance>& allowances,
                         const MemberCommand& command) {
  Member member = story.member();
  const MemberContext context{.catalogue = story.catalogue(),
                              .batch_runs = {},
                              .now = story.instant("2026-03-10 12:00"),
                              .allowances = allowances};
  return execute(member, command, context);
}

TEST(Allowance, LimitsWhatOneDecisionGives) {
  Story story(with_limits({.points = 100}));
  const PromotionId spring = story.catalogue().promotion("spring")->id;
  const auto given = [&](const Allowance& allowance) {
    const auto outcome = outcome_of(story, {allowance}, units(20));
    for (const auto& fact : outcome.facts) {
      if (const auto* issued = get_if<RewardIssued>(&fact.event)) return issued->points.value;
      if (const auto* withheld = get_if<RewardWithheld>(&fact.event)) {
        EXPECT_TRUE(withheld->limit.starts_with("limits.")) << withheld->limit;
      }
    }
    return std::int64_t{0};
  };
  EXPECT_EQ(given({.promotion = spring}), 100) << "the member's own limit";
  EXPECT_EQ(given({.promotion = spring, .points = 60}), 60);
  EXPECT_EQ(given({.promotion = spring, .points = 160}), 100);
  EXPECT_EQ(given({.promotion = spring, .points = 0}), 0);
  EXPECT_EQ(given({.promotion = spring, .rewards = 0}), 0);
  EXPECT_EQ(given({.promotion = spring, .liability = 30}), 30);
  EXPECT_EQ(given({.promotion = story.catalogue().promotion("latte")->id, .points = 0}), 100);
}

TEST(Allowance, IsUsedUpWithinOneDecision) {
  auto program = support::shop();
  find(program.promotions, "runner").repeatable = true;
  Story story(program);
  const PromotionId runner = story.catalogue().promotion("runner")->id;
  const auto outcome = outcome_of(story, {{.promotion = runner, .points = 1'200}},
                                  RecordActivity{.type = "run", .units = 400});
  std::vector<std::int64_t> given;
  for (const auto& fact : outcome.facts) {
    if (const auto* issued = get_if<RewardIssued>(&fact.event)) {
      given.push_back(issued->points.value);
    }
  }
  EXPECT_EQ(given, (std::vector<std::int64_t>{500, 500, 200}));
}

}  // namespace
}  // namespace loyalty::domain
