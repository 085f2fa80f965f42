// SPDX-License-Identifier: Apache-2.0

#include "tests/support/story.hpp"

/// How points are lost with time (domain.md F11, F12, F22).
namespace loyalty::domain {
namespace {

using support::Story;

TEST(FixedExpiry, TakesALotAtMidnightAfterItsPeriod) {
  Story story;
  story.at("2026-03-10 23:59").given(Purchase{.amount = 1'000});
  story.at("2027-03-09 23:59").wake().then_balance("points", 10);
  story.at("2027-03-10 00:00").wake().then_facts({"points_expired"}).then_balance("points", 0);
}

TEST(FixedExpiry, CountsFromTheActivityDate) {
  Story story;
  story.at("2026-03-20 12:00");
  story.given(Purchase{.amount = 1'000, .at = story.instant("2026-03-10 12:00")});
  EXPECT_EQ(story.local(story.facts<PointsCredited>().at(0).expires), "2027-03-10 00:00");
}

TEST(FixedExpiry, TakesOnlyWhatIsLeftOfTheLot) {
  Story story;
  story.at("2026-03-10 12:00").given(Purchase{.amount = 5'000});
  story.at("2026-03-11 12:00").given(Purchase{.amount = 5'000}).given(Redeem{.offer = "mug"});
  story.at("2027-03-10 00:00").wake().then_balance("points", 50);
  EXPECT_EQ(story.facts<PointsExpired>().at(0).points, Points{20});
  story.at("2027-03-11 00:00").wake().then_balance("points", 0);
  EXPECT_EQ(story.facts<PointsExpired>().at(0).points, Points{50});
}

TEST(FixedExpiry, OfALotThatWasSpentTakesNothing) {
  Story story;
  story.at("2026-03-10 12:00").given(CreditPoints{.points = 30}).given(Redeem{.offer = "mug"});
  story.at("2028-01-01 00:00").wake().then_facts({});
}

TEST(FixedExpiry, OfADayThatDoesNotExistIsTheFirstOfTheNextMonth) {
  auto program = support::shop();
  support::find(program.currencies, "points").expiry_period = {1, PeriodUnit::months};
  Story story(program);
  story.at("2026-01-31 12:00").given(Purchase{.amount = 1'000});
  story.at("2026-02-28 23:59").wake().then_balance("points", 10);
  story.at("2026-03-01 00:00").wake().then_balance("points", 0);
}

TEST(FixedExpiry, HappensAtItsTimeHoweverLateTheMemberWakes) {
  Story story;
  story.at("2026-03-10 12:00").given(Purchase{.amount = 1'000});
  story.at("2026-04-10 12:00").given(Purchase{.amount = 2'000});
  story.at("2027-12-01 12:00")
      .wake()
      .then_facts({"qualifying_reset", "points_expired", "points_expired"});
  EXPECT_EQ(story.time_of<PointsExpired>(), "2027-04-10 00:00");
}

TEST(ActivityExpiry, TakesTheWholeBalanceAfterThePeriodWithoutActivity) {
  Story story;
  story.at("2026-03-10 12:00").given(RecordActivity{.type = "run", .units = 40});
  story.at("2026-06-01 08:00").given(RecordActivity{.type = "run", .units = 2});
  story.at("2029-05-31 23:59").wake().then_balance("miles", 42);
  story.at("2029-06-01 00:00").wake().then_facts({"points_expired"}).then_balance("miles", 0);
  EXPECT_EQ(story.facts<PointsExpired>().at(0).uses.size(), 2U);
}

TEST(ActivityExpiry, StartsAnewWithAnyActivity) {
  const auto earn = CreditPoints{.points = 200};
  for (const MemberCommand& activity :
       {MemberCommand(Purchase{.amount = 0}), MemberCommand(Review{}),
        MemberCommand(RecordActivity{.type = "survey"}), MemberCommand(Redeem{.offer = "mug"}),
        MemberCommand(CreditPoints{.points = 1}), MemberCommand(DebitPoints{.points = 1})}) {
    SCOPED_TRACE(activity.index());
    Story story;
    story.at("2026-03-10 12:00").given(RecordActivity{.type = "run", .units = 40}).given(earn);
    story.at("2026-06-01 12:00").given(activity);
    story.at("2029-03-10 00:00").wake().then_balance("miles", 40);
    story.at("2029-05-31 23:59").wake().then_balance("miles", 40);
    story.at("2029-06-01 00:00").wake().then_balance("miles", 0);
  }
}

TEST(ActivityExpiry, DoesNotStartAnewWithReadsCreditsToComeOrExpiry) {
  Story story;
  story.at("2026-03-10 12:00").given(RecordActivity{.type = "run", .units = 40}).given(Review{});
  // At midnight the review is credited, a year later its points expire: neither is an activity.
  story.at("2026-03-12 12:00").wake().then_balance("points", 50);
  story.at("2028-01-01 12:00").wake().then_balance("points", 0);
  story.answer(GetMember{});
  story.when(Redeem{.offer = "mug"});  // refused
  story.when(EnrollInPromotion{.promotion = "latte"}).then_accepted();
  story.at("2029-03-09 23:59").wake().then_balance("miles", 40);
  story.at("2029-03-10 00:00").wake().then_balance("miles", 0);
}

TEST(ActivityExpiry, CountsTheDateOfALateActivity) {
  Story story;
  story.at("2026-03-10 12:00").given(RecordActivity{.type = "run", .units = 40});
  story.at("2026-09-01 12:00");
  story.given(Purchase{.amount = 100, .at = story.instant("2026-06-01 12:00")});
  story.given(Purchase{.amount = 100, .at = story.instant("2026-02-01 12:00")});  // not later
  story.at("2029-06-01 00:00").wake().then_balance("miles", 0);
  EXPECT_EQ(story.time_of<PointsExpired>(), "2029-06-01 00:00");
}

TEST(ActivityExpiry, OfAnEmptyBalanceTakesNothing) {
  Story story;
  story.at("2040-01-01 00:00").wake().then_facts({});
}

TEST(ActivityExpiry, ComesBeforeTheActivityThatWouldHaveSavedThePoints) {
  Story story;
  story.at("2026-03-10 12:00").given(RecordActivity{.type = "run", .units = 40});
  story.at("2029-03-10 00:00").when(RecordActivity{.type = "run", .units = 3});
  story.then_balance("miles", 3);
}

TEST(ExpirySchedule, TellsWhatExpiresWhenIfNothingHappens) {
  Story story;
  story.at("2026-03-10 12:00").given(Purchase{.amount = 5'000});
  story.at("2026-03-10 18:00").given(Purchase{.amount = 1'000});
  story.at("2026-04-10 12:00").given(RecordActivity{.type = "run", .units = 7});
  story.at("2026-05-01 12:00").given(CreditPoints{.points = 5}).given(Redeem{.offer = "mug"});
  const auto all = story.ask<ExpiryResult>(GetExpirySchedule{}).expiries;
  const auto line = [&](const ExpiryLine& l) {
    return std::tuple(std::string(l.currency), story.local(l.at), to_string(l.day), l.points.value);
  };
  ASSERT_EQ(all.size(), 3U);
  EXPECT_EQ(line(all[0]), std::tuple("points", "2027-03-10 00:00", "2027-03-10", 30));
  EXPECT_EQ(line(all[1]), std::tuple("points", "2027-05-01 00:00", "2027-05-01", 5));
  EXPECT_EQ(line(all[2]), std::tuple("miles", "2029-05-01 00:00", "2029-05-01", 7));
  EXPECT_EQ(story.ask<ExpiryResult>(GetExpirySchedule{.currency = "miles"}).expiries.size(), 1U);
  EXPECT_FALSE(story.answer(GetExpirySchedule{.currency = "gems"}));
}

}  // namespace
}  // namespace loyalty::domain
