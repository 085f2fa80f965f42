// SPDX-License-Identifier: Apache-2.0

#include "domain/member/expiry.hpp"

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

TEST(ExpiryRounding, PutsTheEndOffToTheNextPeriodStart) {
  struct Row {
    ExpiryRounding rounding;
    const char* day;
    const char* rounded;
  };
  for (const Row& row : {Row{ExpiryRounding::none, "2027-03-10", "2027-03-10"},
                         Row{ExpiryRounding::month, "2027-03-10", "2027-04-01"},
                         Row{ExpiryRounding::month, "2027-03-01", "2027-03-01"},
                         Row{ExpiryRounding::month, "2027-12-31", "2028-01-01"},
                         Row{ExpiryRounding::quarter, "2027-03-10", "2027-04-01"},
                         Row{ExpiryRounding::quarter, "2027-04-01", "2027-04-01"},
                         Row{ExpiryRounding::quarter, "2027-04-02", "2027-07-01"},
                         Row{ExpiryRounding::quarter, "2027-11-30", "2028-01-01"},
                         Row{ExpiryRounding::year, "2027-01-01", "2027-01-01"},
                         Row{ExpiryRounding::year, "2027-01-02", "2028-01-01"}}) {
    SCOPED_TRACE(std::string(name_of(row.rounding)) + " " + row.day);
    EXPECT_EQ(to_string(rounded_up(*parse_day(row.day), row.rounding)), row.rounded);
  }
}

TEST(ExpiryRounding, LetsPointsLiveToTheEndOfTheirQuarter) {
  auto program = support::shop();
  support::find(program.currencies, "points").expiry_rounding = ExpiryRounding::quarter;
  Story story(program);
  story.at("2026-02-10 12:00").given(Purchase{.amount = 1'000});
  story.at("2027-03-31 23:59").wake().then_balance("points", 10);
  story.at("2027-04-01 00:00").wake().then_balance("points", 0);
}

/// The end of points credited on 31 January 2026 to a member of the tier.
std::string end_of(ProgramDefinition program, std::int64_t stars, const char* subtype = "") {
  support::find(program.rules, "base").subtype = subtype;
  Story story(program);
  story.at("2026-01-31 12:00").given(CreditPoints{.currency = "stars", .points = stars});
  story.given(Purchase{.amount = 1'000});
  return story.local(story.facts<PointsCredited>().at(0).expires);
}

TEST(ExpiryExtension, IsTheLongestOfTheTiersHeldWhenThePointsAreCredited) {
  auto program = support::shop();
  CurrencyDefinition nights;
  nights.id = "nights";
  nights.kind = CurrencyKind::qualifying;
  program.currencies.push_back(nights);
  TierGroupDefinition travel = program.tier_groups.front();
  travel.id = "travel";
  travel.currencies = {"nights"};
  travel.tiers = {{"guest", "", {{"nights", 0}}}};
  program.tier_groups.push_back(travel);
  auto& points = support::find(program.currencies, "points");
  points.extensions = {{"gold", {3, PeriodUnit::months}},
                       {"guest", {1, PeriodUnit::months}},
                       {"platinum", {1, PeriodUnit::years}}};
  EXPECT_EQ(end_of(program, 10), "2027-03-01 00:00") << "everybody is a guest; 31 February";
  EXPECT_EQ(end_of(program, 500), "2027-05-01 00:00") << "30 April has no 31st";
  EXPECT_EQ(end_of(program, 1'500), "2028-01-31 00:00");
  points.expiry_period = {1, PeriodUnit::months};
  EXPECT_EQ(end_of(program, 10), "2026-03-31 00:00") << "two months, added up first";
  EXPECT_EQ(end_of(program, 500), "2026-05-31 00:00");
  points.expiry_rounding = ExpiryRounding::month;
  EXPECT_EQ(end_of(program, 500), "2026-06-01 00:00") << "rounded last";
}

TEST(ExpiryExtension, StaysWhenTheTierIsLost) {
  auto program = support::shop();
  support::find(program.currencies, "points").extensions = {{"gold", {1, PeriodUnit::years}}};
  Story story(program);
  story.at("2026-03-10 12:00").given(CreditPoints{.currency = "stars", .points = 500});
  story.given(CreditPoints{.points = 100});
  story.at("2028-01-01 00:00").wake().then_tier("silver").then_balance("points", 100);
  story.at("2028-03-10 00:00").wake().then_balance("points", 0);
}

TEST(SubtypeExpiry, IsItsOwnWhereItHasOne) {
  auto program = support::shop();
  support::find(program.currencies, "points").subtypes = {
      {.id = "flash", .expiry_period = {10, PeriodUnit::days}}, {.id = "plain"}};
  EXPECT_EQ(end_of(program, 10, "flash"), "2026-02-10 00:00");
  EXPECT_EQ(end_of(program, 10, "plain"), "2027-01-31 00:00");
}

}  // namespace
}  // namespace loyalty::domain
