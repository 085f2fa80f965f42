// SPDX-License-Identifier: Apache-2.0
#include "tests/support/story.hpp"

/// What a return does to limits and benefits (domain.md F28, F44, F46).
namespace loyalty::domain {
namespace {

using support::find;
using support::Story;

/// Ten points, of a cent each, for each unit certified, within the limits of a member.
ProgramDefinition with_limits(const LimitDefinition& limits) {
  auto program = support::shop_with_spring();
  program.promotions.back().member_limits = limits;
  return program;
}

Sequence certified(Story& story, std::int64_t units) {
  return story.given(RecordActivity{.type = "certification", .units = units})
      .result<ActivityResult>()
      .journal;
}

ReverseActivity back(Sequence journal, std::optional<std::int64_t> kept_units = std::nullopt) {
  return {.journal = static_cast<std::int64_t>(journal), .kept_units = kept_units};
}

TEST(ReturnedReward, NoLongerCountsAgainstTheLimitsOfTheMember) {
  Story story(with_limits({.points = 100, .rewards = 2, .liability = 100}));
  story.at("2026-03-10 12:00");
  const Sequence first = certified(story, 7);
  story.given(back(first)).then_balance("points", 0);
  const Participation& part = *story.participation("spring");
  EXPECT_EQ(part.points_given, Points{0});
  EXPECT_EQ(part.rewards_given, 0U);
  EXPECT_EQ(part.liability_given, Money{0});
  certified(story, 10);
  story.then_balance("points", 100);
}

TEST(ReturnedReward, InPartsGivesBackThePartsAndWithTheLastTheReward) {
  Story story(with_limits({.points = 100, .rewards = 1}));
  story.at("2026-03-10 12:00");
  const Sequence journal = certified(story, 9);
  story.given(back(journal, 4)).then_balance("points", 40);
  EXPECT_EQ(story.participation("spring")->points_given, Points{40});
  EXPECT_EQ(story.participation("spring")->liability_given, Money{40});
  EXPECT_EQ(story.participation("spring")->rewards_given, 1U);
  story.given(back(journal)).then_balance("points", 0);
  EXPECT_EQ(story.participation("spring")->points_given, Points{0});
  EXPECT_EQ(story.participation("spring")->liability_given, Money{0});
  EXPECT_EQ(story.participation("spring")->rewards_given, 0U);
}

TEST(ReturnedReward, ThatWasCutGivesBackWhatWasGiven) {
  Story story(with_limits({.points = 100}));
  story.at("2026-03-10 12:00");
  certified(story, 8);
  const Sequence cut = certified(story, 9);
  story.then_balance("points", 100);
  story.given(back(cut)).then_balance("points", 80);
  EXPECT_EQ(story.participation("spring")->points_given, Points{80});
}

TEST(ReturnedReward, OfAVoucherCountsAgainWhenTheVoucherIsCancelled) {
  auto program = with_limits({.vouchers = 1});
  find(program.promotions, "spring").reward = {};
  find(program.promotions, "spring").reward.voucher = "drink";
  Story story(program);
  story.at("2026-03-10 12:00");
  story.given(back(certified(story, 1)));
  EXPECT_EQ(story.participation("spring")->vouchers_given, 0U);
  const Sequence second = certified(story, 1);
  EXPECT_EQ(story.facts<VoucherIssued>().size(), 1U);
  story.given(UseVoucher{.voucher = story.result<ActivityResult>().vouchers.at(0).voucher});
  story.given(back(second));
  EXPECT_EQ(story.participation("spring")->vouchers_given, 1U) << "it was used";
  EXPECT_EQ(story.participation("spring")->rewards_given, 1U);
}

TEST(ReturnedReward, OfARevokedCompletionCountsNoMore) {
  auto program = support::shop();
  find(program.promotions, "runner").revoke_on_return = true;
  find(program.promotions, "runner").repeatable = true;
  find(program.promotions, "runner").member_limits.points = 500;
  Story story(program);
  story.at("2026-03-10 12:00");
  const auto run = [&] {
    return story.given(RecordActivity{.type = "run", .units = 100})
        .result<ActivityResult>()
        .journal;
  };
  const Sequence first = run();
  story.then_balance("points", 500).given(back(first)).then_balance("points", 0);
  EXPECT_EQ(story.facts<RewardReturned>().size(), 1U);
  EXPECT_EQ(story.participation("runner")->points_given, Points{0});
  run();
  story.then_balance("points", 500);
}

ProgramDefinition with_benefit_of_a_rule() {
  auto program = support::shop();
  RuleDefinition rule =
      support::rule("certified", "certification", "points", Measure::journals, "5");
  rule.benefit = "late-shopping";
  program.rules.push_back(rule);
  return program;
}

TEST(ReturnedBenefit, OfARuleEndsWithTheWholeActivityOnly) {
  Story story(with_benefit_of_a_rule());
  story.at("2026-03-10 12:00");
  const Sequence journal = certified(story, 2);
  story.then_benefits({"ground", "late-shopping"});
  story.given(back(journal, 1)).then_benefits({"ground", "late-shopping"});
  story.given(back(journal)).then_benefits({"ground"});
  EXPECT_EQ(story.facts<BenefitRevoked>().size(), 1U);
}

TEST(ReturnedBenefit, StaysWhenAnotherActivityWonItToo) {
  Story story(with_benefit_of_a_rule());
  story.at("2026-03-10 12:00");
  const Sequence first = certified(story, 1);
  const Sequence second = certified(story, 1);
  story.given(back(first)).then_benefits({"ground", "late-shopping"});
  story.given(back(second)).then_benefits({"ground"});
}

TEST(ReturnedBenefit, OfAStandardPromotionEnds) {
  auto program = with_limits({});
  find(program.promotions, "spring").reward = {};
  find(program.promotions, "spring").reward.benefit = "late-shopping";
  Story story(program);
  story.at("2026-03-10 12:00");
  story.given(back(certified(story, 1))).then_benefits({"ground"});
}

}  // namespace
}  // namespace loyalty::domain
