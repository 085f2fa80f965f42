// SPDX-License-Identifier: Apache-2.0
#include "tests/support/story.hpp"

/// When points are credited: at once, at the next midnight, or with a batch run (domain.md F8, F9).
namespace loyalty::domain {
namespace {

using support::named;
using support::Story;

TEST(NextDayCredit, IsMadeAtMidnightOfTheFollowingDay) {
  Story story;
  story.at("2026-03-10 12:00").when(Review{.product = "shoe"});
  story.then_facts({"journal_recorded", "points_scheduled"})
      .then_balance("points", 0)
      .then_pending("points", 50);
  const auto& result = story.result<ActivityResult>();
  EXPECT_EQ(result.status, JournalStatus::pending);
  EXPECT_EQ(named(result.pending, "points"), Points{50});
  EXPECT_EQ(story.local(*result.rules.at(0).due), "2026-03-11 00:00");

  story.at("2026-03-10 23:59").wake().then_facts({}).then_balance("points", 0);
  story.at("2026-03-11 00:00").wake();
  story.then_facts({"points_credited", "journal_processed"})
      .then_balance("points", 50)
      .then_pending("points", 0);
}

TEST(NextDayCredit, IsMadeAtItsTimeHoweverLateTheMemberWakes) {
  Story story;
  story.at("2026-03-10 12:00").given(Review{});
  story.at("2026-03-20 09:00").wake().then_balance("points", 50);
  EXPECT_EQ(story.time_of<PointsCredited>(), "2026-03-11 00:00");
}

TEST(NextDayCredit, ComesBeforeTheCommandOfTheSameInstant) {
  Story story;
  story.at("2026-03-10 12:00").given(Review{});
  story.at("2026-03-10 23:59").when(Redeem{.offer = "mug"});
  story.then_refused(RefusalCode::insufficient_points, "points");
  story.at("2026-03-11 00:00").when(Redeem{.offer = "mug"}).then_accepted();
  story.then_balance("points", 20);
}

TEST(NextDayCredit, FollowsTheLocalDayOverAChangeOfClocks) {
  Story story;  // on 8 March 2026 the day has 23 hours
  story.at("2026-03-08 12:00").given(Review{});
  story.at("2026-03-12 00:00").wake();
  EXPECT_EQ(story.time_of<PointsCredited>(), "2026-03-09 00:00");
  EXPECT_EQ(story.history().back().at.ms - story.instant("2026-03-08 00:00").ms, 23 * 3'600'000);
}

TEST(NextDayCredit, OfALateReviewIsMadeAtOnceWhenItsDayHasPassed) {
  Story story;
  story.at("2026-03-20 09:00");
  story.when(Review{.at = story.instant("2026-03-10 12:00")});
  story.then_facts({"journal_recorded", "points_scheduled", "points_credited", "journal_processed"})
      .then_balance("points", 50);
  EXPECT_EQ(story.result<ActivityResult>().status, JournalStatus::processed);
  EXPECT_EQ(to_string(story.facts<PointsCredited>().at(0).earned), "2026-03-10");
}

TEST(NextDayCredit, MakesALotOfTheActivityDate) {
  Story story;
  story.at("2026-03-10 12:00").given(Review{});
  story.at("2026-03-11 00:00").wake();
  const auto credit = story.facts<PointsCredited>().at(0);
  EXPECT_EQ(to_string(credit.earned), "2026-03-10");
  EXPECT_EQ(story.local(credit.expires), "2027-03-10 00:00");
}

TEST(BatchCredit, IsMadeOnARunAndNotBefore) {
  Story story;
  story.at("2026-03-10 12:00").given(RecordActivity{.type = "survey"});
  story.at("2026-05-01 00:00").wake().then_facts({}).then_pending("points", 30);
  story.at("2026-05-01 08:00").run_batch().wake();
  story.then_facts({"points_credited", "journal_processed"}).then_balance("points", 30);
  EXPECT_EQ(story.time_of<PointsCredited>(), "2026-05-01 08:00");
}

TEST(BatchCredit, IsMadeAtTheTimeOfTheRunHoweverLateTheMemberWakes) {
  Story story;
  story.at("2026-03-10 12:00").given(RecordActivity{.type = "survey"});
  story.at("2026-03-11 08:00").run_batch();
  story.at("2026-03-30 08:00").wake().then_balance("points", 30);
  EXPECT_EQ(story.time_of<PointsCredited>(), "2026-03-11 08:00");
}

TEST(BatchCredit, IsMadeOnceHoweverOftenTheBatchIsRun) {
  Story story;
  story.at("2026-03-10 12:00").given(RecordActivity{.type = "survey"});
  story.at("2026-03-11 08:00").run_batch().wake().then_balance("points", 30);
  story.run_batch().wake().then_facts({});
  story.at("2026-03-12 08:00").run_batch().wake().then_facts({}).then_balance("points", 30);
}

TEST(BatchCredit, WaitsForTheNextRunWhenItWasRecordedAfterTheLast) {
  Story story;
  story.at("2026-03-11 08:00").run_batch();
  story.at("2026-03-11 08:01").when(RecordActivity{.type = "survey"}).then_pending("points", 30);
  story.at("2026-03-20 08:00").wake().then_balance("points", 0);
  story.run_batch().wake().then_balance("points", 30);
}

TEST(BatchCredit, WaitsForTheNextRunWhenItWasRecordedAfterOneOfTheSameInstant) {
  Story story;
  story.at("2026-03-11 08:00").run_batch();
  story.when(RecordActivity{.type = "survey"}).wake().then_balance("points", 0);
  story.at("2026-03-20 08:00").run_batch().wake().then_balance("points", 30);
}

TEST(LateActivity, IsCreditedAndExpiredInOneStepWhenItsPointsAreGoneAlready) {
  auto story = Story::without_member();
  story.at("2026-01-05 12:00").given(EnrollMember{.at = story.instant("2024-01-01 12:00")});
  story.when(Purchase{.amount = 1'000, .at = story.instant("2025-01-05 00:00")});
  story.then_facts({"journal_recorded", "points_credited", "points_credited", "points_expired"})
      .then_balance("points", 0)
      .then_balance("stars", 10);
  EXPECT_EQ(named(story.result<ActivityResult>().credited, "points"), Points{10});
  story.when(Purchase{.amount = 1'000, .at = story.instant("2025-01-06 00:00")});
  story.then_balance("points", 10);
}

TEST(Credit, OfPointsByHandMovesNoPromotion) {
  Story story;
  story.when(CreditPoints{.points = 40, .reason = "sorry"});
  story.then_facts({"journal_recorded", "points_credited"}).then_balance("points", 40);
  story.when(CreditPoints{.currency = "miles", .points = 100}).then_balance("miles", 100);
  EXPECT_EQ(story.participation("runner"), nullptr);
  EXPECT_TRUE(story.member().promotions.empty());
}

TEST(Credit, IsRefusedWhenItMakesNoSense) {
  Story story;
  story.when(CreditPoints{.points = 0}).then_refused(RefusalCode::invalid_param, "points");
  story.when(CreditPoints{.points = -5}).then_refused(RefusalCode::invalid_param, "points");
  story.when(CreditPoints{.points = 1'000'000'000'001})
      .then_refused(RefusalCode::invalid_param, "points");
  story.when(CreditPoints{.currency = "gems", .points = 1})
      .then_refused(RefusalCode::unknown_currency, "currency");
  story.when(CreditPoints{.points = 1, .reason = std::string(257, 'x')})
      .then_refused(RefusalCode::invalid_param, "reason");
}

TEST(Credit, IsRefusedWhenTheBalanceWouldExceedItsBound) {
  Story story;
  for (int i = 0; i < 1'000; ++i) story.given(CreditPoints{.points = 1'000'000'000'000});
  story.then_balance("points", max_balance);
  story.when(CreditPoints{.points = 1}).then_refused(RefusalCode::limit_exceeded, "points");
  story.when(Purchase{.amount = 100}).then_refused(RefusalCode::limit_exceeded, "amount");
}

}  // namespace
}  // namespace loyalty::domain
