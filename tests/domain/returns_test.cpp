// SPDX-License-Identifier: Apache-2.0
#include "tests/support/story.hpp"

/// Returns, in full and in part (domain.md F28, F29).
namespace loyalty::domain {
namespace {

using support::find;
using support::named;
using support::rule;
using support::Story;
using Code = RefusalCode;

Sequence buy(Story& story, const Purchase& purchase) {
  story.given(purchase);
  return story.result<ActivityResult>().journal;
}

ReverseActivity all_of(Sequence journal) { return {.journal = static_cast<std::int64_t>(journal)}; }

ReverseActivity keeping(Sequence journal, std::int64_t amount) {
  return {.journal = static_cast<std::int64_t>(journal), .kept_amount = amount};
}

Points taken_back(const Story& story, std::string_view currency) {
  Points sum;
  for (const auto& [name, points] : story.result<ReverseResult>().taken_back) {
    if (name == currency) sum += points;
  }
  return sum;
}

Points waived(const Story& story) {
  Points sum;
  for (const auto& [name, points] : story.result<ReverseResult>().waived) sum += points;
  return sum;
}

TEST(Return, InFullTakesBackWhatTheActivityGave) {
  Story story;
  const Sequence journal = buy(story, {.amount = 10'000, .category = "shoes"});
  story.then_balance("points", 105).then_balance("stars", 100);
  story.when(all_of(journal));
  story.then_facts(
      {"journal_reversed", "points_clawed_back", "points_clawed_back", "points_clawed_back"});
  story.then_balance("points", 0).then_balance("stars", 0);
  EXPECT_EQ(taken_back(story, "points"), Points{105});
  EXPECT_TRUE(story.facts<JournalReversed>().at(0).full);
}

TEST(Return, InPartsSumsExactlyToTheWhole) {
  // 1 point a dollar, rounded down: what is kept is rounded, not what is returned.
  struct Step {
    std::int64_t kept;
    std::int64_t points;
  };
  const std::vector<Step> steps{{9'999, 99}, {7'050, 70}, {7'000, 70}, {99, 0}, {0, 0}};
  Story story;
  const Sequence journal = buy(story, {.amount = 10'099});
  story.then_balance("points", 100);
  Points sum;
  for (const auto& [kept, points] : steps) {
    SCOPED_TRACE(kept);
    story.when(keeping(journal, kept)).then_balance("points", points).then_balance("stars", points);
    sum += taken_back(story, "points");
  }
  EXPECT_EQ(sum, Points{100});
  story.when(keeping(journal, 0)).then_refused(Code::already_reversed, "journal");
}

TEST(Return, UsesTheRateTierAndRoundingOfThen) {
  auto program = support::shop();
  find(program.rules, "base").rounding = Rounding::ceil;
  Story story(program);
  story.given(CreditPoints{.currency = "stars", .points = 500}).then_tier("gold");
  // 1.5 points a dollar, rounded up: 150.15 -> 151.
  const Sequence journal = buy(story, {.amount = 10'010});
  story.then_balance("points", 151);
  find(program.rules, "base").rate = *Decimal::parse("7");
  find(program.rules, "base").rounding = Rounding::floor;
  story.change(program);
  story.given(CreditPoints{.currency = "stars", .points = 2'000}).then_tier("platinum");
  story.when(keeping(journal, 5'001));  // 75.015 -> 76
  story.then_balance("points", 76);
  story.when(all_of(journal)).then_balance("points", 0);
}

TEST(Return, TakesARewardForALargePurchaseBackWhenTooLittleIsKept) {
  auto program = support::shop();
  RuleDefinition large = rule("large", "purchase", "points", Measure::journals, "500");
  large.when.min_amount = 10'000;
  program.rules.push_back(large);
  Story story(program);
  const Sequence journal = buy(story, {.amount = 12'000});
  story.then_balance("points", 620);
  story.given(keeping(journal, 11'000)).then_balance("points", 610);
  story.given(keeping(journal, 9'000)).then_balance("points", 90);
}

TEST(Return, OfPiecesTakesBackWhatCountsPieces) {
  Story story;
  const Sequence journal = buy(story, {.amount = 3'000, .category = "shoes", .units = 3});
  story.then_balance("points", 45);
  story.given(ReverseActivity{.journal = static_cast<std::int64_t>(journal), .kept_units = 1});
  story.then_balance("points", 35);
  story.given(ReverseActivity{
      .journal = static_cast<std::int64_t>(journal), .kept_amount = 1'000, .kept_units = 1});
  story.then_balance("points", 15);
  story.given(ReverseActivity{.journal = static_cast<std::int64_t>(journal), .kept_units = 0});
  story.then_balance("points", 0);
  EXPECT_TRUE(story.facts<JournalReversed>().at(0).full);
}

TEST(Return, IsRefusedForWhatWasNotBoughtOrIsNoLongerKept) {
  Story story;
  const Sequence journal = buy(story, {.amount = 10'000});
  story.when(keeping(journal, 10'001)).then_refused(Code::invalid_param, "kept_amount");
  story.when(keeping(journal, -1)).then_refused(Code::invalid_param, "kept_amount");
  story.given(keeping(journal, 6'000));
  story.when(keeping(journal, 6'001)).then_refused(Code::invalid_param, "kept_amount");
  story.when(ReverseActivity{.journal = static_cast<std::int64_t>(journal), .kept_units = 2})
      .then_refused(Code::invalid_param, "kept_units");
  story.when(all_of(999)).then_refused(Code::unknown_journal, "journal");
  story.when(all_of(journal + 1)).then_refused(Code::unknown_journal, "journal");
  story.given(DebitPoints{.points = 1});
  story.when(all_of(story.result<RedeemResult>().journal))
      .then_refused(Code::unknown_journal, "journal");
  story.when(ReverseActivity{}).then_refused(Code::invalid_param, "journal");
  story.when(ReverseActivity{.journal = 1, .reference = "r"})
      .then_refused(Code::invalid_param, "journal");
}

TEST(Return, ByReferenceReturnsEveryLineOfTheReceipt) {
  Story story;
  buy(story, {.amount = 1'000, .reference = "receipt 1"});
  buy(story, {.amount = 2'000, .reference = "receipt 2"});
  const Sequence third = buy(story, {.amount = 4'000, .reference = "receipt 1"});
  story.when(ReverseActivity{.reference = "receipt 1"}).then_balance("points", 20);
  EXPECT_EQ(story.result<ReverseResult>().journals.size(), 2U);
  story.when(ReverseActivity{.reference = "receipt 1"})
      .then_refused(Code::already_reversed, "reference");
  story.when(all_of(third)).then_refused(Code::already_reversed, "journal");
  story.when(ReverseActivity{.reference = "receipt 3"})
      .then_refused(Code::unknown_journal, "reference");
  story.when(ReverseActivity{.reference = "receipt 2", .kept_amount = 1})
      .then_refused(Code::invalid_param, "kept_amount");
}

/// 100 points from the purchase and 30 of another credit; 110 of the 130 are spent.
Story spent_story(Clawback policy, Sequence& journal) {
  auto program = support::shop();
  find(program.currencies, "points").clawback = policy;
  Story story(program);
  story.at("2026-03-10 12:00");
  journal = buy(story, {.amount = 10'000});
  story.at("2026-03-11 12:00").given(CreditPoints{.points = 30});
  story.given(DebitPoints{.points = 110}).then_balance("points", 20);
  return story;
}

TEST(ReturnOfSpentPoints, WithLotOnlyWaivesThem) {
  Sequence journal = 0;
  Story story = spent_story(Clawback::lot_only, journal);
  story.when(all_of(journal)).then_balance("points", 20);
  EXPECT_EQ(taken_back(story, "points"), Points{0});
  EXPECT_EQ(waived(story), Points{100});
}

TEST(ReturnOfSpentPoints, WithinTheBalanceTakesOtherPointsDownToZero) {
  Sequence journal = 0;
  Story story = spent_story(Clawback::within_balance, journal);
  story.when(all_of(journal)).then_balance("points", 0);
  EXPECT_EQ(taken_back(story, "points"), Points{20});
  EXPECT_EQ(waived(story), Points{80});
}

TEST(ReturnOfSpentPoints, MayLeaveTheRestOwedWhateverTheLimitOfTheTier) {
  Sequence journal = 0;
  Story story = spent_story(Clawback::allow_negative, journal);
  story.when(all_of(journal)).then_balance("points", -80);
  EXPECT_EQ(taken_back(story, "points"), Points{100});
  EXPECT_EQ(waived(story), Points{0});
  EXPECT_EQ(named(story.result<ReverseResult>().arrears, "points"), Points{80});
  story.given(CreditPoints{.points = 100}).then_balance("points", 20);
}

TEST(ReturnOfSpentPoints, TakesWhatIsLeftOfTheirOwnCreditFirst) {
  Story story;
  story.at("2026-03-10 12:00").given(CreditPoints{.points = 30});
  const Sequence other = story.history().back().sequence;
  story.at("2026-03-11 12:00");
  const Sequence journal = buy(story, {.amount = 10'000});
  story.given(DebitPoints{.points = 60}).then_balance("points", 70);  // 30 + 30 of the purchase
  story.given(CreditPoints{.points = 50});
  story.given(keeping(journal, 4'000)).then_balance("points", 60);
  ASSERT_EQ(story.facts<PointsClawedBack>().size(), 2U);  // and the stars
  EXPECT_NE(story.facts<PointsClawedBack>().at(0).uses.at(0).lot, other);
  story.given(all_of(journal)).then_balance("points", 20);
}

TEST(ReturnOfExpiredPoints, DoesNotTakeThemAgain) {
  Story story;
  story.at("2026-03-10 12:00");
  const Sequence journal = buy(story, {.amount = 10'000});
  story.given(DebitPoints{.points = 30});
  story.at("2027-03-12 12:00").given(CreditPoints{.points = 200});
  // 70 had expired; of the 100 only the 30 that were spent are taken, from other points.
  story.when(keeping(journal, 5'000)).then_balance("points", 200);
  EXPECT_EQ(named(story.result<ReverseResult>().lapsed, "points"), Points{50});
  story.when(all_of(journal)).then_balance("points", 170);
  EXPECT_EQ(named(story.result<ReverseResult>().lapsed, "points"), Points{20});
  EXPECT_EQ(taken_back(story, "points"), Points{30});
}

TEST(ReturnUnderEscrow, CancelsThePointsBeforeTheyBecomeSpendable) {
  auto program = support::shop();
  find(program.currencies, "points").escrow_days = 14;
  find(program.currencies, "stars").escrow_days = 14;
  Story story(program);
  story.at("2026-03-10 12:00");
  const Sequence journal = buy(story, {.amount = 10'000});
  story.then_balance("points", 0);
  story.when(keeping(journal, 6'000));
  story.then_facts({"journal_reversed", "escrow_cancelled", "escrow_cancelled"});
  EXPECT_EQ(named(story.result<ReverseResult>().cancelled, "points"), Points{40});
  story.at("2026-03-24 00:00").wake().then_balance("points", 60).then_balance("stars", 60);
  story.at("2026-03-25 12:00").when(all_of(journal)).then_balance("points", 0);
  story.then_facts({"journal_reversed", "points_clawed_back", "points_clawed_back"});
}

TEST(ReturnOfPointsToCome, CancelsThem) {
  auto program = support::shop();
  find(program.rules, "base").crediting = Crediting::next_day;
  Story story(program);
  story.at("2026-03-10 12:00");
  const Sequence journal = buy(story, {.amount = 10'000});
  story.then_pending("points", 100).given(keeping(journal, 2'500)).then_pending("points", 25);
  EXPECT_EQ(named(story.result<ReverseResult>().cancelled, "points"), Points{75});
  story.at("2026-03-11 00:00").wake().then_balance("points", 25);
  story.given(all_of(journal)).then_balance("points", 0);
}

TEST(ReturnOfPointsToCome, InFullLeavesNothingToCome) {
  Story story;
  story.at("2026-03-10 12:00").given(Review{});
  const Sequence journal = story.result<ActivityResult>().journal;
  story.given(all_of(journal)).then_facts({"journal_reversed", "scheduled_cancelled"});
  story.at("2026-03-12 00:00").wake().then_facts({}).then_balance("points", 0);
}

TEST(ReturnOfQualifyingPoints, DoesNotLowerTheTier) {
  Story story;
  const Sequence journal = buy(story, {.amount = 60'000});
  story.then_tier("gold").given(all_of(journal)).then_balance("stars", 0).then_tier("gold");
}

TEST(ReturnOfQualifyingPoints, LowersTheTierWhereTheGroupReassesses) {
  auto program = support::shop();
  program.tier_groups.at(0).reassess_on_return = true;
  Story story(program);
  const Sequence journal = buy(story, {.amount = 60'000});
  story.then_tier("gold").given(keeping(journal, 50'000)).then_tier("gold");
  story.when(keeping(journal, 49'999)).then_balance("stars", 499).then_tier("silver");
  EXPECT_EQ(story.result<ReverseResult>().tier_changes.at(0).to, "silver");
}

TEST(ReturnOfQualifyingPoints, TakesNothingWhenTheirPeriodIsOver) {
  Story story;
  story.at("2026-12-20 12:00");
  const Sequence journal = buy(story, {.amount = 30'000});
  story.at("2027-01-05 12:00").given(CreditPoints{.currency = "stars", .points = 40});
  story.when(all_of(journal)).then_balance("stars", 40).then_balance("points", 0);
  EXPECT_EQ(named(story.result<ReverseResult>().lapsed, "stars"), Points{300});
}

TEST(ReturnAtAPartner, ReversesWhatItOwesExactly) {
  Story story;
  const Sequence journal = buy(story, {.amount = 10'100, .product = "room", .partner = "hotel"});
  // 101 points x 0.015 = 1.515 -> 1.52; 101 stars x 0.5 x 0.01 = 0.505 -> 0.51
  std::map<CurrencyId, Money> sums;
  for (const auto& entry : story.owed()) sums[entry.currency] += entry.money;
  EXPECT_EQ(sums[story.catalogue().currency("points")->id], Money{152});
  for (const std::int64_t kept : {7'700, 3'300, 100, 0}) {
    story.given(keeping(journal, kept));
    for (const auto& fact : story.facts<PartnerLiabilityArisen>()) {
      EXPECT_NE(fact.reverses, 0U);
      EXPECT_LE(fact.money, Money{0});
      EXPECT_LT(fact.points, Points{0});
    }
  }
  sums.clear();
  Points points;
  for (const auto& entry : story.owed()) {
    sums[entry.currency] += entry.money;
    points += entry.points;
  }
  for (const auto& [currency, money] : sums) EXPECT_EQ(money, Money{0});
  EXPECT_EQ(points, Points{0});
}

TEST(ReturnAtAPartner, InFullIsTheNegativeOfWhatWasBooked) {
  Story story;
  const Sequence journal = buy(story, {.amount = 10'100, .product = "room", .partner = "hotel"});
  const auto booked = story.owed();
  story.given(all_of(journal));
  ASSERT_EQ(story.owed().size(), 2 * booked.size());
  for (std::size_t i = 0; i < booked.size(); ++i) {
    const auto& reversal = story.owed()[booked.size() + i];
    EXPECT_EQ(reversal.money, -booked[i].money);
    EXPECT_EQ(reversal.points, -booked[i].points);
    EXPECT_TRUE(reversal.reversal);
    EXPECT_FALSE(reversal.redemption);
  }
}

TEST(Return, GivesTheCapOfARuleBack) {
  auto program = support::shop();
  find(program.rules, "base").cap.per_period = 120;
  find(program.rules, "base").cap.period = CapPeriod::month;
  Story story(program);
  story.at("2026-03-10 12:00");
  buy(story, {.amount = 7'000});
  const Sequence journal = buy(story, {.amount = 8'000});  // 50 of 80
  story.then_balance("points", 120);
  story.given(keeping(journal, 6'000)).then_balance("points", 120);  // 60, but 50 were given
  story.given(keeping(journal, 2'000)).then_balance("points", 90);
  buy(story, {.amount = 9'000});
  story.then_balance("points", 120);
}

TEST(Return, DoesNotRestartTheClock) {
  Story story;
  story.at("2026-03-10 12:00");
  const Sequence journal = buy(story, {.amount = 7'000});
  story.at("2026-05-10 12:00").given(all_of(journal));
  EXPECT_EQ(to_string(story.member().last_activity), "2026-03-10");
}

}  // namespace
}  // namespace loyalty::domain
