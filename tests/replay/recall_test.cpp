// SPDX-License-Identifier: Apache-2.0
#include "replay/recall.hpp"

#include <gtest/gtest.h>

#include "tests/replay/lived.hpp"
#include "tests/support/shop.hpp"

/// Each command is found again in its facts: under the rules of then, the same is made of it.
namespace loyalty::replay {
namespace {

using namespace domain;

constexpr std::int64_t day_ms = 86'400'000;
constexpr std::int64_t noon_2026 = 1'767'643'200'000;  // 2026-01-05T20:00Z

ProgramDefinition shop_with_everything() {
  ProgramDefinition program = support::shop();
  support::find(program.currencies, "points").reinstatements = {
      {"silver", {60, PeriodUnit::days}, {90, PeriodUnit::days}}};
  support::find(program.currencies, "points").subtypes = {
      {.id = "bonus", .name = "Bonus", .cost_per_point = {}, .expiry_period = {}}};
  support::find(program.currencies, "miles").escrow_days = 20;
  return program;
}

class RecallTest : public testing::Test {
 protected:
  RecallTest() {
    must(EnrollMember{.at = std::nullopt, .channel = "web"});
    must(CreditPoints{.points = 500, .reason = "welcome"});
  }
  ~RecallTest() override { EXPECT_EQ(difference(lived_.replayed(shop_with_everything())), ""); }

  void after_days(int days) { now_.ms += days * day_ms; }
  void must(const MemberCommand& command) { EXPECT_TRUE(lived_.take(command, now_)); }
  void wake() { (void)lived_.take(Wake{}, now_); }

  /// The number of the last fact of a kind.
  template <class Event>
  std::int64_t last() const {
    Sequence found = 0;
    const auto turns = lived_.turns();
    for (const auto& turn : turns) {
      for (const auto& fact : turn.facts) {
        if (holds_alternative<Event>(fact.event)) found = fact.sequence;
      }
    }
    EXPECT_NE(found, 0U) << Event::name;
    return static_cast<std::int64_t>(found);
  }
  template <class Event>
  std::string last_id(char letter) const {
    return letter + std::to_string(last<Event>());
  }

