// SPDX-License-Identifier: Apache-2.0
#include "domain/report/selection.hpp"
#include "tests/support/story.hpp"

/// Reports of a program of one member, whose life is told first.
namespace loyalty::domain {
namespace {

using support::find;
using support::Story;

template <class Result>
Result ask(const Story& story, const ReportQuery& query) {
  const auto wanted = check(query, story.catalogue(), story.now());
  if (!wanted) {
    ADD_FAILURE() << wanted.error().detail;
    return {};
  }
  // In two halves, as two shards would have them.
  ReportRows halves[2];
  bool second = false;
  for (const auto& [key, values] : story.counted().all()) {
    ReportRows half;
    half.add(key, values);
    select(*wanted, story.catalogue(), half, halves[second = !second]);
  }
  halves[0].add(halves[1]);
  ReportRows whole;
  select(*wanted, story.catalogue(), story.counted(), whole);
  EXPECT_EQ(halves[0], whole);
  return get<Result>(*answer(*wanted, story.catalogue(), whole));
}

std::string refusal_of(const Story& story, const ReportQuery& query) {
  const auto wanted = check(query, story.catalogue(), story.now());
  if (wanted) return "accepted";
  return std::string(name_of(wanted.error().code)) + " " + wanted.error().param;
}

const PointsSums& of(const ReportLine& line, std::string_view currency,
                     std::string_view subtype = "") {
  static const PointsSums nothing;
  for (const auto& sums : line.points) {
    if (sums.currency == currency && sums.subtype.value_or("") == subtype) return sums;
  }
  ADD_FAILURE() << "no line of " << currency;
  return nothing;
}

/// A point costs a cent, and a bonus point two.
ProgramDefinition costly_shop() {
  auto program = support::shop();
  auto& points = find(program.currencies, "points");
  points.cost_per_point = *Decimal::parse("0.01");
  SubtypeDefinition bonus;
  bonus.id = "bonus";
  bonus.cost_per_point = *Decimal::parse("0.02");
  points.subtypes = {bonus};
  return program;
}

/// 100 points in February, 50 bonus points and a mug for 30 points in March.
Story two_months() {
  Story story(costly_shop());
  story.at("2026-02-10 12:00").given(Purchase{.amount = 10'000, .category = "shoes"});
  story.at("2026-03-10 12:00")
      .given(AdjustPoints{.points = 50, .reason = "gift", .subtype = "bonus"});
  story.at("2026-03-20 12:00").given(Redeem{.offer = "mug"});
  return story;
}

TEST(ProgramReport, TellsWhatHappenedInAPeriodAndWhatThereWasAtItsEnd) {
  const Story story = two_months();
  const auto report =
      ask<ReportResult>(story, ProgramReport{.from = "2026-01-01", .until = "2026-04-01"});
  ASSERT_EQ(report.lines.size(), 1U);
  const auto& line = report.lines[0];
  EXPECT_EQ(line.period, "2026-01-01");
  EXPECT_EQ(line.activity.amount, Money{10'000});
  EXPECT_EQ(line.activity.redemptions, 1);
  const auto& points = of(line, "points");
  EXPECT_EQ(points.issued, Points{155});  // five for a piece of shoes
  EXPECT_EQ(points.redeemed, Points{30});
  EXPECT_EQ(points.end->outstanding, Points{125});
  EXPECT_EQ(report.members.members, 1);
  EXPECT_EQ(report.members.enrolled, 1);
}

TEST(ProgramReport, GoesBackToTheEndOfEachPeriod) {
  const auto report = ask<ReportResult>(two_months(), ProgramReport{.from = "2026-01-01",
                                                                    .until = "2026-04-01",
                                                                    .by = ReportBy::subtype,
                                                                    .per = ReportPer::month});
  ASSERT_EQ(report.lines.size(), 3U);
  EXPECT_EQ(of(report.lines[1], "points").end->outstanding, Points{105});
  EXPECT_EQ(of(report.lines[1], "points").end->liability, Money{105});
  EXPECT_EQ(of(report.lines[2], "points", "bonus").issued, Points{50});
  EXPECT_EQ(of(report.lines[2], "points", "bonus").issued_value, Money{100});
  const auto end = of(report.lines[2], "points").end->outstanding +
                   of(report.lines[2], "points", "bonus").end->outstanding;
  EXPECT_EQ(end, Points{125});
}

TEST(ProgramReport, OfAPeriodThatIsOverDoesNotChange) {
  Story story = two_months();
  const ProgramReport february{.from = "2026-02-01", .until = "2026-03-01"};
  const auto before = ask<ReportResult>(story, february);
  story.at("2026-04-10 12:00").given(Purchase{.amount = 99'000});
  story.at("2027-06-10 12:00").wake();  // all expires
  const auto after = ask<ReportResult>(story, february);
  ASSERT_EQ(after.lines.size(), 1U);
  EXPECT_EQ(of(after.lines[0], "points").end->outstanding,
            of(before.lines[0], "points").end->outstanding);
  EXPECT_EQ(of(after.lines[0], "points").issued, of(before.lines[0], "points").issued);
  EXPECT_EQ(after.liability, before.liability);
  EXPECT_EQ(after.members.members, 1);
}

TEST(ProgramReport, ShowsWhatIsBoughtWhere) {
  Story story;
  story.at("2026-03-10 12:00");
  story.given(Purchase{.amount = 1'000, .category = "shoes"});
  story.given(
      Purchase{.amount = 2'000, .category = "rooms", .product = "room", .partner = "hotel"});
  const auto both = ask<ReportResult>(story, ProgramReport{.by = ReportBy::category_partner});
  ASSERT_EQ(both.lines.size(), 2U);
  EXPECT_EQ(both.lines[0].category, "rooms");
  EXPECT_EQ(both.lines[0].partner, "hotel");
  EXPECT_EQ(both.lines[0].activity.amount, Money{2'000});
  EXPECT_EQ(both.lines[1].partner, "");
  EXPECT_EQ(of(both.lines[1], "points").issued, Points{15});

  const auto partners = ask<ReportResult>(story, ProgramReport{.by = ReportBy::partner});
  ASSERT_EQ(partners.lines.size(), 2U);
  EXPECT_FALSE(partners.lines[0].category);
  EXPECT_EQ(partners.lines[1].activity.partner_liability, Money{40});
}

TEST(ProgramReport, ShowsTiersWithThoseWhoCameAndWent) {
  Story story;
  story.at("2026-03-10 12:00").given(Purchase{.amount = 60'000});
  story.at("2026-03-11 12:00").given(Purchase{.amount = 1'000});
  const auto report = ask<ReportResult>(story, ProgramReport{.by = ReportBy::tier});
  ASSERT_EQ(report.lines.size(), 2U);
  EXPECT_EQ(report.lines[0].tier, "gold");
  EXPECT_EQ(report.lines[0].moves->in, 1);
  EXPECT_EQ(report.lines[0].moves->holders, 1);
  EXPECT_EQ(of(report.lines[0], "points").issued, Points{15});
  EXPECT_EQ(report.lines[1].tier, "silver");
  EXPECT_EQ(report.lines[1].moves->out, 1);
  EXPECT_EQ(report.lines[1].moves->holders, 0);
  EXPECT_EQ(report.lines[1].activity.amount, Money{60'000});
}

TEST(ProgramReport, IsRefusedForDaysThatAreNone) {
  Story story;
  story.at("2026-03-10 12:00");
  EXPECT_EQ(refusal_of(story, ProgramReport{.from = "March"}), "INVALID_PARAM from");
  EXPECT_EQ(refusal_of(story, ProgramReport{.until = "2026-02-30"}), "INVALID_PARAM until");
  EXPECT_EQ(refusal_of(story, ProgramReport{.from = "2026-03-10", .until = "2026-03-10"}),
            "INVALID_PARAM until");
  EXPECT_EQ(refusal_of(story, ProgramReport{.from = "2020-01-01", .per = ReportPer::day}),
            "INVALID_PARAM until");
  EXPECT_EQ(refusal_of(story, OutstandingPoints{"2026-03-11"}), "INVALID_PARAM day");
  EXPECT_EQ(refusal_of(story, OutstandingPoints{"x"}), "INVALID_PARAM day");
  EXPECT_EQ(refusal_of(story, ExpiryForecast{.until = "2026-03-01"}), "INVALID_PARAM until");
  EXPECT_EQ(refusal_of(story, ExpiryForecast{.currency = "gold"}), "UNKNOWN_CURRENCY currency");
  EXPECT_EQ(refusal_of(story, ProgramReport{}), "accepted");
}

TEST(OutstandingPoints, AreToldWithTheirCostBySubtype) {
  Story story(costly_shop());
  story.at("2026-02-10 12:00").given(Purchase{.amount = 10'000});
  story.given(AdjustPoints{.points = 50, .reason = "gift", .subtype = "bonus"});
  story.given(HoldPoints{.points = 20});
  const auto now = ask<OutstandingResult>(story, OutstandingPoints{});
  EXPECT_EQ(now.members, 1);
  EXPECT_EQ(now.liability, Money{100 + 100});
  ASSERT_EQ(now.lines.size(), 3U);
  EXPECT_EQ(now.lines[0].currency, "points");
  EXPECT_EQ(now.lines[0].points.outstanding, Points{100});
  EXPECT_EQ(now.lines[0].points.held + now.lines[1].points.held, Points{20});
  EXPECT_EQ(now.lines[1].subtype, "bonus");
  EXPECT_EQ(now.lines[1].cost_per_point, "0.02");
  EXPECT_EQ(now.lines[2].currency, "stars");

  const auto before = ask<OutstandingResult>(story, OutstandingPoints{"2026-02-09"});
  EXPECT_EQ(before.liability, Money{0});
  EXPECT_TRUE(before.lines.empty());
}

TEST(ExpiryForecast, IsTheScheduleOfAllMembers) {
  Story story(costly_shop());
  story.at("2026-02-10 12:00").given(Purchase{.amount = 10'000});
  story.at("2026-03-10 12:00")
      .given(Purchase{.amount = 2'000, .product = "room", .partner = "hotel"});
  story.given(RecordActivity{.type = "run", .units = 40});
  const auto forecast = ask<ForecastResult>(story, ExpiryForecast{.until = "2027-03-01"});
  ASSERT_EQ(forecast.lines.size(), 1U);
  EXPECT_EQ(forecast.lines[0].period, "2027-02-10");
  EXPECT_EQ(forecast.lines[0].points, Points{100});
  EXPECT_EQ(forecast.lines[0].liability, Money{100});
  ASSERT_EQ(forecast.later.size(), 2U);
  EXPECT_EQ(forecast.later[0].partner, "hotel");
  EXPECT_EQ(forecast.later[1].currency, "miles");

  const auto schedule = story.ask<ExpiryResult>(GetExpirySchedule{});
  const auto daily =
      ask<ForecastResult>(story, ExpiryForecast{.until = "2040-01-01", .per = ReportPer::month});
  ASSERT_EQ(daily.lines.size(), schedule.expiries.size());
  Points sum;
  for (const auto& line : daily.lines) sum += line.points;
  EXPECT_EQ(sum, Points{160});
}

TEST(ExpiryForecast, FollowsTheLastActivityWherePointsLapseWithTheirOwner) {
  Story story;
  story.at("2026-03-10 12:00").given(RecordActivity{.type = "run", .units = 40});
  const ExpiryForecast miles{.until = "2030-01-01", .currency = "miles"};
  EXPECT_EQ(ask<ForecastResult>(story, miles).lines.at(0).period, "2029-03-10");
  story.at("2026-04-10 12:00").given(Purchase{.amount = 100});
  const auto moved = ask<ForecastResult>(story, miles);
  ASSERT_EQ(moved.lines.size(), 1U);
  EXPECT_EQ(moved.lines[0].period, "2029-04-10");
  EXPECT_EQ(moved.lines[0].points, Points{40});
}

}  // namespace
}  // namespace loyalty::domain
