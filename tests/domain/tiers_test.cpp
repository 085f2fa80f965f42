// SPDX-License-Identifier: Apache-2.0
#include "tests/support/story.hpp"

/// How members rise, keep their tier and fall (domain.md F31-F37).
namespace loyalty::domain {
namespace {

using support::find;
using support::named;
using support::Story;

CreditPoints stars(std::int64_t points) { return {.currency = "stars", .points = points}; }

/// The club with a second ladder, of another currency, in the anniversary model.
ProgramDefinition with_anniversary_ladder() {
  auto program = support::shop();
  CurrencyDefinition nights;
  nights.id = "nights";
  nights.kind = CurrencyKind::qualifying;
  program.currencies.push_back(nights);
  TierGroupDefinition group;
  group.id = "travel";
  group.model = TierModel::anniversary;
  group.qualification_period = {1, PeriodUnit::years};
  group.tier_period = {1, PeriodUnit::years};
  group.currencies = {"nights"};
  group.tiers = {{"guest", "Guest", {{"nights", 0}}}, {"friend", "Friend", {{"nights", 10}}}};
  program.tier_groups.push_back(group);
  return program;
}

/// The club reached with stars or with nights, or only with both.
ProgramDefinition with_two_currencies(ThresholdMatch match) {
  auto program = support::shop();
  CurrencyDefinition nights;
  nights.id = "nights";
  nights.kind = CurrencyKind::qualifying;
  program.currencies.push_back(nights);
  auto& club = program.tier_groups.front();
  club.match = match;
  club.currencies = {"stars", "nights"};
  club.tiers = {{"silver", "", {{"stars", 0}, {"nights", 0}}},
                {"gold", "", {{"stars", 500}, {"nights", 10}}},
                {"platinum", "", {{"stars", 1'500}, {"nights", 30}}}};
  return program;
}

TEST(TierUpgrade, HappensAtOnceWhenTheThresholdIsReached) {
  Story story;
  story.at("2026-03-10 12:00").given(stars(499)).then_tier("silver");
  story.when(stars(1)).then_tier("gold");
  story.then_facts({"journal_recorded", "points_credited", "tier_upgraded", "benefit_ended",
                    "benefit_granted", "benefit_granted"});
  const auto move = story.result<ActivityResult>().tier_changes.at(0);
  EXPECT_EQ(move.group, "club");
  EXPECT_EQ(move.from, "silver");
  EXPECT_EQ(move.to, "gold");
}

TEST(TierUpgrade, MaySkipTiers) {
  Story story;
  story.when(stars(1'500)).then_tier("platinum");
  EXPECT_EQ(story.facts<TierUpgraded>().size(), 1U);
}

TEST(TierUpgrade, IsEffectiveFromTheLocalDayAndLastsToTheResetAfterItsPeriod) {
  Story story;
  story.at("2026-03-10 23:30").given(stars(500));
  const TierChange change = story.facts<TierUpgraded>().at(0);
  EXPECT_EQ(to_string(change.effective), "2026-03-10");
  EXPECT_EQ(story.local(change.expires), "2028-01-01 00:00");
}

TEST(TierUpgrade, OnTheFirstDayOfAPeriodEndsAtTheNextReset) {
  Story story;
  story.at("2027-01-01 00:00").given(stars(500));
  EXPECT_EQ(story.tier_expires(), "2028-01-01 00:00");
}

TEST(TierUpgrade, LastsExactlyItsPeriodWhereItIsNotExtended) {
  auto program = support::shop();
  program.tier_groups.front().extend_to_reset = false;
  Story story(program);
  story.at("2026-03-10 12:00").given(stars(500));
  EXPECT_EQ(story.tier_expires(), "2027-03-10 00:00");
}

TEST(TierUpgrade, NeedsAnyThresholdOrAllOfThem) {
  for (const auto match : {ThresholdMatch::any, ThresholdMatch::all}) {
    SCOPED_TRACE(name_of(match));
    const bool any = match == ThresholdMatch::any;
    Story story(with_two_currencies(match));
    story.when(CreditPoints{.currency = "nights", .points = 30});
    story.then_tier(any ? "platinum" : "silver");
    story.when(stars(500)).then_tier(any ? "platinum" : "gold");
    story.when(stars(1'000)).then_tier("platinum");
  }
}

TEST(TierUpgrade, ByATierThatIsHeldAlreadyStatesNothing) {
  Story story;
  story.given(stars(500));
  story.when(stars(100)).then_facts({"journal_recorded", "points_credited"});
}

TEST(QualifyingReset, EmptiesTheBalanceAtTheEndOfTheYearAndKeepsTheTier) {
  Story story;
  story.at("2026-03-10 12:00").given(stars(700));
  story.at("2026-12-31 23:59").wake().then_facts({}).then_balance("stars", 700);
  story.at("2027-01-01 00:00").wake().then_facts({"qualifying_reset"});
  story.then_balance("stars", 0).then_tier("gold");
  const auto view = named(story.ask<BalancesResult>(GetBalances{}).balances, "stars");
  EXPECT_EQ(view.before_reset, Points{700});
}

TEST(QualifyingReset, HappensEveryPeriodOnlyWhereThereIsSomethingToReset) {
  Story story;
  story.at("2026-03-10 12:00").given(stars(10));
  story.at("2030-06-01 12:00").wake().then_facts({"qualifying_reset"});
  EXPECT_EQ(story.time_of<QualifyingReset>(), "2027-01-01 00:00");
  story.given(stars(20));
  story.at("2031-01-01 00:00").wake().then_facts({"qualifying_reset"});
}

TEST(QualifyingReset, FollowsTheResetDayAndThePeriodOfTheGroup) {
  auto program = support::shop();
  program.tier_groups.front().reset_day = "06-30";
  program.tier_groups.front().qualification_period = {6, PeriodUnit::months};
  Story story(program);
  story.at("2026-03-10 12:00").given(stars(10));
  story.at("2026-08-10 12:00").given(stars(10));
  EXPECT_EQ(story.time_of<QualifyingReset>(), "2026-07-01 00:00");
  story.at("2028-01-01 12:00").wake();
  EXPECT_EQ(story.time_of<QualifyingReset>(), "2027-01-01 00:00");
}

TEST(QualifyingReset, CountsAPointInThePeriodInWhichItBecomesAvailable) {
  Story story;
  story.at("2027-01-02 12:00");
  story.given(Purchase{.amount = 30'000, .at = story.instant("2026-12-30 12:00")});
  story.at("2027-12-31 23:59").wake().then_balance("stars", 300);
}

TEST(TierExpiry, RetainsTheTierOnTheBalanceBeforeTheReset) {
  Story story;
  story.at("2026-03-10 12:00").given(stars(600));
  story.at("2027-05-01 12:00").given(stars(500));
  story.at("2028-01-01 00:00").wake().then_facts({"tier_retained", "qualifying_reset"});
  story.then_tier("gold").then_balance("stars", 0);
  const TierChange change = story.facts<TierRetained>().at(0);
  EXPECT_EQ(to_string(change.effective), "2028-01-01");
  EXPECT_EQ(story.local(change.expires), "2029-01-01 00:00");
}

TEST(TierExpiry, DowngradesAnyNumberOfSteps) {
  Story story;
  story.at("2026-03-10 12:00").given(stars(1'500)).then_tier("platinum");
  story.at("2027-05-01 12:00").given(stars(499));
  story.at("2028-01-01 00:00").wake().then_tier("silver");
  story.then_facts({"tier_downgraded", "benefit_ended", "benefit_ended", "benefit_ended",
                    "benefit_granted", "qualifying_reset"});
  EXPECT_EQ(story.tier_expires(), "never");
}

TEST(TierExpiry, DowngradesToATierThatIsStillReached) {
  Story story;
  story.at("2026-03-10 12:00").given(stars(1'500));
  story.at("2027-05-01 12:00").given(stars(500));
  story.at("2028-01-01 00:00").wake().then_tier("gold");
  EXPECT_EQ(story.tier_expires(), "2029-01-01 00:00");
  story.at("2029-01-01 00:00").wake().then_tier("silver");
}

TEST(TierExpiry, HappensOnEachOfItsDaysHoweverLateTheMemberWakes) {
  Story story;
  story.at("2026-03-10 12:00").given(stars(1'500));
  story.at("2027-05-01 12:00").given(stars(500));
  story.at("2031-05-01 12:00").wake().then_tier("silver");
  const auto falls = story.facts<TierDowngraded>();
  ASSERT_EQ(falls.size(), 2U);
  EXPECT_EQ(to_string(falls[0].effective), "2028-01-01");
  EXPECT_EQ(to_string(falls[1].effective), "2029-01-01");
}

TEST(TierExpiry, KeepsPointsVouchersAndPromotions) {
  Story story;
  story.at("2027-06-10 12:00").given(stars(500)).given(CreditPoints{.points = 80});
  story.given(IssueVoucher{.voucher = "cash"}).given(EnrollInPromotion{.promotion = "latte"});
  story.at("2029-01-01 00:00").wake().then_tier("silver");
  EXPECT_EQ(story.member().vouchers.at(0).status, VoucherStatus::issued);
  EXPECT_TRUE(story.participation("latte")->enrolled);
}

TEST(AnniversaryModel, ResetsAndExpiresOnTheDayOfEnrolment) {
  Story story(with_anniversary_ladder());  // enrolled on 5 January 2026
  story.at("2026-03-10 12:00").given(CreditPoints{.currency = "nights", .points = 12});
  story.at("2027-01-04 23:59").wake().then_balance("nights", 12);
  story.at("2027-01-05 00:00").wake().then_facts({"qualifying_reset"}).then_balance("nights", 0);
  story.at("2028-01-04 23:59").wake().then_facts({});
  story.at("2028-01-05 00:00").wake().then_facts({"tier_downgraded"});
}

TEST(AnniversaryModel, OfALeapDayTurnsToTheFirstOfMarch) {
  auto story = Story::without_member(with_anniversary_ladder());
  story.at("2026-01-05 12:00").given(EnrollMember{.at = story.instant("2024-02-29 12:00")});
  story.given(CreditPoints{.currency = "nights", .points = 3});
  story.at("2026-03-05 12:00").given(CreditPoints{.currency = "nights", .points = 3});
  EXPECT_EQ(story.time_of<QualifyingReset>(), "2026-03-01 00:00");
  story.at("2028-03-05 12:00").given(CreditPoints{.currency = "nights", .points = 3});
  EXPECT_EQ(story.time_of<QualifyingReset>(), "2027-03-01 00:00");
  story.at("2029-03-05 12:00").wake();  // the period begun on 29 February 2028 is over
  EXPECT_EQ(story.time_of<QualifyingReset>(), "2029-03-01 00:00");
}

TEST(NewTierGroup, TakesInExistingMembersAtTheirNextMessage) {
  Story story;
  auto program = support::shop();
  CurrencyDefinition coins;
  coins.id = "coins";
  coins.kind = CurrencyKind::qualifying;
  program.currencies.push_back(coins);
  auto friends = program.tier_groups.at(0);
  friends.id = "friends";
  friends.currencies = {"coins"};
  friends.tiers = {{"pal", "Pal", {{"coins", 0}}}, {"mate", "Mate", {{"coins", 10}}}};
  program.tier_groups.push_back(friends);
  story.change(program).wake().then_facts({"tier_upgraded"});
  const auto groups = story.ask<TierProgressResult>(GetTierProgress{}).groups;
  EXPECT_EQ(groups.at(1).tier, "pal");
  story.wake().then_facts({});
}

TEST(TierProgress, TellsWhatIsMissing) {
  Story story;
  story.at("2026-03-10 12:00").given(stars(700));
  const auto view = story.ask<TierProgressResult>(GetTierProgress{}).groups.at(0);
  EXPECT_EQ(view.tier, "gold");
  EXPECT_EQ(view.next, "platinum");
  EXPECT_EQ(named(view.missing_to_reach, "stars"), Points{800});
  EXPECT_EQ(named(view.missing_to_keep, "stars"), Points{0});
  EXPECT_EQ(story.local(*view.expires), "2028-01-01 00:00");
  EXPECT_EQ(story.local(*view.resets), "2027-01-01 00:00");
  story.at("2027-01-01 00:00").wake();
  const auto after = story.ask<TierProgressResult>(GetTierProgress{}).groups.at(0);
  EXPECT_EQ(named(after.missing_to_keep, "stars"), Points{500});
}

TEST(TierProgress, AtTheTopHasNoNextTier) {
  Story story;
  story.given(stars(2'000));
  const auto view = story.ask<TierProgressResult>(GetTierProgress{}).groups.at(0);
  EXPECT_EQ(view.next, "");
  EXPECT_TRUE(view.missing_to_reach.empty());
}

}  // namespace
}  // namespace loyalty::domain