  Lived lived_{shop_with_everything()};
  Instant now_{noon_2026};
};

TEST_F(RecallTest, ADiscountWithThePriceOfItsLine) {
  must(Redeem{.offer = "ten-off", .category = "court-shoes", .price = 4'999, .channel = "store"});
  ProgramDefinition larger = shop_with_everything();
  support::find(larger.offers, "ten-off").discount = 4'000;
  EXPECT_TRUE(lived_.replayed(larger).refused.begin() == lived_.replayed(larger).refused.end());
  support::find(larger.offers, "ten-off").discount = 5'000;
  EXPECT_EQ(lived_.replayed(larger).refused.at({"redeem", RefusalCode::discount_exceeds_price}),
            1U);
}

TEST_F(RecallTest, HoldsWithTheirTime) {
  must(HoldPoints{.offer = "mug", .quantity = 2, .ttl_s = 3'600, .reference = "basket"});
  must(CaptureHold{.hold = last_id<PointsHeld>('h'), .reference = "basket"});
  must(HoldPoints{.currency = "points", .points = 40, .ttl_s = 60});
  must(CaptureHold{.hold = last_id<PointsHeld>('h')});
  must(HoldPoints{.offer = "mug"});
  must(ReleaseHold{.hold = last_id<PointsHeld>('h')});
  must(HoldPoints{.offer = "mug"});
  after_days(1);
  wake();
}

TEST_F(RecallTest, VouchersReservedUsedInPartsAndCancelled) {
  must(IssueVoucher{.voucher = "cash"});
  const std::string voucher = last_id<VoucherIssued>('v');
  must(ReserveVoucher{.voucher = voucher, .ttl_s = 600});
  must(ReleaseVoucher{.voucher = voucher});
  must(ReserveVoucher{.voucher = voucher, .ttl_s = 600});
  must(UseVoucher{.voucher = voucher, .value = 700});
  must(UseVoucher{.voucher = voucher});
  must(Redeem{.offer = "drink"});
  must(CancelVoucher{.voucher = last_id<VoucherIssued>('v')});
}

TEST_F(RecallTest, TiersGivenByHandAndSegments) {
  must(OverrideTier{
      .group = "club", .tier = "platinum", .until = "2026-07-01", .reason = "vip", .actor = "kim"});
  must(Purchase{.amount = 10'000});
  must(SetSegments{.segments = {"students", "north"}});
  after_days(400);
  must(AssessTier{});
}

TEST_F(RecallTest, CorrectionsWithTheirSubtype) {
  must(AdjustPoints{
      .currency = "points", .points = 60, .reason = "sorry", .actor = "kim", .subtype = "bonus"});
  must(AdjustPoints{.currency = "points", .points = -20, .reason = "mistake", .actor = "kim"});
  must(DebitPoints{.currency = "points", .points = 5, .reason = "gift"});
}

TEST_F(RecallTest, CancellationsByMemberAndStaff) {
  must(Redeem{.offer = "mug"});
  const auto redeemed = last<JournalRecorded>();
  must(DebitPoints{.currency = "points", .points = 9});
  must(CancelRedemption{.journal = last<JournalRecorded>(), .by_staff = true, .actor = "kim"});
  must(CancelRedemption{.journal = redeemed});
}

TEST_F(RecallTest, ReturnsInPartInFullAndByReference) {
  must(Purchase{.amount = 9'000, .units = 3, .reference = "r1"});
  must(ReverseActivity{.journal = last<JournalRecorded>(), .kept_amount = 3'000, .kept_units = 1});
  must(Purchase{.amount = 1'000, .reference = "r2"});
  must(Purchase{.amount = 2'000, .reference = "r2"});
  must(ReverseActivity{.reference = "r2", .actor = "kim"});
  must(ReverseActivity{.reference = "r1"});
}

TEST_F(RecallTest, PointsGivenBackAfterTheyExpired) {
  after_days(380);
  must(ReinstatePoints{.currency = "points", .actor = "kim"});
}

TEST_F(RecallTest, HeldPointsReleasedBeforeTheirTime) {
  must(RecordActivity{.type = "run", .units = 12});
  must(ReleaseEscrow{.journal = last<JournalRecorded>()});
  must(RecordActivity{.type = "run", .units = 7});
  must(ReleaseEscrow{.credit = last<PointsEscrowed>(), .actor = "kim"});
  must(RecordActivity{.type = "run", .units = 3});
  after_days(30);
  wake();
  must(Redeem{.offer = "mug"});
}

TEST_F(RecallTest, MembershipsThatRestAndEnd) {
  must(FreezeMember{.reason = "fraud?", .actor = "kim"});
  must(ThawMember{.reason = "no", .actor = "kim"});
  must(RecordActivity{.type = "run", .units = 12});
  must(Review{});
  must(HoldPoints{.offer = "mug"});
  must(CloseMember{.reason = "asked for it", .actor = "kim"});
}

MemberDelivery points_from(const char* member, CurrencyId currency, Instant expires) {
  Lot lot;
  lot.id = 7;
  lot.original = lot.remaining = {60};
  lot.expires = expires;
  return {.from = member, .to = "ada", .sent = 9, .currency = currency, .lots = {lot}};
}

TEST_F(RecallTest, PointsGivenToOthersAndTakenFromThem) {
  must(TransferPoints{.to = "bob", .currency = "points", .points = 20, .reason = "group"});
  must(JoinGroup{.group = "family", .percent = 40});
  must(Purchase{.amount = 10'000});
  must(TransferPoints{.to = "family", .currency = "points", .points = 5, .reason = "present"});
  must(Review{});
  after_days(2);
  must(TakeDeliveries{{},
                      {points_from("eve", lived_.catalogue().primary, {now_.ms + 30 * day_ms})}});
  must(Purchase{.amount = 3'000});
  must(LeaveGroup{.group = "family"});
  must(Purchase{.amount = 3'000});
  after_days(60);
  wake();
}

TEST_F(RecallTest, MembershipsThatGoOnInAnother) {
  must(IssueVoucher{.voucher = "cash"});
  must(HoldPoints{.offer = "mug"});
  must(RecordActivity{.type = "run", .units = 12});
  must(MergeMember{.into = "bob", .reason = "twice", .actor = "kim"});
  after_days(30);
  wake();
}

TEST_F(RecallTest, MembershipsThatAreErased) {
  must(HoldPoints{.offer = "mug"});
  must(EraseMember{.reason = "asked for it", .actor = "kim"});
}

TEST_F(RecallTest, TheCommandBehindTimersThatRanFirst) {
  must(RecordActivity{.type = "run", .units = 12});
  must(Review{});
  must(HoldPoints{.offer = "mug", .ttl_s = 60});
  after_days(40);
  must(AdjustPoints{.currency = "miles", .points = 3, .reason = "sorry"});
  must(Review{});
  after_days(1);
  must(CreditPoints{.currency = "miles", .points = 4, .reason = "gift"});
  after_days(400);
  must(DebitPoints{.currency = "miles", .points = 4, .reason = "gift"});
}

}  // namespace
}  // namespace loyalty::replay
