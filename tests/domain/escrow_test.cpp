// SPDX-License-Identifier: Apache-2.0
#include "tests/support/story.hpp"

/// Points that are held for some days after they were earned (domain.md F15, F16, S27-S32).
namespace loyalty::domain {
namespace {

using support::find;
using support::named;
using support::Story;
using Code = RefusalCode;

/// The club, where a currency holds what is earned for some days.
ProgramDefinition with_escrow(const char* currency, std::int32_t days) {
  auto program = support::shop();
  find(program.currencies, currency).escrow_days = days;
  return program;
}

BalanceView balance(const Story& story, std::string_view currency) {
  return named(story.ask<BalancesResult>(GetBalances{}).balances, currency);
}

Points escrow(const Story& story, std::string_view currency) {
  return balance(story, currency).escrow;
}

TEST(Escrow, HoldsPointsUntilMidnightOfTheActivityDayAndItsDays) {
  Story story(with_escrow("points", 14));
  story.at("2026-03-10 12:00").given(Purchase{.amount = 10'000});
  story.then_facts({"journal_recorded", "points_escrowed", "points_credited"});
  story.then_balance("points", 0);
  EXPECT_EQ(escrow(story, "points"), Points{100});
  EXPECT_EQ(named(story.result<ActivityResult>().escrowed, "points"), Points{100});
  story.at("2026-03-23 23:59").wake().then_facts({});
  story.at("2026-03-24 00:00").wake().then_facts({"escrow_released"}).then_balance("points", 100);
  EXPECT_EQ(escrow(story, "points"), Points{0});
}

TEST(Escrow, OfZeroDaysIsNone) {
  Story story(with_escrow("points", 0));
  story.at("2026-03-10 12:00").given(Purchase{.amount = 10'000}).then_balance("points", 100);
}

TEST(Escrow, CountsLocalDaysOverAClockChange) {
  // Clocks go forward on 8 March 2026: the day has 23 hours.
  Story story(with_escrow("points", 1));
  story.at("2026-03-07 12:00").given(Purchase{.amount = 10'000});
  story.at("2026-03-08 00:00").wake().then_balance("points", 100);
  story.at("2026-03-08 12:00").given(Purchase{.amount = 10'000});
  story.at("2026-03-08 23:59").wake().then_balance("points", 100);
  story.at("2026-03-09 00:00").wake().then_balance("points", 200);
}

TEST(Escrow, CountsFromTheActivityNotFromTheReport) {
  Story story(with_escrow("points", 14));
  story.at("2026-03-20 12:00");
  story.given(Purchase{.amount = 10'000, .at = story.instant("2026-03-10 12:00")});
  story.at("2026-03-24 00:00").wake().then_balance("points", 100);
}

TEST(Escrow, IsOverForAnActivityReportedAfterIt) {
  Story story(with_escrow("points", 14));
  story.at("2026-04-20 12:00");
  story.given(Purchase{.amount = 10'000, .at = story.instant("2026-03-10 12:00")});
  story.then_facts({"journal_recorded", "points_credited", "points_credited"});
  story.then_balance("points", 100);
}

TEST(Escrow, FollowsUponNextDayCrediting) {
  Story story(with_escrow("points", 3));
  story.at("2026-03-10 12:00").given(Review{}).then_pending("points", 50);
  EXPECT_EQ(escrow(story, "points"), Points{0}) << "neither balance nor escrow until credited";
  story.at("2026-03-11 00:00").wake().then_pending("points", 0).then_balance("points", 0);
  EXPECT_EQ(escrow(story, "points"), Points{50});
  story.at("2026-03-13 00:00").wake().then_balance("points", 50);
}

TEST(Escrow, IsNotForPointsGivenByStaff) {
  Story story(with_escrow("points", 14));
  story.when(CreditPoints{.points = 100}).then_balance("points", 100);
}

TEST(Escrow, HoldsRewardsOfPromotionsThatAnActivityCompletes) {
  Story story(with_escrow("points", 14));
  story.at("2026-03-10 12:00").given(RecordActivity{.type = "run", .units = 100});
  story.then_balance("points", 0);
  EXPECT_EQ(escrow(story, "points"), Points{500});
  Story by_hand(with_escrow("points", 14));
  by_hand.at("2026-03-10 12:00").given(UpdateProgress{.promotion = "runner", .increment = 100});
  by_hand.then_balance("points", 500);
}

TEST(Escrow, CannotBeSpent) {
  Story story(with_escrow("points", 14));
  story.at("2026-03-10 12:00").given(Purchase{.amount = 10'000});
  story.when(Redeem{.offer = "mug"}).then_refused(Code::insufficient_points, "points");
}

TEST(Escrow, KeepsTheExpiryCountedFromTheActivity) {
  Story story(with_escrow("points", 14));
  story.at("2026-03-10 12:00").given(Purchase{.amount = 10'000});
  story.at("2026-03-24 00:00").wake();
  EXPECT_EQ(story.local(story.facts<EscrowReleased>().at(0).expires), "2027-03-10 00:00");
}

TEST(Escrow, CountsTheExpiryFromTheReleaseWhereTheCurrencySaysSo) {
  auto program = with_escrow("points", 14);
  find(program.currencies, "points").expiry_from = ExpiryStart::release;
  Story story(program);
  story.at("2026-03-10 12:00").given(Purchase{.amount = 10'000});
  EXPECT_EQ(story.local(story.facts<PointsEscrowed>().at(0).expires), "2027-03-24 00:00");
  story.at("2026-03-24 00:00").wake();
  EXPECT_EQ(story.local(story.facts<EscrowReleased>().at(0).expires), "2027-03-24 00:00");

  const Sequence second = story.at("2026-04-01 12:00")
                              .given(Purchase{.amount = 10'000})
                              .result<ActivityResult>()
                              .journal;
  story.at("2026-04-03 12:00").given(ReleaseEscrow{.journal = static_cast<std::int64_t>(second)});
  EXPECT_EQ(story.local(story.facts<EscrowReleased>().at(0).expires), "2027-04-03 00:00");
}

TEST(Escrow, CountsTheExpiryOfALateActivityFromTheReleaseThatATimelyOneHad) {
  auto program = with_escrow("points", 14);
  find(program.currencies, "points").expiry_from = ExpiryStart::release;
  Story story(program);
  story.at("2026-05-20 12:00");
  story.given(Purchase{.amount = 10'000, .at = story.instant("2026-03-10 12:00")});
  EXPECT_EQ(story.local(story.facts<PointsCredited>().at(0).expires), "2027-03-24 00:00");
}

TEST(Escrow, ReleasesAndExpiresInOneStepWhatHasOutlivedItsTime) {
  auto program = with_escrow("points", 40);
  find(program.currencies, "points").expiry_period = {1, PeriodUnit::months};
  Story story(program);
  story.at("2026-03-10 12:00").given(Purchase{.amount = 10'000});
  story.at("2026-04-10 00:00").wake().then_facts({});  // its expiry: escrow is not touched
  story.at("2026-04-19 00:00").wake().then_facts({"escrow_released", "points_expired"});
  story.then_balance("points", 0);
}

TEST(Escrow, IsNotTouchedByInactivity) {
  auto program = with_escrow("miles", 400);
  find(program.currencies, "miles").expiry_period = {1, PeriodUnit::years};
  Story story(program);
  story.given(CreditPoints{.currency = "miles", .points = 70});
  story.at("2026-03-10 12:00").given(RecordActivity{.type = "run", .units = 5});
  story.at("2027-03-10 00:00").wake().then_facts({"points_expired"}).then_balance("miles", 0);
  EXPECT_EQ(escrow(story, "miles"), Points{5});
}

TEST(EscrowedStars, DoNotCountForTiersUntilReleased) {
  Story story(with_escrow("stars", 10));
  story.at("2026-03-10 12:00").given(Purchase{.amount = 50'000}).then_tier("silver");
  EXPECT_EQ(escrow(story, "stars"), Points{500});
  story.at("2026-03-20 00:00").wake().then_tier("gold").then_balance("stars", 500);
  story.then_facts(
      {"escrow_released", "tier_upgraded", "benefit_ended", "benefit_granted", "benefit_granted"});
}

TEST(EscrowedStars, CountInThePeriodInWhichTheyAreReleased) {
  Story story(with_escrow("stars", 10));
  story.at("2026-12-28 12:00").given(Purchase{.amount = 30'000});
  story.at("2027-01-01 00:00").wake().then_facts({});  // escrow is not reset
  story.at("2027-01-07 00:00").wake().then_balance("stars", 300);
  story.at("2027-12-31 23:59").wake().then_balance("stars", 300);
  story.at("2028-01-01 00:00").wake().then_balance("stars", 0);
}

TEST(EscrowedStars, ReleasedAtTheResetCountBeforeItAndAreReset) {
  Story story(with_escrow("stars", 10));
  story.at("2026-12-22 12:00").given(Purchase{.amount = 60'000});
  story.at("2027-01-01 00:00").wake().then_tier("gold").then_balance("stars", 0);
  story.then_facts({"escrow_released", "tier_upgraded", "benefit_ended", "benefit_granted",
                    "benefit_granted", "qualifying_reset"});
}

TEST(EscrowedStars, ReleasedAsTheTierEndsSaveIt) {
  Story story(with_escrow("stars", 10));
  story.at("2026-03-10 12:00").given(CreditPoints{.currency = "stars", .points = 500});
  story.at("2027-12-22 12:00").given(Purchase{.amount = 50'000});
  story.at("2028-01-01 00:00").wake().then_tier("gold");
  story.then_facts({"escrow_released", "tier_retained", "qualifying_reset"});
}

TEST(EarlyRelease, FreesAllPointsOfAJournal) {
  auto program = with_escrow("points", 14);
  find(program.currencies, "stars").escrow_days = 14;
  Story story(program);
  const auto journal =
      static_cast<std::int64_t>(story.at("2026-03-10 12:00")
                                    .given(Purchase{.amount = 50'000, .category = "shoes"})
                                    .result<ActivityResult>()
                                    .journal);
  story.given(Purchase{.amount = 1'000});
  story.at("2026-03-12 12:00").given(ReleaseEscrow{.journal = journal, .actor = "till-7"});
  story.then_balance("points", 505).then_balance("stars", 500).then_tier("gold");
  EXPECT_EQ(escrow(story, "points"), Points{10}) << "of the other purchase";
  EXPECT_EQ(story.facts<EscrowReleased>().at(0).actor, "till-7");
  const auto& result = story.result<ReleaseResult>();
  EXPECT_EQ(result.released.size(), 3U);
  EXPECT_EQ(result.tier_changes.at(0).to, "gold");
  story.when(ReleaseEscrow{.journal = journal}).then_refused(Code::unknown_journal, "journal");
}

TEST(EarlyRelease, FreesOneCredit) {
  Story story(with_escrow("points", 14));
  story.at("2026-03-10 12:00").given(Purchase{.amount = 10'000, .category = "shoes"});
  const Lot lot = story.member().purses.front().escrow.back();
  story.given(ReleaseEscrow{.credit = static_cast<std::int64_t>(lot.id)});
  story.then_balance("points", lot.remaining.value);
}

TEST(EarlyRelease, NamesEitherAJournalOrACredit) {
  Story story(with_escrow("points", 14));
  story.when(ReleaseEscrow{}).then_refused(Code::invalid_param, "journal");
  story.when(ReleaseEscrow{.journal = 1, .credit = 1}).then_refused(Code::invalid_param, "journal");
  story.when(ReleaseEscrow{.journal = 999}).then_refused(Code::unknown_journal, "journal");
  story.when(ReleaseEscrow{.credit = 999}).then_refused(Code::unknown_journal, "credit");
}

/// A member of 100 points who has spent 150, in a currency that allowed it.
ProgramDefinition with_limit() {
  auto program = support::shop();
  find(program.currencies, "points").negative_limits = {{"silver", 200}};
  return program;
}

TEST(Arrears, AreRepaidByTheNextCreditsOldestFirst) {
  Story story(with_limit());
  story.at("2026-03-10 12:00").given(CreditPoints{.points = 10});
  story.given(DebitPoints{.points = 60}).given(DebitPoints{.points = 40});
  story.then_balance("points", -90);
  story.given(CreditPoints{.points = 70}).then_balance("points", -20);
  story.then_facts({"journal_recorded", "points_credited", "arrears_repaid", "arrears_repaid"});
  const auto repaid = story.facts<ArrearsRepaid>();
  EXPECT_EQ(repaid[0].points, Points{50});
  EXPECT_EQ(repaid[1].points, Points{20});
  EXPECT_LT(repaid[0].debit, repaid[1].debit);
  story.given(CreditPoints{.points = 70}).then_balance("points", 50);
  EXPECT_TRUE(story.member().purses.front().arrears.empty());
}

TEST(Arrears, AreNotRepaidByPointsInEscrowUntilReleased) {
  auto program = with_limit();
  Story story(program);
  story.at("2026-03-10 12:00").given(DebitPoints{.points = 150}).then_balance("points", -150);
  find(program.currencies, "points").escrow_days = 14;
  story.change(program);
  story.given(Purchase{.amount = 20'000}).then_balance("points", -150);
  story.at("2026-03-24 00:00").wake().then_facts({"escrow_released", "arrears_repaid"});
  story.then_balance("points", 50);
  EXPECT_EQ(story.facts<ArrearsRepaid>().at(0).points, Points{150});
}

}  // namespace
}  // namespace loyalty::domain
