// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>

#include "tests/support/story.hpp"

/// Progress, milestones, completion and rewards (domain.md F41-F43).
namespace loyalty::domain {
namespace {

using support::find;
using support::named;
using support::Story;
using testing::ElementsAre;
using testing::IsEmpty;

const Purchase latte{.amount = 450, .product = "latte"};

RecordActivity run(std::int64_t miles) { return {.type = "run", .units = miles}; }

std::vector<std::int64_t> marks(const std::vector<MilestoneReached>& milestones) {
  std::vector<std::int64_t> result;
  for (const auto& milestone : milestones) result.push_back(milestone.mark);
  return result;
}

/// The runner's promotion, again and again.
ProgramDefinition with_repeating_runner() {
  auto program = support::shop();
  find(program.promotions, "runner").repeatable = true;
  return program;
}

TEST(Progress, IsReturnedWithEveryPurchaseThatAdvances) {
  Story story;
  for (int i = 1; i <= 8; ++i) story.given(latte);
  const ProgressView progress = story.result<ActivityResult>().progress.at(0);
  EXPECT_EQ(progress.promotion, "latte");
  EXPECT_EQ(progress.completed, 8);
  EXPECT_EQ(progress.target, 10);
  EXPECT_EQ(progress.remaining, 2);
  EXPECT_EQ(progress.percent, 80);
  EXPECT_EQ(progress.cycle, 0U);
  EXPECT_THAT(progress.milestones, ElementsAre(5, 8));
  EXPECT_EQ(progress.unit, "lattes");
  EXPECT_EQ(progress.text, "2 lattes away, 80 %");
  story.given(latte);
  EXPECT_EQ(story.result<ActivityResult>().progress.at(0).text, "1 latte away, 90 %");
}

TEST(Progress, RoundsThePercentageDown) {
  auto program = support::shop();
  find(program.promotions, "runner").target = 300;
  Story story(program);
  story.given(run(299));
  EXPECT_EQ(story.result<ActivityResult>().progress.at(0).percent, 99);
}

TEST(Progress, IsNotMovedByOtherPurchases) {
  Story story;
  story.when(Purchase{.amount = 450, .product = "mocha"});
  EXPECT_THAT(story.result<ActivityResult>().progress, IsEmpty());
  EXPECT_THAT(story.result<ActivityResult>().skipped, IsEmpty());
}

TEST(Progress, MeasuresActivitiesPiecesOrMoney) {
  Story story;
  story.given(Purchase{.amount = 900, .product = "latte", .units = 2});
  EXPECT_EQ(story.participation("latte")->completed, 1);  // visits
  story.given(run(7));
  EXPECT_EQ(story.participation("runner")->completed, 7);  // pieces
  story.at("2026-02-10 12:00").given(EnrollInPromotion{.promotion = "lamps"});
  story.given(Purchase{.amount = 5'000, .eligible_amount = 4'321, .category = "lamps"});
  EXPECT_EQ(story.participation("lamps")->completed, 4'321);  // eligible minor units
  EXPECT_EQ(story.result<ActivityResult>().progress.at(0).text, "456.79 dollars away, 8 %");
}

TEST(Progress, IsToldInUnitsOfAnyLength) {
  for (const std::size_t length : {1, 63, 64, 65, 100}) {
    auto program = support::shop();
    auto& runner = find(program.promotions, "runner");
    runner.target = 10;
    runner.milestones.clear();
    runner.units = std::string(length, 'k');
    Story story(program);
    story.given(run(3));
    EXPECT_EQ(story.result<ActivityResult>().progress.at(0).text,
              "7 " + runner.units + " away, 30 %");
  }
}

TEST(Progress, OfNothingStatesNothing) {
  Story story;
  story.when(run(0)).then_facts({"journal_recorded"});
  EXPECT_EQ(story.participation("runner"), nullptr);
}

TEST(Progress, ShowsTheWholeJourney) {
  Story story;
  story.at("2026-03-10 12:00").given(run(20));
  story.at("2026-03-11 12:00").given(run(15));
  const auto journey =
      story.ask<ProgressResult>(GetProgress{.promotion = "runner", .history = true});
  EXPECT_EQ(journey.progress.completed, 35);
  EXPECT_THAT(journey.ahead, ElementsAre(75, 100));
  ASSERT_EQ(journey.steps.size(), 3U);
  EXPECT_EQ(journey.steps[0].event, "progress_updated");
  EXPECT_EQ(journey.steps[0].completed, 20);
  EXPECT_EQ(to_string(journey.steps[0].day), "2026-03-10");
  EXPECT_EQ(journey.steps[1].increment, 15);
  EXPECT_EQ(journey.steps[2].event, "milestone_reached");
  EXPECT_FALSE(story.answer(GetProgress{.promotion = "ghost"}));
}

TEST(Milestones, AreReachedOnceAndInAscendingOrder) {
  Story story;
  story.when(run(29));
  EXPECT_THAT(story.facts<MilestoneReached>(), IsEmpty());
  story.when(run(1));
  EXPECT_THAT(marks(story.facts<MilestoneReached>()), ElementsAre(30));
  story.when(run(44));
  EXPECT_THAT(story.facts<MilestoneReached>(), IsEmpty());
  story.when(run(1));
  EXPECT_THAT(marks(story.facts<MilestoneReached>()), ElementsAre(75));
}

TEST(Milestones, ThatAreJumpedOverAreAllReachedAscending) {
  Story story;
  story.when(run(80)).then_facts({"journal_recorded", "points_credited", "progress_updated",
                                  "milestone_reached", "milestone_reached"});
  EXPECT_THAT(marks(story.facts<MilestoneReached>()), ElementsAre(30, 75));
  EXPECT_EQ(story.facts<MilestoneReached>().at(0).kind, MilestoneKind::value);
  EXPECT_EQ(story.facts<MilestoneReached>().at(1).kind, MilestoneKind::percent);
}

TEST(Milestones, AreNotReachedByTheStepThatCompletesTheCycle) {
  Story story;
  story.given(run(30));
  story.when(run(70));
  EXPECT_THAT(story.facts<MilestoneReached>(), IsEmpty());
}

TEST(Milestones, OfTheNextCycleAreReachedByTheOverflow) {
  Story story(with_repeating_runner());
  story.when(run(140));
  EXPECT_THAT(marks(story.facts<MilestoneReached>()), ElementsAre(30));
  EXPECT_EQ(story.facts<MilestoneReached>().at(0).cycle, 1U);
  story.when(run(50));
  EXPECT_THAT(marks(story.facts<MilestoneReached>()), ElementsAre(75));
}

TEST(Completion, ComesExactlyWithTheTenthAndIssuesTheReward) {
  Story story;
  for (int i = 1; i <= 9; ++i) {
    story.given(latte);
    EXPECT_TRUE(story.facts<PromotionCompleted>().empty()) << i;
  }
  story.when(latte);
  story.then_facts({"journal_recorded", "points_credited", "points_credited", "progress_updated",
                    "promotion_completed", "reward_issued", "voucher_issued"});
  const auto& result = story.result<ActivityResult>();
  EXPECT_THAT(result.completed, ElementsAre("latte"));
  ASSERT_EQ(result.vouchers.size(), 1U);
  EXPECT_EQ(result.vouchers[0].definition, "drink");
  EXPECT_EQ(result.progress.at(0).completed, 0);
  EXPECT_EQ(result.progress.at(0).cycle, 1U);
  EXPECT_EQ(result.progress.at(0).completions, 1U);
}

TEST(Completion, OfARepeatableOneCarriesTheOverflow) {
  Story story(with_repeating_runner());
  story.given(run(90));
  story.when(run(25)).then_balance("points", 500);
  EXPECT_EQ(story.facts<PromotionCompleted>().at(0).carried, 15);
  EXPECT_EQ(story.participation("runner")->completed, 15);
  EXPECT_EQ(story.participation("runner")->cycle, 1U);
}

TEST(Completion, HappensSeveralTimesInOneStepWhenItReachesThatFar) {
  Story story(with_repeating_runner());
  story.when(run(350)).then_balance("points", 1'500);
  const auto completed = story.facts<PromotionCompleted>();
  ASSERT_EQ(completed.size(), 3U);
  EXPECT_EQ(completed[0].carried, 250);
  EXPECT_EQ(completed[2].carried, 50);
  EXPECT_EQ(completed[2].cycle, 2U);
  EXPECT_EQ(story.participation("runner")->completions, 3U);
  EXPECT_EQ(story.result<ActivityResult>().progress.size(), 1U);
}

TEST(Completion, OfMoreThanAHundredCyclesAtOnceIsRefused) {
  Story story(with_repeating_runner());
  story.when(run(10'100)).then_refused(RefusalCode::limit_exceeded, "amount").then_facts({});
  story.when(run(10'000)).then_accepted();
}

TEST(Completion, OfOneThatDoesNotRepeatStaysAtTheTarget) {
  Story story;
  story.when(run(130)).then_balance("points", 500);
  const auto view = story.result<ActivityResult>().progress.at(0);
  EXPECT_EQ(view.completed, 100);
  EXPECT_EQ(view.remaining, 0);
  EXPECT_EQ(view.percent, 100);
  EXPECT_TRUE(view.finished);
  EXPECT_EQ(view.text, "complete");
  story.when(run(5)).then_balance("points", 500);
  EXPECT_THAT(story.result<ActivityResult>().progress, IsEmpty());
  EXPECT_EQ(story.result<ActivityResult>().skipped.at(0).promotion, "runner");
  EXPECT_EQ(story.result<ActivityResult>().skipped.at(0).reason, "COMPLETED");
  EXPECT_EQ(story.participation("runner")->completed, 100);
}

TEST(Completion, ByHandIssuesTheRewardToo) {
  Story story;
  story.when(UpdateProgress{.promotion = "runner", .increment = 100});
  story.then_facts({"progress_updated", "promotion_completed", "reward_issued", "points_credited"});
  const auto& result = story.result<PromotionResult>();
  EXPECT_EQ(named(result.credited, "points"), Points{500});
  EXPECT_THAT(result.completed, ElementsAre("runner"));
}

TEST(Reward, OfPointsIsALotOfItsPromotionAndCountsForNoTier) {
  Story story;
  story.given(run(100)).then_tier("silver").then_balance("stars", 0);
  const auto credit = story.facts<PointsCredited>().back();
  EXPECT_EQ(story.catalogue().text(credit.promotion), "runner");
  EXPECT_EQ(credit.rule, RuleId{});
  EXPECT_EQ(story.catalogue().text(credit.currency), "points");  // the primary currency
}

TEST(Reward, OfQualifyingPointsCountsForTiersWhereItSaysSo) {
  auto program = support::shop();
  find(program.promotions, "runner").reward.currency = "stars";
  Story story(program);
  story.when(run(100)).then_tier("gold").then_balance("points", 0);
}

TEST(Reward, OfABenefitIsGrantedAtOnce) {
  Story story;
  story.at("2026-02-10 12:00").given(EnrollInPromotion{.promotion = "lamps"});
  story.when(Purchase{.amount = 50'000, .category = "lamps"});
  EXPECT_THAT(story.result<ActivityResult>().benefits, testing::Contains("late-shopping"));
  story.then_benefits({"express", "preview", "late-shopping"});
}

}  // namespace
}  // namespace loyalty::domain
