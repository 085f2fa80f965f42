// SPDX-License-Identifier: Apache-2.0
#include "tests/support/story.hpp"

/// Spending beyond the balance (domain.md F17, F18).
namespace loyalty::domain {
namespace {

using support::find;
using support::named;
using support::Story;
using Code = RefusalCode;

/// Silver may go 50 below zero, gold 200, platinum not at all.
ProgramDefinition lending_shop() {
  auto program = support::shop();
  find(program.currencies, "points").negative_limits = {{"silver", 50}, {"gold", 200}};
  return program;
}

BalanceView points(const Story& story) {
  return named(story.ask<BalancesResult>(GetBalances{}).balances, "points");
}

TEST(NegativeLimit, BoundsWhatIsSpentBeyondTheBalance) {
  for (const auto& [wanted, accepted] :
       {std::pair{100, true}, {149, true}, {150, true}, {151, false}}) {
    SCOPED_TRACE(wanted);
    Story story(lending_shop());
    story.given(CreditPoints{.points = 100}).when(DebitPoints{.points = wanted});
    if (accepted) {
      story.then_accepted().then_balance("points", 100 - wanted);
      EXPECT_EQ(points(story).arrears, Points{std::max(wanted - 100, 0)});
    } else {
      story.then_refused(Code::negative_limit_exceeded, "points").then_balance("points", 100);
    }
  }
}

TEST(NegativeLimit, WithoutOneNothingIsLent) {
  Story story;
  story.given(CreditPoints{.points = 100}).when(DebitPoints{.points = 101});
  story.then_refused(Code::insufficient_points, "points");
}

TEST(NegativeLimit, IsThatOfTheTierHeldNow) {
  Story story(lending_shop());
  story.given(CreditPoints{.currency = "stars", .points = 500}).then_tier("gold");
  story.given(DebitPoints{.points = 200}).then_balance("points", -200);
  story.when(DebitPoints{.points = 1}).then_refused(Code::negative_limit_exceeded, "points");
  // Downgraded: the balance stays, and nothing is lent until it is within the limit again.
  story.at("2028-01-01 00:00").wake().then_tier("silver").then_balance("points", -200);
  story.when(Redeem{.offer = "mug"}).then_refused(Code::negative_limit_exceeded, "points");
  story.given(CreditPoints{.points = 180}).then_balance("points", -20);
  story.when(Redeem{.offer = "mug"}).then_accepted().then_balance("points", -50);
}

TEST(NegativeLimit, OfACurrencyWithEscrowIsZero) {
  auto program = lending_shop();
  find(program.currencies, "points").escrow_days = 14;
  Story story(program);
  story.given(CreditPoints{.points = 100}).when(DebitPoints{.points = 101});
  story.then_refused(Code::insufficient_points, "points");
  EXPECT_EQ(points(story).negative_limit, Points{0});
}

TEST(Arrears, AreToldWithTheDebit) {
  Story story(lending_shop());
  story.given(CreditPoints{.points = 10}).when(Redeem{.offer = "mug"});
  story.then_facts({"journal_recorded", "points_debited", "arrears_created", "redemption_made"});
  EXPECT_EQ(story.facts<ArrearsCreated>().at(0).points, Points{20});
  EXPECT_EQ(story.result<RedeemResult>().arrears, Points{20});
  EXPECT_EQ(story.result<RedeemResult>().points, Points{30});
}

TEST(Arrears, AreRepaidOldestFirstByTheNextCredit) {
  Story story(lending_shop());
  story.given(DebitPoints{.points = 30});
  const Sequence first = story.history().at(story.history().size() - 2).sequence;
  story.given(DebitPoints{.points = 20}).then_balance("points", -50);
  story.when(CreditPoints{.points = 40});
  story.then_facts({"journal_recorded", "points_credited", "arrears_repaid", "arrears_repaid"});
  const auto repaid = story.facts<ArrearsRepaid>();
  EXPECT_EQ(repaid[0].debit, first);
  EXPECT_EQ(repaid[0].points, Points{30});
  EXPECT_EQ(repaid[1].points, Points{10});
  story.then_balance("points", -10);
  story.given(CreditPoints{.points = 25}).then_balance("points", 15);
  EXPECT_EQ(points(story).arrears, Points{0});
}

TEST(Arrears, RepaidPointsNeitherExpireNorAreSpent) {
  Story story(lending_shop());
  story.at("2026-03-10 12:00").given(DebitPoints{.points = 50});
  story.given(CreditPoints{.points = 60}).then_balance("points", 10);
  story.when(DebitPoints{.points = 61}).then_refused(Code::negative_limit_exceeded, "points");
  story.at("2027-03-10 00:00").wake().then_balance("points", 0);
  EXPECT_EQ(story.facts<PointsExpired>().at(0).points, Points{10});
}

TEST(Arrears, AreTracedToTheCreditsThatRepayThem) {
  Story story(lending_shop());
  story.given(CreditPoints{.points = 100}).given(DebitPoints{.points = 140});
  const auto debit = static_cast<std::int64_t>(story.history().back().sequence - 1);
  const auto lines = [&] {
    std::vector<std::pair<std::string_view, std::int64_t>> result;
    const auto trace = story.ask<TraceResult>(GetTrace{.debit = debit});
    EXPECT_EQ(trace.total, Points{140});
    for (const auto& link : trace.links) result.emplace_back(link.action, link.points.value);
    return result;
  };
  using Lines = std::vector<std::pair<std::string_view, std::int64_t>>;
  EXPECT_EQ(lines(), (Lines{{"debit_with_arrears", 100}, {"debit_with_arrears", 40}}));
  story.given(CreditPoints{.points = 15});
  EXPECT_EQ(
      lines(),
      (Lines{{"debit_with_arrears", 100}, {"credit_for_arrears", 15}, {"debit_with_arrears", 25}}));
  story.given(CreditPoints{.points = 100});
  EXPECT_EQ(
      lines(),
      (Lines{{"debit_with_arrears", 100}, {"credit_for_arrears", 15}, {"credit_for_arrears", 25}}));
  const auto credit = static_cast<std::int64_t>(story.facts<ArrearsRepaid>().at(0).credit);
  const auto from_credit = story.ask<TraceResult>(GetTrace{.credit = credit});
  ASSERT_EQ(from_credit.links.size(), 1U);
  EXPECT_EQ(from_credit.links[0].debit, static_cast<Sequence>(debit));
  EXPECT_EQ(from_credit.total, Points{25});
}

}  // namespace
}  // namespace loyalty::domain
