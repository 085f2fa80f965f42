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

TEST(OneInstant, DoesItsTimersBeforeTheBatchRunStampedWithIt) {
  auto program = support::shop();
  find(program.rules, "lesson").crediting = Crediting::batch;
  Story story(program);
  story.at("2026-03-10 12:00").given(stars(499));
  story.at("2026-12-31 12:00").given(RecordActivity{.type = "training"});
  // The year ends first: the star of the run counts in the next one and lifts nobody.
  story.at("2027-01-01 00:00").run_batch().wake();
  story.then_facts({"qualifying_reset", "points_credited", "journal_processed"})
      .then_tier("silver")
      .then_balance("stars", 1);
  story.at("2028-01-01 00:00").wake().then_facts({"qualifying_reset"}).then_balance("stars", 0);
}

TEST(OneInstant, WithABatchRunIsTheSameForAMemberWokenAtItOrLater) {
  const auto after = [](bool woken_for_timers) {
    Story story;
    story.at("2026-03-10 12:00").given(CreditPoints{.points = 985});
    story.at("2027-03-09 12:00").given(RecordActivity{.type = "survey"});
    story.at("2027-03-10 00:00");
    if (woken_for_timers) story.wake();
    story.run_batch();
    story.at("2027-03-12 00:00").wake();
    return story.member().sequence;
  };
  // The lot of 985 expires before 30 are credited: the jacket for 1,000 does not come near again.
  EXPECT_EQ(after(true), after(false));
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
                      std::string(visit([](const auto& e) { return e.name; }, fact.event)));
    }
    return lines;
  };
  EXPECT_EQ(life(true), life(false));
}

/// The club with all that can fall due at one instant.
ProgramDefinition with_everything() {
  auto program = support::shop();
  find(program.currencies, "stars").escrow_days = 9;
  find(program.currencies, "miles").expiry_period = {1, PeriodUnit::years};
  find(program.benefits, "preview").valid = {1, PeriodUnit::years};
  return program;
}

TEST(OneInstant, FollowsTheWholeOrder) {
  Story story(with_everything());
  // Gold for two years, with a preview that lasts one of them.
  story.at("2026-03-10 12:00").given(stars(500));
  // What follows is due as 2028 begins: two lots, stars in escrow, a hold of the older lot, and a
  // lesson to be credited the next day.
  story.at("2027-01-01 08:00").given(CreditPoints{.points = 10});
  story.given(CreditPoints{.points = 20});
  story.at("2027-12-23 12:00").given(Purchase{.amount = 50'000});
  story.at("2027-12-31 23:50").given(HoldPoints{.points = 10, .ttl_s = 600});
  story.given(RecordActivity{.type = "training", .units = 4});
  story.at("2028-01-01 00:00").wake();
  story.then_facts({"points_escrowed", "journal_processed",  // the lesson, into escrow
                    "escrow_released",                       // the purchase's stars
                    "hold_released",                         // comes back ...
                    "tier_retained", "benefit_granted", "qualifying_reset",
                    "points_expired"});  // ... and is expired
  EXPECT_EQ(story.facts<QualifyingReset>().at(0).points, Points{500});
  EXPECT_EQ(story.facts<PointsExpired>().at(0).points, Points{30});
}

TEST(OneInstant, ReleasesEscrowBeforeInactivityTakesTheBalance) {
  auto program = support::shop();
  find(program.currencies, "miles").expiry_period = {10, PeriodUnit::days};
  find(program.currencies, "miles").escrow_days = 10;
  Story story(program);
  story.at("2026-03-10 12:00").given(RecordActivity{.type = "run", .units = 5});
  story.at("2026-03-20 00:00").wake().then_facts({"escrow_released", "points_expired"});
}

TEST(NextDue, KnowsOfHoldsReservationsEscrowAndTimedBenefits) {
  auto program = support::shop();
  find(program.currencies, "points").escrow_days = 3;
  find(program.benefits, "ground").valid = {30, PeriodUnit::days};
  Story story(program);
  const auto due = [&] { return story.local(next_due(story.member(), story.catalogue(), {})); };
  EXPECT_EQ(due(), "2026-02-04 00:00");  // the benefit
  story.given(RecordActivity{.type = "survey"}).given(CreditPoints{.points = 100}).run_batch();
  story.wake();
  EXPECT_EQ(due(), "2026-01-08 00:00");  // escrow
  story.given(HoldPoints{.points = 10, .ttl_s = 3'600});
  EXPECT_EQ(due(), "2026-01-05 13:00");
  story.given(IssueVoucher{.voucher = "drink"});
  story.given(ReserveVoucher{.voucher = "v" + std::to_string(story.member().vouchers.at(0).id),
                             .ttl_s = 1'800});
  EXPECT_EQ(due(), "2026-01-05 12:30");
  story.at("2026-01-05 12:30").wake().then_facts({"voucher_reservation_ended"});
  story.at("2026-01-05 13:00").wake().then_facts({"hold_released"}).then_balance("points", 100);
}

TEST(Holds, ReturnAndExpireInOneStepWhatHasOutlivedItsTime) {
  Story story;
  story.at("2026-03-10 12:00").given(CreditPoints{.points = 100});
  story.at("2027-03-09 12:00").given(HoldPoints{.points = 60, .ttl_s = 86'400});
  story.at("2027-03-10 00:00").wake().then_facts({"points_expired"}).then_balance("points", 0);
  EXPECT_EQ(story.facts<PointsExpired>().at(0).points, Points{40});
  story.at("2027-03-10 12:00").wake().then_facts({"hold_released", "points_expired"});
  story.then_balance("points", 0);
  EXPECT_TRUE(story.facts<HoldReleased>().at(0).expired);
}

TEST(Reservations, EndWithTheirVoucher) {
  Story story;
  story.at("2026-03-10 12:00").given(IssueVoucher{.voucher = "drink"});
  const std::string id = "v" + std::to_string(story.member().vouchers.at(0).id);
  story.at("2026-06-07 12:00").given(ReserveVoucher{.voucher = id, .ttl_s = 86'400 * 3});
  story.at("2026-06-08 00:00").wake();
  story.then_facts({"voucher_reservation_ended", "voucher_expired"});
}

}  // namespace
}  // namespace loyalty::domain
