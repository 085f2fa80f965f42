// SPDX-License-Identifier: Apache-2.0
#include "tests/support/story.hpp"

/// What rules and promotions may ask of an activity and of the member who did it (domain.md F5,
/// S1).
namespace loyalty::domain {
namespace {

using support::find;
using support::Story;

/// The club, with one rule more: a thousand points for a certification that meets a condition.
ProgramDefinition with_condition(const ConditionDefinition& when) {
  auto program = support::shop();
  RuleDefinition rule =
      support::rule("extra", "certification", "points", Measure::journals, "1000");
  rule.when = when;
  rule.when.activities = {"certification"};
  program.rules.push_back(rule);
  return program;
}

ConditionDefinition looking_back(std::int32_t days, std::int64_t least,
                                 std::optional<std::int64_t> most) {
  ConditionDefinition when;
  when.look_back = {
      {.activities = {"purchase"}, .days = days, .min_count = least, .max_count = most}};
  return when;
}

bool rewarded(Story& story, const char* time) {
  story.at(time).given(RecordActivity{.type = "certification"});
  return !story.facts<PointsCredited>().empty();
}

TEST(SegmentCondition, HoldsForThoseInAtLeastOneOfTheSegments) {
  ConditionDefinition when;
  when.segments = {"vip", "staff"};
  Story story(with_condition(when));
  EXPECT_FALSE(rewarded(story, "2026-03-10 12:00"));
  story.given(SetSegments{.segments = {"student"}});
  EXPECT_FALSE(rewarded(story, "2026-03-10 12:00"));
  story.given(SetSegments{.segments = {"student", "staff"}});
  EXPECT_TRUE(rewarded(story, "2026-03-10 12:00"));
}

TEST(EnrolmentCondition, HoldsForThoseWhoHaveJoinedThePromotion) {
  ConditionDefinition when;
  when.enrolled_in = {"lamps", "runner"};
  Story story(with_condition(when));
  EXPECT_FALSE(rewarded(story, "2026-02-10 12:00"));
  story.given(RecordActivity{.type = "run", .units = 5});  // advances in runner without joining it
  EXPECT_FALSE(rewarded(story, "2026-02-10 12:00"));
  story.given(EnrollInPromotion{.promotion = "lamps"});
  EXPECT_TRUE(rewarded(story, "2026-02-10 12:00"));
  story.given(LeavePromotion{.promotion = "lamps"});
  EXPECT_FALSE(rewarded(story, "2026-02-10 12:00"));
}

TEST(LookBack, CountsTheLocalDaysUpToTheActivity) {
  // Two purchases late on 10 March; asked for at least two within three local days.
  struct Row {
    const char* time;
    bool holds;
  };
  for (const Row& row : {Row{"2026-03-10 23:58", true}, Row{"2026-03-12 23:59", true},
                         Row{"2026-03-13 00:00", false}}) {
    SCOPED_TRACE(row.time);
    Story story(with_condition(looking_back(3, 2, std::nullopt)));
    story.at("2026-03-10 23:57").given(Purchase{.amount = 1}).given(Purchase{.amount = 1});
    EXPECT_EQ(rewarded(story, row.time), row.holds);
  }
}

TEST(LookBack, FindsThoseWhoHaveNotComeForLong) {
  Story story(with_condition(looking_back(30, 0, 0)));
  EXPECT_TRUE(rewarded(story, "2026-03-01 12:00"));
  story.at("2026-03-10 12:00").given(Purchase{.amount = 1});
  EXPECT_FALSE(rewarded(story, "2026-03-10 12:00"));
  EXPECT_FALSE(rewarded(story, "2026-04-08 12:00"));
  EXPECT_TRUE(rewarded(story, "2026-04-09 12:00"));
}

TEST(LookBack, DoesNotCountTheActivityItself) {
  auto when = looking_back(1, 0, 0);
  when.look_back.front().activities = {"certification"};
  Story story(with_condition(when));
  EXPECT_TRUE(rewarded(story, "2026-03-10 12:00")) << "the first of the day";
  EXPECT_FALSE(rewarded(story, "2026-03-10 13:00")) << "the second sees the first";
  EXPECT_TRUE(rewarded(story, "2026-03-11 00:00"));
}

TEST(LookBack, OfALateActivityIsThatOfItsOwnDay) {
  Story story(with_condition(looking_back(2, 1, std::nullopt)));
  story.at("2026-03-10 12:00").given(Purchase{.amount = 1});
  story.at("2026-03-20 12:00");
  const auto late = [&](const char* time) {
    story.given(RecordActivity{.type = "certification", .at = story.instant(time)});
    return !story.facts<PointsCredited>().empty();
  };
  EXPECT_FALSE(late("2026-03-09 12:00")) << "before it";
  EXPECT_TRUE(late("2026-03-11 12:00"));
  EXPECT_FALSE(late("2026-03-12 12:00"));
}

TEST(LookBack, ReachesOverAYear) {
  Story story(with_condition(looking_back(366, 1, std::nullopt)));
  story.at("2026-03-10 12:00").given(Purchase{.amount = 1});
  EXPECT_TRUE(rewarded(story, "2027-03-10 12:00"));
  EXPECT_FALSE(rewarded(story, "2027-03-11 12:00"));
}

TEST(RuleActions, GiveAVoucherABenefitAndASegmentBesidePoints) {
  ConditionDefinition when;
  auto program = with_condition(when);
  program.rules.back().voucher = "drink";
  program.rules.back().benefit = "late-shopping";
  program.rules.back().segment = "certified";
  Story story(program);
  story.at("2026-03-10 12:00").given(RecordActivity{.type = "certification"});
  story.then_facts({"journal_recorded", "points_credited", "voucher_issued", "benefit_won",
                    "benefit_granted", "segments_changed", "reward_reachable"});
  const auto& result = story.result<ActivityResult>();
  EXPECT_EQ(result.vouchers.at(0).definition, "drink");
  EXPECT_EQ(result.benefits.at(0), "late-shopping");
  EXPECT_EQ(story.member().segments, std::vector<std::string>{"certified"});
  EXPECT_EQ(story.member().vouchers.at(0).journal, result.journal);
}

TEST(RuleActions, NeedNoPoints) {
  auto program = with_condition({});
  program.rules.back().currency.clear();
  program.rules.back().rate = {};
  program.rules.back().segment = "certified";
  Story story(program);
  story.at("2026-03-10 12:00").given(SetSegments{.segments = {"vip"}});
  story.given(RecordActivity{.type = "certification"});
  story.then_facts({"journal_recorded", "segments_changed"}).then_balance("points", 0);
  EXPECT_EQ(story.member().segments, (std::vector<std::string>{"certified", "vip"}));
  story.given(RecordActivity{.type = "certification"}).then_facts({"journal_recorded"});
}

TEST(RuleActions, GiveBenefitsThatOutlastTheTier) {
  auto program = with_condition({});
  program.rules.back().benefit = "gala";
  Story story(program);
  story.at("2026-03-10 12:00").given(RecordActivity{.type = "certification"});
  story.then_benefits({"ground", "gala"});
  story.given(CreditPoints{.currency = "stars", .points = 500});
  story.then_benefits({"express", "preview", "gala"});
  story.at("2028-01-01 00:00").wake().then_tier("silver").then_benefits({"ground", "gala"});
}

TEST(RuleSubtype, IsThatOfTheLot) {
  auto program = with_condition({});
  find(program.currencies, "points").subtypes = {{.id = "bonus"}};
  program.rules.back().subtype = "bonus";
  program.rules.back().crediting = Crediting::next_day;
  Story story(program);
  story.at("2026-03-10 12:00").given(RecordActivity{.type = "certification"});
  story.at("2026-03-11 00:00").wake().then_balance("points", 1'000);
  const Lot& lot = story.member().purses.front().lots.front();
  EXPECT_EQ(story.catalogue().text(lot.subtype), "bonus");
}

}  // namespace
}  // namespace loyalty::domain
