// SPDX-License-Identifier: Apache-2.0
#include "tests/support/story.hpp"

/// Corrections by hand (domain.md F14, F30).
namespace loyalty::domain {
namespace {

using support::find;
using support::Story;
using Code = RefusalCode;

AdjustPoints adjust(std::int64_t points, const char* currency = "points") {
  return {.currency = currency, .points = points, .reason = "correction", .actor = "ann"};
}

TEST(Adjustment, AddsAndTakesPointsWithReasonAndActor) {
  Story story;
  story.when(adjust(100)).then_facts({"journal_recorded", "points_credited"});
  story.then_balance("points", 100);
  const auto journal = story.facts<JournalRecorded>().at(0);
  EXPECT_EQ(journal.type, "adjustment");
  EXPECT_EQ(journal.reference, "correction");
  EXPECT_EQ(journal.actor, "ann");
  story.when(adjust(-30)).then_facts({"journal_recorded", "points_debited"});
  story.then_balance("points", 70);
  EXPECT_EQ(story.result<AdjustResult>().trace.at(0).points, Points{30});
  const auto line = story.ask<LedgerResult>(GetLedger{}).entries.back();
  EXPECT_EQ(line.to, "issuer:program") << "nothing was redeemed";
}

TEST(Adjustment, OfQualifyingPointsLiftsTheTierAndNeverLowersIt) {
  Story story;
  story.given(adjust(500, "stars")).then_tier("gold");
  EXPECT_EQ(story.result<AdjustResult>().tier_changes.at(0).to, "gold");
  story.given(adjust(-1, "stars")).then_balance("stars", 499).then_tier("gold");
  story.when(adjust(-500, "stars")).then_refused(Code::insufficient_points, "points");
}

TEST(Adjustment, DoesNotRestartTheClock) {
  Story story;
  story.at("2026-06-10 12:00").given(adjust(100, "miles"));
  EXPECT_EQ(to_string(story.member().last_activity), "2026-01-05");
}

TEST(Adjustment, IsRefusedWithoutReasonOrPoints) {
  Story story;
  story.when(adjust(0)).then_refused(Code::invalid_param, "points");
  story.when(adjust(1'000'000'000'001)).then_refused(Code::invalid_param, "points");
  story.when(AdjustPoints{.points = 1}).then_refused(Code::invalid_param, "reason");
  story.when(adjust(1, "gems")).then_refused(Code::unknown_currency, "currency");
  story.when(AdjustPoints{.points = 1, .reason = "r", .subtype = "bonus"})
      .then_refused(Code::unknown_subtype, "subtype");
  story.when(adjust(-1)).then_refused(Code::insufficient_points, "points");
}

/// Gold members get points back that expired in the last 30 days; they live 60 days more.
ProgramDefinition forgiving_shop() {
  auto program = support::shop();
  find(program.currencies, "points").reinstatements = {
      {"gold", {30, PeriodUnit::days}, {60, PeriodUnit::days}},
      {"platinum", {1, PeriodUnit::years}, {90, PeriodUnit::days}}};
  return program;
}

TEST(Reinstatement, GivesEveryPointBackOnce) {
  Story story(forgiving_shop());
  story.at("2026-03-10 12:00").given(CreditPoints{.points = 50});
  const Sequence lot = story.history().back().sequence;
  story.given(CreditPoints{.currency = "stars", .points = 500});
  story.given(DebitPoints{.points = 20});
  story.at("2027-03-10 00:00").wake().then_balance("points", 0);
  story.at("2027-04-08 23:00").when(ReinstatePoints{}).then_balance("points", 30);
  const auto fact = story.facts<PointsReinstated>().at(0);
  ASSERT_EQ(fact.lots.size(), 1U);
  EXPECT_EQ(fact.lots[0].id, lot);
  EXPECT_EQ(story.local(fact.lots[0].expires), "2027-06-07 00:00");
  story.when(ReinstatePoints{}).then_refused(Code::not_eligible, "currency");
  story.given(DebitPoints{.points = 10});
  story.at("2027-06-07 00:00").wake().then_balance("points", 0);
  const auto trace = story.ask<TraceResult>(GetTrace{.credit = static_cast<std::int64_t>(lot)});
  EXPECT_EQ(trace.total, Points{50});
}

TEST(Reinstatement, NeedsATierThatAllowsItAndAWindowThatIsOpen) {
  Story story(forgiving_shop());
  story.at("2026-03-10 12:00").given(CreditPoints{.points = 50});
  story.at("2027-03-10 12:00").when(ReinstatePoints{});
  story.then_refused(Code::not_eligible, "currency");  // silver
  story.given(CreditPoints{.currency = "stars", .points = 500}).then_tier("gold");
  story.at("2027-04-09 00:00").when(ReinstatePoints{});  // 30 days are over
  story.then_refused(Code::not_eligible, "currency");
  story.given(CreditPoints{.currency = "stars", .points = 1'000}).then_tier("platinum");
  story.when(ReinstatePoints{}).then_accepted().then_balance("points", 50);
  EXPECT_EQ(story.local(story.facts<PointsReinstated>().at(0).lots[0].expires), "2027-07-08 00:00");
}

TEST(Reinstatement, OfPointsThatLapsedForWantOfActivityIsAnActivity) {
  auto program = support::shop();
  find(program.currencies, "miles").reinstatements = {
      {"silver", {30, PeriodUnit::days}, {60, PeriodUnit::days}}};
  Story story(program);
  story.at("2026-03-10 12:00").given(CreditPoints{.currency = "miles", .points = 50});
  story.at("2029-03-11 12:00").when(ReinstatePoints{.currency = "miles"});
  story.then_balance("miles", 50);
  EXPECT_EQ(story.time_of<PointsExpired>(), "2029-03-10 00:00");
  const auto expiries = story.ask<ExpiryResult>(GetExpirySchedule{.currency = "miles"}).expiries;
  ASSERT_EQ(expiries.size(), 1U);
  EXPECT_EQ(to_string(expiries[0].day), "2029-05-10");
}

}  // namespace
}  // namespace loyalty::domain
