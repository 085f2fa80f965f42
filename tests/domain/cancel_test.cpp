// SPDX-License-Identifier: Apache-2.0
#include "tests/support/story.hpp"

/// Undoing redemptions (domain.md F27).
namespace loyalty::domain {
namespace {

using support::find;
using support::named;
using support::Story;
using Code = RefusalCode;

CancelRedemption cancel(Sequence journal, bool by_staff = false) {
  return {.journal = static_cast<std::int64_t>(journal), .by_staff = by_staff};
}

/// Redeems or debits, and tells the journal.
Sequence spend(Story& story, const MemberCommand& command) {
  story.given(command);
  return story.result<RedeemResult>().journal;
}

std::vector<std::pair<Sequence, std::int64_t>> lots(const Story& story) {
  std::vector<std::pair<Sequence, std::int64_t>> result;
  for (const auto& lot : story.member().purse(story.catalogue().primary)->lots) {
    result.emplace_back(lot.id, lot.remaining.value);
  }
  return result;
}

TEST(CancelledRedemption, GivesThePointsBackToTheirCredits) {
  Story story;
  story.at("2026-03-10 12:00").given(CreditPoints{.points = 40});
  story.at("2026-04-10 12:00").given(CreditPoints{.points = 40});
  const auto before = lots(story);
  const Sequence journal = spend(story, Redeem{.offer = "mug", .quantity = 2});
  story.then_balance("points", 20).when(cancel(journal));
  story.then_facts({"journal_recorded", "redemption_cancelled"}).then_balance("points", 80);
  EXPECT_EQ(lots(story), before);
  const auto& result = story.result<CancelResult>();
  EXPECT_EQ(result.points, Points{60});
  EXPECT_EQ(result.restored.size(), 2U);
  EXPECT_EQ(result.offer, "mug");
  // Each lot keeps its own expiry.
  story.at("2027-03-10 00:00").wake().then_balance("points", 40);
  story.at("2027-04-10 00:00").wake().then_balance("points", 0);
}

TEST(CancelledRedemption, IsCancelledOnce) {
  Story story;
  story.given(CreditPoints{.points = 40});
  const Sequence journal = spend(story, Redeem{.offer = "mug"});
  story.given(cancel(journal)).when(cancel(journal));
  story.then_refused(Code::already_cancelled, "journal").then_balance("points", 40);
}

TEST(CancelledRedemption, IsARedemptionOrADebit) {
  Story story;
  story.given(CreditPoints{.points = 40});
  const Sequence credit = story.result<ActivityResult>().journal;
  story.when(cancel(credit)).then_refused(Code::unknown_redemption, "journal");
  story.when(cancel(0)).then_refused(Code::unknown_redemption, "journal");
  story.when(cancel(99)).then_refused(Code::unknown_redemption, "journal");
  story.when(CancelRedemption{.journal = -1}).then_refused(Code::unknown_redemption, "journal");
  story.given(AdjustPoints{.points = -5, .reason = "mistake"});
  story.when(cancel(story.result<AdjustResult>().journal))
      .then_refused(Code::unknown_redemption, "journal");
  story.when(cancel(spend(story, DebitPoints{.points = 5}))).then_accepted();
}

TEST(CancelledRedemption, AfterTheExpiryOfItsCreditsGivesThemBackExpired) {
  Story story;
  story.at("2026-03-10 12:00").given(CreditPoints{.points = 30});
  story.at("2026-06-10 12:00").given(CreditPoints{.points = 30});
  const Sequence journal = spend(story, DebitPoints{.points = 50});
  story.at("2027-04-01 12:00").when(cancel(journal));
  story.then_facts({"journal_recorded", "redemption_cancelled", "points_expired"});
  EXPECT_EQ(story.facts<PointsExpired>().at(0).points, Points{30});
  story.then_balance("points", 30);
  EXPECT_EQ(story.result<CancelResult>().expired, Points{30});
}

TEST(CancelledRedemption, OfACapturedHoldGoesBackToTheCreditsOfTheHold) {
  Story story;
  story.given(CreditPoints{.points = 40});
  const auto before = lots(story);
  story.given(HoldPoints{.offer = "mug"});
  const auto hold = story.result<HoldResult>().hold.hold;
  const Sequence journal = spend(story, CaptureHold{.hold = hold});
  story.given(cancel(journal)).then_balance("points", 40);
  EXPECT_EQ(lots(story), before);
}

/// 50 below zero are allowed.
Story lending_story() {
  auto program = support::shop();
  find(program.currencies, "points").negative_limits = {{"silver", 50}};
  return Story(program);
}

TEST(CancelledRedemption, LetsOutstandingArrearsVanishFirst) {
  Story story = lending_story();
  story.given(CreditPoints{.points = 100});
  const Sequence journal = spend(story, DebitPoints{.points = 140});
  story.then_balance("points", -40).when(cancel(journal)).then_balance("points", 100);
  const auto fact = story.facts<RedemptionCancelled>().at(0);
  EXPECT_EQ(fact.arrears, Points{40});
  EXPECT_EQ(fact.lots.size(), 1U);
}

TEST(CancelledRedemption, GivesRepaidArrearsBackToTheCreditsThatRepaidThem) {
  Story story = lending_story();
  story.at("2026-03-10 12:00").given(CreditPoints{.points = 100});
  const Sequence first = story.history().back().sequence;
  const Sequence journal = spend(story, DebitPoints{.points = 140});
  story.at("2026-04-10 12:00").given(CreditPoints{.points = 25}).then_balance("points", -15);
  const Sequence second = story.facts<ArrearsRepaid>().at(0).credit;
  story.when(cancel(journal)).then_balance("points", 125);
  EXPECT_EQ(story.facts<RedemptionCancelled>().at(0).arrears, Points{15});
  using Lots = std::vector<std::pair<Sequence, std::int64_t>>;
  EXPECT_EQ(lots(story), (Lots{{first, 100}, {second, 25}}));
  // From the credit's side: used for the arrears, and given back.
  const auto trace = story.ask<TraceResult>(GetTrace{.credit = static_cast<std::int64_t>(second)});
  ASSERT_EQ(trace.links.size(), 2U);
  EXPECT_EQ(trace.links[0].action, "credit_for_arrears");
  EXPECT_EQ(trace.links[1].action, "debit_cancellation");
  EXPECT_EQ(trace.total, Points{0});
}

TEST(CancelledRedemption, PaysTheArrearsOfOthersBeforeAnythingElse) {
  Story story = lending_story();
  story.given(CreditPoints{.points = 100});
  const Sequence journal = spend(story, DebitPoints{.points = 100});
  spend(story, DebitPoints{.points = 30});
  story.when(cancel(journal)).then_balance("points", 70);
  story.then_facts({"journal_recorded", "redemption_cancelled", "arrears_repaid"});
  EXPECT_EQ(lots(story).at(0).second, 70);
}

TEST(CancelledRedemption, TakesItsUnusedVouchersBack) {
  Story story;
  story.given(CreditPoints{.points = 100});
  const Sequence journal = spend(story, Redeem{.offer = "drink", .quantity = 2});
  const auto voucher = story.result<RedeemResult>().vouchers.at(0).voucher;
  story.given(ReserveVoucher{.voucher = voucher});
  story.when(cancel(journal))
      .then_facts(
          {"journal_recorded", "redemption_cancelled", "voucher_cancelled", "voucher_cancelled"});
  EXPECT_EQ(story.result<CancelResult>().vouchers.size(), 2U);
  story.when(UseVoucher{.voucher = voucher}).then_refused(Code::voucher_not_usable, "voucher");
}

TEST(CancelledRedemption, IsRefusedWhenAVoucherOfItWasUsed) {
  Story story;
  story.given(CreditPoints{.points = 100});
  const Sequence journal = spend(story, Redeem{.offer = "drink", .quantity = 2});
  story.given(UseVoucher{.voucher = story.result<RedeemResult>().vouchers.at(0).voucher});
  story.when(cancel(journal)).then_refused(Code::voucher_not_usable, "journal");
  story.then_balance("points", 0);
}

TEST(CancelledRedemption, ReversesWhatThePartnerIsOwed) {
  Story story;
  story.given(CreditPoints{.points = 100});
  const Sequence journal = spend(story, Redeem{.offer = "spa", .product = "massage"});
  story.given(cancel(journal));
  ASSERT_EQ(story.owed().size(), 2U);
  EXPECT_EQ(story.owed()[0].money, Money{-45});
  EXPECT_EQ(story.owed()[1].money, Money{45});
  EXPECT_EQ(story.owed()[1].points, Points{-45});
  EXPECT_TRUE(story.owed()[1].redemption);
  EXPECT_TRUE(story.owed()[1].reversal);
  const auto facts = story.facts<PartnerLiabilityArisen>();
  EXPECT_EQ(facts.at(0).reverses, story.owed()[0].fact);
}

TEST(CancelledRedemption, RestartsTheClockOnlyWhenItIsTheMembersOwnWish) {
  for (const bool by_staff : {false, true}) {
    SCOPED_TRACE(by_staff);
    Story story;
    story.at("2026-03-10 12:00").given(CreditPoints{.currency = "miles", .points = 40});
    const Sequence journal = spend(story, DebitPoints{.currency = "miles", .points = 10});
    story.at("2027-01-10 12:00").given(cancel(journal, by_staff));
    EXPECT_EQ(to_string(story.member().last_activity), by_staff ? "2026-03-10" : "2027-01-10");
  }
}

}  // namespace
}  // namespace loyalty::domain
