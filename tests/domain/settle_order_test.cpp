// SPDX-License-Identifier: Apache-2.0
#include "domain/member/settle.hpp"
#include "tests/support/story.hpp"

/// What happens at one instant, and in which order (domain.md 2.1, "Order at one instant").
namespace loyalty::domain {
namespace {

using support::find;
using support::Story;

CreditPoints stars(std::int64_t points) { return {.currency = "stars", .points = points}; }

TEST(OneInstant, AssessesTiersBeforeItResetsAndResetsBeforeItExpires) {
  auto program = support::shop();
  find(program.currencies, "miles").expiry_period = {1, PeriodUnit::years};
  Story story(program);
  story.at("2026-03-10 12:00").given(stars(500));
  story.at("2027-01-01 09:00").given(stars(500)).given(CreditPoints{.points = 10});
  story.given(RecordActivity{.type = "run", .units = 5});
  story.given(IssueVoucher{.voucher = "drink"});
  story.at("2028-01-01 00:00").wake();
  // The voucher expired in between, on its own day.
  story.then_facts(
      {"voucher_expired", "tier_retained", "qualifying_reset", "points_expired", "points_expired"});
  const auto expired = story.facts<PointsExpired>();
  EXPECT_EQ(story.catalogue().text(expired[0].currency), "points");
  EXPECT_EQ(story.catalogue().text(expired[1].currency), "miles");
}

TEST(OneInstant, CreditsWhatIsDueBeforeItAssessesAndResets) {
  Story story;
  story.at("2026-03-10 12:00").given(stars(500));
  story.at("2027-12-31 12:00").given(stars(499));
  story.given(RecordActivity{.type = "training"});  // one star, at midnight
  story.at("2028-01-01 00:00").wake();
  story.then_facts({"points_credited", "journal_processed", "tier_retained", "qualifying_reset"})
      .then_tier("gold")
      .then_balance("stars", 0);
  EXPECT_EQ(story.facts<QualifyingReset>().at(0).points, Points{500});
}

TEST(OneInstant, ResetsTheFirstStarsOfAPeriodThatEndsAsTheyAreCredited) {
  Story story;
  story.at("2026-12-31 12:00").given(RecordActivity{.type = "training", .units = 7});
  story.at("2027-01-01 00:00").wake();
  story.then_facts({"points_credited", "journal_processed", "qualifying_reset"})
      .then_balance("stars", 0);
}

TEST(OneInstant, KeepsStarsOfALateActivityRecordedAfterTheReset) {
  Story story;
  story.at("2027-01-01 00:00");
  story.when(RecordActivity{.type = "training", .at = story.instant("2026-12-30 12:00")});
  story.then_balance("stars", 1);
  story.at("2028-01-01 00:00").wake().then_balance("stars", 0);
}

TEST(OneInstant, LiftsTheMemberBeforeItsOldTierIsAssessed) {
  Story story;
  story.at("2026-03-10 12:00").given(stars(500));
  story.at("2027-12-31 12:00").given(stars(1'400));
  story.given(RecordActivity{.type = "training", .units = 100});
  story.at("2028-01-01 00:00").wake().then_tier("platinum");
  EXPECT_EQ(story.facts<TierUpgraded>().size(), 1U);
  EXPECT_TRUE(story.facts<TierRetained>().empty());
  EXPECT_EQ(story.tier_expires(), "2029-01-01 00:00");
}

TEST(OneInstant, ComesBeforeTheCommandsStampedWithIt) {
  Story story;
  story.at("2026-03-10 12:00").given(stars(500));
  story.at("2028-01-01 00:00").when(Purchase{.amount = 1'000});
  // The tier fell at midnight, so the purchase earns at the base rate, and in the new period.
  story.then_tier("silver").then_balance("points", 10).then_balance("stars", 10);
}

TEST(OneInstant, MakesCreditsInTheOrderOfScheduling) {
  Story story;
  story.at("2026-03-10 09:00").given(Review{}).given(RecordActivity{.type = "training"});
  story.at("2026-03-10 10:00").given(Review{});
  story.at("2026-03-11 00:00").wake();
  const auto credits = story.facts<PointsCredited>();
  ASSERT_EQ(credits.size(), 3U);
  EXPECT_LT(credits[0].scheduled, credits[1].scheduled);
  EXPECT_LT(credits[1].scheduled, credits[2].scheduled);
}

TEST(NextDue, IsTheEarliestOfAllThatWaits) {
  Story story;
  const auto due = [&] { return story.local(next_due(story.member(), story.catalogue(), {})); };
  EXPECT_EQ(due(), "never");
  story.at("2026-03-10 12:00").given(RecordActivity{.type = "run"});
  EXPECT_EQ(due(), "2029-03-10 00:00");  // inactivity
  story.given(stars(500));
  EXPECT_EQ(due(), "2027-01-01 00:00");  // reset
  story.given(IssueVoucher{.voucher = "drink"});
  EXPECT_EQ(due(), "2026-06-08 00:00");  // voucher
  story.given(Review{});
  EXPECT_EQ(due(), "2026-03-11 00:00");  // scheduled credit
  story.at("2026-12-30 12:00").wake();
  EXPECT_EQ(due(), "2027-01-01 00:00");
  story.at("2027-01-01 12:00").wake();
  EXPECT_EQ(due(), "2027-03-10 00:00");  // the lot of the review
  story.at("2027-03-10 12:00").wake();
  EXPECT_EQ(due(), "2028-01-01 00:00");  // the tier
}

TEST(NextDue, OfABatchCreditIsTheRunThatFollowsIt) {
  Story story;
  story.at("2026-03-10 12:00").given(RecordActivity{.type = "survey"});
  EXPECT_TRUE(waits_for_batch(story.member(), {}));
  EXPECT_EQ(next_due(story.member(), story.catalogue(), {}), never);
  const std::vector runs{story.instant("2026-03-09 12:00"), story.instant("2026-03-12 12:00"),
                         story.instant("2026-03-13 12:00")};
  EXPECT_FALSE(waits_for_batch(story.member(), runs));
  EXPECT_EQ(next_due(story.member(), story.catalogue(), runs), runs[1]);
}

TEST(Settling, IsTheSameWokenDailyOrOnlyAtTheEnd) {
  const auto life = [](bool daily) {
    Story story;
    story.at("2026-03-10 12:00").given(Purchase{.amount = 60'000, .category = "shoes"});
    story.given(Review{}).given(RecordActivity{.type = "survey"});
    story.at("2026-03-15 12:00").run_batch();
    for (int day = 0; daily && day < 1'100; ++day) {
      const LocalDay date{parse_day("2026-03-16")->days + day};
      story.at(to_string(date) + " 00:00").wake();
    }
    story.at("2029-06-01 12:00").wake();
    std::vector<std::string> lines;
    for (const auto& fact : story.history()) {
      lines.push_back(story.local(fact.at) + " " +
                      std::string(std::visit([](const auto& e) { return e.name; }, fact.event)));
    }
    return lines;
  };
  EXPECT_EQ(life(true), life(false));
}

}  // namespace
}  // namespace loyalty::domain
