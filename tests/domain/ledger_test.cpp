// SPDX-License-Identifier: Apache-2.0
#include "domain/ledger/ledger.hpp"

#include <map>

#include "tests/support/story.hpp"

/// The double-entry view of a member's life (domain.md 2.1, "Double entry").
namespace loyalty::domain {
namespace {

using support::Story;

std::vector<std::string> transfers(const Story& story, const GetLedger& query = {}) {
  std::vector<std::string> lines;
  for (const auto& line : story.ask<LedgerResult>(query).entries) {
    lines.push_back(line.from + " -> " + line.to + " " + std::to_string(line.points.value) + " " +
                    std::string(line.currency));
  }
  return lines;
}

TEST(Ledger, NamesTheAccountsOfEveryKindOfMovement) {
  Story story;
  story.at("2026-03-10 12:00").given(CreditPoints{.points = 100});
  story.given(Purchase{.amount = 1'000, .product = "room", .partner = "hotel"});
  story.given(Redeem{.offer = "mug"}).given(Redeem{.offer = "spa", .product = "massage"});
  story.at("2027-03-10 00:00").wake();
  EXPECT_EQ(transfers(story),
            (std::vector<std::string>{"issuer:program -> member:ada:available 100 points",
                                      "issuer:partner:hotel -> member:ada:available 10 points",
                                      "issuer:partner:hotel -> member:ada:available 10 stars",
                                      "member:ada:available -> redeemed -30 points",
                                      "member:ada:available -> redeemed:partner:hotel -45 points",
                                      "member:ada:available -> reset -10 stars",
                                      "member:ada:available -> breakage -35 points"}));
}

TEST(Ledger, TellsEscrowHoldsReturnsAndCancellations) {
  auto program = support::shop();
  support::find(program.currencies, "miles").escrow_days = 10;
  Story story(program);
  story.at("2026-03-10 12:00").given(RecordActivity{.type = "run", .units = 40});
  const auto run = static_cast<std::int64_t>(story.result<ActivityResult>().journal);
  story.given(ReverseActivity{.journal = run, .kept_units = 30});
  story.at("2026-03-20 00:00").wake();
  story.given(ReverseActivity{.journal = run, .kept_units = 25});
  story.given(HoldPoints{.currency = "miles", .points = 20});
  story.given(ReleaseHold{.hold = story.result<HoldResult>().hold.hold});
  story.given(HoldPoints{.currency = "miles", .points = 5});
  story.given(CaptureHold{.hold = story.result<HoldResult>().hold.hold});
  const auto debit = static_cast<std::int64_t>(story.result<RedeemResult>().journal);
  story.given(CancelRedemption{.journal = debit});
  story.given(AdjustPoints{.currency = "miles", .points = -1, .reason = "mistake"});
  EXPECT_EQ(transfers(story),
            (std::vector<std::string>{"issuer:program -> member:ada:escrow 40 miles",
                                      "member:ada:escrow -> issuer:program -10 miles",
                                      "member:ada:escrow -> member:ada:available 30 miles",
                                      "member:ada:available -> issuer:program -5 miles",
                                      "member:ada:available -> member:ada:held -20 miles",
                                      "member:ada:held -> member:ada:available 20 miles",
                                      "member:ada:available -> member:ada:held -5 miles",
                                      "member:ada:held -> redeemed -5 miles",
                                      "redeemed -> member:ada:available 5 miles",
                                      "member:ada:available -> issuer:program -1 miles"}));
}

TEST(Trace, OfACreditSumsToItsNetUseWhateverHappened) {
  auto program = support::shop();
  support::find(program.currencies, "miles").escrow_days = 10;
  Story story(program);
  story.at("2026-03-10 12:00").given(RecordActivity{.type = "run", .units = 40});
  const auto run = static_cast<std::int64_t>(story.result<ActivityResult>().journal);
  story.given(ReverseActivity{.journal = run, .kept_units = 30});
  story.at("2026-03-20 00:00").given(HoldPoints{.currency = "miles", .points = 20});
  story.given(CaptureHold{.hold = story.result<HoldResult>().hold.hold});
  const auto debit = static_cast<std::int64_t>(story.result<RedeemResult>().journal);
  story.given(CancelRedemption{.journal = debit});
  const auto trace = story.ask<TraceResult>(GetTrace{.credit = run + 1});
  std::vector<std::string> actions;
  for (const auto& link : trace.links) {
    actions.push_back(std::string(link.action) + " " + std::to_string(link.points.value));
  }
  EXPECT_EQ(actions, (std::vector<std::string>{"credit_cancellation 10", "hold 20", "hold_end -20",
                                               "debit 20", "debit_cancellation -20"}));
  EXPECT_EQ(trace.total, Points{10});
}

TEST(Ledger, SumsToZeroPerCurrencyOverAllAccounts) {
  Story story;
  story.at("2026-03-10 12:00").given(Purchase{.amount = 60'000, .category = "shoes"});
  story.given(Review{}).given(RecordActivity{.type = "run", .units = 130});
  story.given(Redeem{.offer = "drink", .quantity = 3});
  story.at("2030-01-01 00:00").wake();
  std::map<std::pair<std::string_view, std::string>, std::int64_t> accounts;
  for (const auto& fact : story.history()) {
    if (const auto t = transfer_of(fact.event, "ada", story.catalogue())) {
      accounts[{story.catalogue().text(t->currency), t->from}] -= t->points.value;
      accounts[{story.catalogue().text(t->currency), t->to}] += t->points.value;
    }
  }
  std::map<std::string_view, std::int64_t> sums;
  for (const auto& [account, points] : accounts) sums[account.first] += points;
  EXPECT_EQ(sums,
            (std::map<std::string_view, std::int64_t>{{"points", 0}, {"stars", 0}, {"miles", 0}}));
  const auto account = [&](const char* currency, const char* name) {
    return accounts[{currency, name}];
  };
  EXPECT_EQ(account("points", "issuer:program"), -(605 + 50 + 500));
  EXPECT_EQ(account("points", "member:ada:available"), 0);
  EXPECT_EQ(account("points", "redeemed"), 150);
  EXPECT_EQ(account("points", "breakage"), 1'005);
  EXPECT_EQ(account("stars", "reset"), 600);
}

TEST(Ledger, TellsWhereEachEntryCameFrom) {
  Story story;
  story.given(RecordActivity{.type = "run", .units = 100}).given(Redeem{.offer = "mug"});
  const auto lines = story.ask<LedgerResult>(GetLedger{}).entries;
  ASSERT_EQ(lines.size(), 3U);
  EXPECT_EQ(lines[0].rule, "miles");
  EXPECT_EQ(lines[1].promotion, "runner");
  EXPECT_EQ(lines[2].offer, "mug");
  EXPECT_EQ(lines[2].version, 1U);
  ASSERT_EQ(lines[2].trace.size(), 1U);
  EXPECT_EQ(lines[2].trace[0].credit, lines[1].sequence);
}

TEST(Ledger, IsReadInPagesAndByCurrency) {
  Story story;
  for (int i = 0; i < 5; ++i) story.given(CreditPoints{.points = 1 + i});
  story.given(CreditPoints{.currency = "miles", .points = 7});
  const auto first = story.ask<LedgerResult>(GetLedger{.limit = 2});
  ASSERT_EQ(first.entries.size(), 2U);
  EXPECT_TRUE(first.more);
  const auto after = static_cast<std::int64_t>(first.entries.back().sequence);
  const auto rest = story.ask<LedgerResult>(GetLedger{.after = after});
  EXPECT_EQ(rest.entries.size(), 4U);
  EXPECT_FALSE(rest.more);
  EXPECT_EQ(transfers(story, GetLedger{.currency = "miles"}).size(), 1U);
  EXPECT_FALSE(story.answer(GetLedger{.currency = "gems"}));
  EXPECT_FALSE(story.answer(GetLedger{.limit = 0}));
  EXPECT_FALSE(story.answer(GetLedger{.limit = 1'001}));
  EXPECT_FALSE(story.answer(GetLedger{.after = -1}));
}

TEST(VerifyLedger, ProvesWhatAnyLifeCameTo) {
  Story story;
  story.at("2026-03-10 12:00").given(Purchase{.amount = 9'000, .category = "shoes"});
  story.given(HoldPoints{.points = 20}).given(Redeem{.offer = "mug"});
  const auto proof = story.ask<VerifyLedgerResult>(VerifyLedger{});
  EXPECT_TRUE(proof.ok);
  EXPECT_EQ(proof.facts, story.history().size());
  ASSERT_EQ(proof.currencies.size(), 2U);
  EXPECT_EQ(proof.currencies[0].currency, "points");
  EXPECT_EQ(proof.currencies[0].balance, Points{45});
  EXPECT_EQ(proof.currencies[0].held, Points{20});
  EXPECT_EQ(proof.currencies[0].sum, Points{0});
}

TEST(VerifyLedger, FindsABalanceThatTheHistoryDoesNotTell) {
  Story story;
  story.at("2026-03-10 12:00").given(Purchase{.amount = 9'000});
  Member other = story.member();
  other.purses[0].available += Points{1};
  const auto changed = verify_ledger(story.history(), other, story.catalogue());
  EXPECT_FALSE(changed.ok);
  EXPECT_EQ(changed.findings.size(), 3U);
  auto history = story.history();
  history.pop_back();
  EXPECT_FALSE(verify_ledger(history, story.member(), story.catalogue()).ok);
}

}  // namespace
}  // namespace loyalty::domain
