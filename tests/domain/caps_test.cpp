// SPDX-License-Identifier: Apache-2.0
#include "domain/member/caps.hpp"

#include "domain/program/periods.hpp"
#include "tests/support/story.hpp"

/// Limits of what a rule gives (domain.md F10): what is left is credited, the cut is recorded.
namespace loyalty::domain {
namespace {

using support::find;
using support::Story;

/// 100 points for each certified unit, with a cap.
ProgramDefinition with_cap(const CapDefinition& cap) {
  auto program = support::shop();
  RuleDefinition rule = support::rule("lab", "certification", "points", Measure::units, "100");
  rule.cap = cap;
  program.rules.push_back(rule);
  return program;
}

RecordActivity units(std::int64_t count) { return {.type = "certification", .units = count}; }

/// What an activity was given, and what was cut.
std::pair<std::int64_t, std::int64_t> line(const Story& story) {
  const auto& rules = story.result<ActivityResult>().rules;
  EXPECT_EQ(rules.size(), 1U);
  return {rules.at(0).points.value, rules.at(0).cut.value};
}
using Given = std::pair<std::int64_t, std::int64_t>;

TEST(CapWindow, IsTheCalendarPeriodOfTheDay) {
  struct Row {
    CapPeriod period;
    const char* day;
    const char* first;
  };
  for (const Row& row : {Row{CapPeriod::day, "2026-03-10", "2026-03-10"},
                         Row{CapPeriod::week, "2026-03-09", "2026-03-09"},  // a Monday
                         Row{CapPeriod::week, "2026-03-15", "2026-03-09"},
                         Row{CapPeriod::week, "2026-03-16", "2026-03-16"},
                         Row{CapPeriod::week, "1969-12-31", "1969-12-29"},
                         Row{CapPeriod::month, "2028-02-29", "2028-02-01"},
                         Row{CapPeriod::quarter, "2026-03-31", "2026-01-01"},
                         Row{CapPeriod::quarter, "2026-12-31", "2026-10-01"},
                         Row{CapPeriod::year, "2026-12-31", "2026-01-01"},
                         Row{CapPeriod::lifetime, "2026-12-31", "1970-01-01"}}) {
    SCOPED_TRACE(std::string(name_of(row.period)) + " " + row.day);
    EXPECT_EQ(to_string(cap_window(row.period, *parse_day(row.day))), row.first);
  }
}

TEST(CapPerActivity, CutsEachActivityOnItsOwn) {
  Story story(with_cap({.per_activity = 250}));
  story.at("2026-03-10 12:00").given(units(2));
  EXPECT_EQ(line(story), Given(200, 0));
  story.given(units(7));
  EXPECT_EQ(line(story), Given(250, 450));
  story.then_balance("points", 450).then_facts({"journal_recorded", "points_credited"});
}

TEST(CapPerPeriod, CreditsWhatIsLeftAndStartsAgainAtMidnight) {
  Story story(with_cap({.per_period = 500, .period = CapPeriod::day}));
  story.at("2026-03-10 12:00").given(units(3));
  EXPECT_EQ(line(story), Given(300, 0));
  story.given(units(3));
  EXPECT_EQ(line(story), Given(200, 100));
  story.at("2026-03-10 23:59").given(units(3));
  EXPECT_EQ(line(story), Given(0, 300));
  story.then_facts({"journal_recorded"});
  story.at("2026-03-11 00:00").given(units(3));
  EXPECT_EQ(line(story), Given(300, 0));
  story.then_balance("points", 800);
}

TEST(CapPerPeriod, IsOfTheMonthInWhichTheActivityHappened) {
  Story story(with_cap({.per_period = 500, .period = CapPeriod::month}));
  story.at("2026-03-10 12:00").given(units(4));
  story.at("2026-04-01 12:00").given(units(4));
  RecordActivity late = units(4);
  late.at = story.instant("2026-03-31 23:59");
  story.given(late);
  EXPECT_EQ(line(story), Given(100, 300)) << "March had 100 left";
  story.given(late);
  EXPECT_EQ(line(story), Given(0, 400));
  story.given(units(4));
  EXPECT_EQ(line(story), Given(100, 300)) << "so had April";
}

TEST(CapPerPeriod, RemembersThePeriodBeforeHoweverLongItIs) {
  Story story(with_cap({.per_period = 500, .period = CapPeriod::year}));
  story.at("2026-03-10 12:00").given(units(4));
  story.at("2027-01-02 12:00").given(units(1));
  RecordActivity late = units(4);
  late.at = story.instant("2026-12-31 12:00");
  story.given(late);
  EXPECT_EQ(line(story), Given(100, 300));
}

TEST(CapPerPeriod, ForgetsDaysThatAreLongOver) {
  Story story(with_cap({.per_period = 500, .period = CapPeriod::day}));
  for (int day = 0; day < 200; ++day) {
    story.at(to_string(LocalDay{parse_day("2026-03-10")->days + day}) + " 12:00").given(units(1));
  }
  EXPECT_LE(story.member().caps.size(), 64U);
}

TEST(CapOfALifetime, NeverStartsAgain) {
  Story story(with_cap({.per_period = 500}));
  story.at("2026-03-10 12:00").given(units(5));
  story.at("2028-03-10 12:00").given(units(1));
  EXPECT_EQ(line(story), Given(0, 100));
}

TEST(CapOfTheBalance, GivesNoPointsAboveIt) {
  Story story(with_cap({.balance = 1'000}));
  story.at("2026-03-10 12:00").given(units(9));
  story.given(units(3));
  EXPECT_EQ(line(story), Given(100, 200));
  story.given(DebitPoints{.points = 250}).given(units(3));
  EXPECT_EQ(line(story), Given(250, 50)) << "what was spent makes room";
  story.then_balance("points", 1'000);
}

TEST(CapOfTheBalance, CountsPointsThatAreStillToCome) {
  auto program = with_cap({.balance = 1'000});
  find(program.rules, "lab").crediting = Crediting::next_day;
  Story story(program);
  story.at("2026-03-10 12:00").given(units(9)).given(units(3));
  EXPECT_EQ(line(story), Given(100, 200));
  story.at("2026-03-11 00:00").wake().then_balance("points", 1'000);
}

TEST(CapOfTheBalance, CountsWhatEarlierRulesGiveForTheSameActivity) {
  auto program = with_cap({.balance = 1'000});
  RuleDefinition first = support::rule("a-first", "certification", "points", Measure::units, "150");
  first.order = 1;
  program.rules.push_back(first);
  Story story(program);
  story.at("2026-03-10 12:00").given(units(5)).then_balance("points", 1'000);
  const auto& rules = story.result<ActivityResult>().rules;
  EXPECT_EQ(rules.at(0).points, Points{750});
  EXPECT_EQ(rules.at(1).points, Points{250});
  EXPECT_EQ(rules.at(1).cut, Points{250});
}

TEST(Caps, AllHoldTogether) {
  Story story(with_cap(
      {.per_activity = 400, .per_period = 600, .period = CapPeriod::week, .balance = 900}));
  story.at("2026-03-09 12:00").given(units(9));
  EXPECT_EQ(line(story), Given(400, 500));
  story.given(units(9));
  EXPECT_EQ(line(story), Given(200, 700));
  story.at("2026-03-16 12:00").given(units(9));
  EXPECT_EQ(line(story), Given(300, 600));
}

TEST(Caps, LimitWhatThePartnerOwes) {
  auto program = with_cap({.per_activity = 100});
  Story story(program);
  RecordActivity stay = units(9);
  stay.partner = "hotel";
  story.at("2026-03-10 12:00").given(stay);
  const auto owed = story.facts<PartnerLiabilityArisen>();
  ASSERT_EQ(owed.size(), 1U);
  EXPECT_EQ(owed[0].points, Points{100});
  EXPECT_EQ(owed[0].money, Money{150});
}

}  // namespace
}  // namespace loyalty::domain
