// SPDX-License-Identifier: Apache-2.0
#include "domain/member/streaks.hpp"

#include <gmock/gmock.h>

#include "tests/support/story.hpp"

/// Streaks: periods in a row with an activity (domain.md F47).
namespace loyalty::domain {
namespace {

using support::find;
using support::Story;
using testing::ElementsAre;
using Code = RefusalCode;

/// Certifications count; ten points for each streak.
ProgramDefinition with_streak(Streak streak, std::int64_t target, bool repeatable = true) {
  auto program = support::shop();
  PromotionDefinition promotion;
  promotion.id = "streak";
  promotion.unit = "day";
  promotion.units = "days";
  promotion.when = support::on_activity("certification");
  promotion.streak = streak;
  promotion.target = target;
  promotion.repeatable = repeatable;
  promotion.reward.points = 10;
  program.promotions.push_back(promotion);
  return program;
}

ProgramDefinition with_revoked_streak(Streak streak, std::int64_t target, bool repeatable) {
  auto program = with_streak(streak, target, repeatable);
  program.promotions.back().revoke_on_return = true;
  return program;
}

Sequence certify(Story& story, std::string_view time) {
  story.at(time).given(RecordActivity{.type = "certification"});
  return story.result<ActivityResult>().journal;
}

Sequence certify_late(Story& story, std::string_view time) {
  story.given(RecordActivity{.type = "certification", .at = story.instant(time)});
  return story.result<ActivityResult>().journal;
}

ReverseActivity all_of(Sequence journal) { return {.journal = static_cast<std::int64_t>(journal)}; }

std::int64_t completed(const Story& story) { return story.participation("streak")->completed; }

std::int64_t shown(const Story& story) {
  return story.ask<ProgressResult>(GetProgress{.promotion = "streak"}).progress.completed;
}

std::string_view skipped(const Story& story) {
  const auto& list = story.result<ActivityResult>().skipped;
  return list.size() == 1 ? list.front().reason : "not one";
}

TEST(StreakPeriods, AreThoseOfTheCalendar) {
  struct Row {
    Streak streak;
    const char* day;
    const char* first;
    const char* next;
    const char* previous;
  };
  for (const Row& row : {
           Row{Streak::day, "2026-03-08", "2026-03-08", "2026-03-09", "2026-03-07"},
           Row{Streak::week, "2026-03-08", "2026-03-02", "2026-03-09", "2026-02-23"},
           Row{Streak::week, "2026-03-09", "2026-03-09", "2026-03-16", "2026-03-02"},
           Row{Streak::week, "2027-01-03", "2026-12-28", "2027-01-04", "2026-12-21"},
           Row{Streak::week, "1969-12-31", "1969-12-29", "1970-01-05", "1969-12-22"},
           Row{Streak::month, "2026-01-31", "2026-01-01", "2026-02-01", "2025-12-01"},
           Row{Streak::month, "2028-02-29", "2028-02-01", "2028-03-01", "2028-01-01"},
       }) {
    SCOPED_TRACE(row.day);
    const LocalDay day = *parse_day(row.day);
    EXPECT_EQ(to_string(streak_period(row.streak, day)), row.first);
    EXPECT_EQ(to_string(next_period(row.streak, day)), row.next);
    EXPECT_EQ(to_string(previous_period(row.streak, day)), row.previous);
  }
}

TEST(Streak, CountsEachPeriodOnceAndBeginsAgainAfterAMissedOne) {
  struct Row {
    Streak streak;
    std::vector<const char*> times;
    std::int64_t completed;
  };
  for (const Row& row : {
           Row{Streak::day, {"2026-03-06 23:59", "2026-03-07 00:00"}, 2},
           Row{Streak::day, {"2026-03-06 00:00", "2026-03-06 23:59"}, 1},
           Row{Streak::day, {"2026-03-06 23:59", "2026-03-08 00:00"}, 1},
           Row{Streak::day, {"2026-03-05 12:00", "2026-03-06 12:00", "2026-03-08 12:00"}, 1},
           Row{Streak::week, {"2026-03-08 23:59", "2026-03-09 00:00"}, 2},
           Row{Streak::week, {"2026-03-09 00:00", "2026-03-22 23:59"}, 2},
           Row{Streak::week, {"2026-03-15 23:59", "2026-03-23 00:00"}, 1},
           Row{Streak::week, {"2026-12-27 12:00", "2027-01-03 12:00", "2027-01-04 00:00"}, 3},
           Row{Streak::month, {"2026-01-31 23:59", "2026-02-01 00:00", "2026-03-31 12:00"}, 3},
           Row{Streak::month, {"2026-01-31 12:00", "2026-03-01 00:00"}, 1},
       }) {
    SCOPED_TRACE(row.times.back());
    Story story(with_streak(row.streak, 9));
    for (const char* time : row.times) certify(story, time);
    EXPECT_EQ(completed(story), row.completed);
  }
}

TEST(Streak, SkipsASecondActivityOfAPeriod) {
  Story story(with_streak(Streak::day, 9));
  certify(story, "2026-03-06 10:00");
  certify(story, "2026-03-06 11:00");
  EXPECT_EQ(skipped(story), "PERIOD_COUNTED");
  story.then_facts({"journal_recorded"});
}

TEST(Streak, ShowsNothingFromTheDayOnWhichAPeriodWasMissed) {
  Story story(with_streak(Streak::week, 9));
  certify(story, "2026-03-02 12:00");
  certify(story, "2026-03-09 12:00");
  const auto progress = [&] {
    return story.ask<ProgressResult>(GetProgress{.promotion = "streak"}).progress;
  };
  story.at("2026-03-22 23:59").wake();
  EXPECT_EQ(progress().completed, 2);
  EXPECT_EQ(to_string(*progress().lapses), "2026-03-23");
  story.at("2026-03-23 00:00").wake();
  EXPECT_EQ(progress().completed, 0);
  EXPECT_EQ(progress().text, "9 days away, 0 %");
  EXPECT_FALSE(progress().lapses);
}

TEST(Streak, GoesOnFromRoundToRound) {
  Story story(with_streak(Streak::day, 2));
  certify(story, "2026-03-01 12:00");
  certify(story, "2026-03-02 12:00");
  story.then_balance("points", 10);
  certify(story, "2026-03-02 13:00");
  EXPECT_EQ(skipped(story), "PERIOD_COUNTED");
  certify(story, "2026-03-03 12:00");
  EXPECT_EQ(story.participation("streak")->cycle, 1U);
  EXPECT_EQ(completed(story), 1);
  certify(story, "2026-03-05 12:00");  // the 4th was missed
  EXPECT_TRUE(story.facts<ProgressUpdated>().at(0).restarts);
  EXPECT_EQ(completed(story), 1);
  certify(story, "2026-03-06 12:00");
  story.then_balance("points", 20);
}

TEST(Streak, EndsWhenItDoesNotRepeat) {
  Story story(with_streak(Streak::day, 2, false));
  certify(story, "2026-03-01 12:00");
  certify(story, "2026-03-02 12:00");
  certify(story, "2026-03-03 12:00");
  EXPECT_EQ(skipped(story), "COMPLETED");
  story.at("2026-05-01 12:00").wake();
  EXPECT_EQ(shown(story), 2);
}

TEST(Streak, AnnouncesItsMilestonesAgainWhenItBeginsAgain) {
  auto program = with_streak(Streak::day, 4);
  program.promotions.back().milestones = {{MilestoneKind::percent, 50}};
  Story story(program);
  certify(story, "2026-03-01 12:00");
  certify(story, "2026-03-02 12:00");
  EXPECT_EQ(story.facts<MilestoneReached>().size(), 1U);
  certify(story, "2026-03-04 12:00");
  certify(story, "2026-03-05 12:00");
  EXPECT_EQ(story.facts<MilestoneReached>().size(), 1U);
}

TEST(Streak, IsContinuedByALateActivityAsLongAsNothingLaterCounted) {
  Story story(with_streak(Streak::day, 9));
  certify(story, "2026-03-01 12:00");
  story.at("2026-03-04 12:00");
  certify_late(story, "2026-03-02 12:00");
  EXPECT_EQ(completed(story), 2);
  EXPECT_EQ(shown(story), 0);  // the 3rd is missed, as far as is known
  certify_late(story, "2026-03-03 12:00");
  EXPECT_EQ(shown(story), 3);
  certify(story, "2026-03-04 12:00");
  EXPECT_EQ(completed(story), 4);
}

TEST(Streak, IsNotMendedByAnActivityBeforeOneThatCounted) {
  Story story(with_streak(Streak::day, 9));
  certify(story, "2026-03-01 12:00");
  certify(story, "2026-03-03 12:00");
  certify_late(story, "2026-03-02 12:00");
  EXPECT_EQ(skipped(story), "PERIOD_PASSED");
  EXPECT_EQ(completed(story), 1);
}

TEST(Streak, IsNotMovedByHand) {
  Story story(with_streak(Streak::day, 9));
  story.when(UpdateProgress{.promotion = "streak", .increment = 1})
      .then_refused(Code::not_eligible, "promotion");
}

TEST(Streak, BeginsAnewForThoseWhoLeaveAndComeBack) {
  Story story(with_streak(Streak::day, 9));
  certify(story, "2026-03-01 12:00");
  story.given(LeavePromotion{.promotion = "streak"});
  story.given(EnrollInPromotion{.promotion = "streak"});
  certify(story, "2026-03-02 12:00");
  EXPECT_EQ(completed(story), 1);
}

TEST(ReturnedStreak, LosesItsStepAndTheLastPeriodIsFreeAgain) {
  Story story(with_streak(Streak::day, 9));
  certify(story, "2026-03-01 12:00");
  const Sequence second = certify(story, "2026-03-02 12:00");
  story.given(all_of(second));
  EXPECT_EQ(completed(story), 1);
  certify(story, "2026-03-02 13:00");
  EXPECT_EQ(completed(story), 2);
}

TEST(ReturnedStreak, HasMissedThePeriodThatWasReturnedTooLate) {
  Story story(with_streak(Streak::day, 9));
  certify(story, "2026-03-01 12:00");
  const Sequence second = certify(story, "2026-03-02 12:00");
  story.at("2026-03-03 12:00").given(all_of(second));
  EXPECT_EQ(shown(story), 0);
  certify(story, "2026-03-03 13:00");
  EXPECT_EQ(completed(story), 1);
}

TEST(ReturnedStreak, LosesOneStepForAnEarlierPeriod) {
  Story story(with_streak(Streak::day, 9));
  certify(story, "2026-03-01 12:00");
  const Sequence second = certify(story, "2026-03-02 12:00");
  certify(story, "2026-03-03 12:00");
  story.given(all_of(second));
  EXPECT_EQ(completed(story), 2);
  certify(story, "2026-03-04 12:00");
  EXPECT_EQ(completed(story), 3);
}

TEST(ReturnedStreak, KeepsAPeriodThatHasAnotherActivity) {
  Story story(with_streak(Streak::day, 9));
  certify(story, "2026-03-01 12:00");
  const Sequence first = certify(story, "2026-03-02 12:00");
  const Sequence second = certify(story, "2026-03-02 13:00");
  story.given(all_of(first));
  EXPECT_EQ(completed(story), 2);
  story.given(all_of(second));
  EXPECT_EQ(completed(story), 1);
}

TEST(ReturnedStreak, DoesNotTouchWhatBeganAgain) {
  Story story(with_revoked_streak(Streak::day, 2, true));
  const Sequence first = certify(story, "2026-03-01 12:00");
  const Sequence second = certify(story, "2026-03-02 12:00");
  certify(story, "2026-03-03 12:00");
  certify(story, "2026-03-05 12:00");
  story.given(all_of(first)).given(all_of(second));
  EXPECT_EQ(completed(story), 1);
  EXPECT_EQ(story.participation("streak")->completions, 1U);
  story.then_balance("points", 10);
}

TEST(RevokedStreak, OpensTheRoundAgainAndThePeriodToo) {
  for (const bool repeatable : {true, false}) {
    SCOPED_TRACE(repeatable);
    Story story(with_revoked_streak(Streak::day, 2, repeatable));
    certify(story, "2026-03-01 12:00");
    const Sequence second = certify(story, "2026-03-02 12:00");
    story.given(all_of(second)).then_balance("points", 0);
    EXPECT_EQ(completed(story), 1);
    EXPECT_EQ(story.participation("streak")->cycle, 0U);
    certify(story, "2026-03-02 13:00");
    story.then_balance("points", 10);
    EXPECT_EQ(story.participation("streak")->completions, 1U);
  }
}

TEST(RevokedStreak, KeepsItsRewardWhereAnotherActivityStandsIn) {
  Story story(with_revoked_streak(Streak::day, 2, false));
  certify(story, "2026-03-01 12:00");
  const Sequence second = certify(story, "2026-03-02 12:00");
  const Sequence third = certify(story, "2026-03-02 13:00");
  story.given(all_of(second)).then_balance("points", 10);
  EXPECT_TRUE(story.participation("streak")->finished);
  story.given(all_of(third)).then_balance("points", 0);
  EXPECT_FALSE(story.participation("streak")->finished);
}

TEST(Streak, TellsInAnExplanationWhyAnActivityDidNotCount) {
  Story story(with_streak(Streak::day, 9));
  certify(story, "2026-03-01 12:00");
  const Sequence second = certify(story, "2026-03-01 13:00");
  const auto why = story.ask<ExplainResult>(Explain{.sequence = static_cast<std::int64_t>(second)});
  const auto line = std::ranges::find(why.promotions, "streak", &ExplainedPromotion::promotion);
  ASSERT_NE(line, why.promotions.end());
  EXPECT_EQ(line->reason, "PERIOD_COUNTED");
}

}  // namespace
}  // namespace loyalty::domain
