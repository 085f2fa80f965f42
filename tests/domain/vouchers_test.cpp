// SPDX-License-Identifier: Apache-2.0
#include "tests/support/story.hpp"

/// The life of a voucher (domain.md F25).
namespace loyalty::domain {
namespace {

using support::Story;
using Code = RefusalCode;

/// Issues a voucher and tells its name.
std::string issue(Story& story, const char* definition) {
  story.given(IssueVoucher{.voucher = definition});
  return story.result<VoucherResult>().voucher.voucher;
}

TEST(Voucher, IsIssuedWithItsValueAndEnd) {
  Story story;
  story.at("2026-03-10 23:30").when(IssueVoucher{.voucher = "drink"});
  story.then_facts({"voucher_issued"});
  const auto drink = story.result<VoucherResult>().voucher;
  EXPECT_EQ(drink.status, VoucherStatus::issued);
  EXPECT_EQ(drink.name, "A free drink");
  EXPECT_EQ(story.local(*drink.expires), "2026-06-08 00:00");
  story.when(IssueVoucher{.voucher = "cash"});
  const auto cash = story.result<VoucherResult>().voucher;
  EXPECT_EQ(cash.remaining, Money{2'000});
  EXPECT_FALSE(cash.expires);
  story.when(IssueVoucher{.voucher = "car"}).then_refused(Code::unknown_voucher, "definition");
}

TEST(Voucher, OfOneUseIsUsedOnce) {
  Story story;
  const auto drink = issue(story, "drink");
  story.when(UseVoucher{.voucher = drink}).then_facts({"voucher_used"});
  EXPECT_EQ(story.result<VoucherResult>().voucher.status, VoucherStatus::redeemed);
  story.when(UseVoucher{.voucher = drink})
      .then_refused(Code::voucher_not_usable, "voucher")
      .then_facts({});
}

TEST(Voucher, OfValueIsUsedInPartsUntilNothingIsLeft) {
  Story story;
  const auto cash = issue(story, "cash");
  story.given(UseVoucher{.voucher = cash, .value = 1'250});
  EXPECT_EQ(story.result<VoucherResult>().voucher.remaining, Money{750});
  EXPECT_EQ(story.result<VoucherResult>().voucher.status, VoucherStatus::issued);
  story.when(UseVoucher{.voucher = cash, .value = 751}).then_refused(Code::invalid_param, "value");
  story.when(UseVoucher{.voucher = cash, .value = 0}).then_refused(Code::invalid_param, "value");
  story.when(UseVoucher{.voucher = cash, .value = -1}).then_refused(Code::invalid_param, "value");
  story.given(UseVoucher{.voucher = cash});
  EXPECT_EQ(story.facts<VoucherUsed>().at(0).value, Money{750});
  EXPECT_EQ(story.result<VoucherResult>().voucher.status, VoucherStatus::redeemed);
  story.when(UseVoucher{.voucher = cash, .value = 1})
      .then_refused(Code::voucher_not_usable, "voucher");
}

TEST(Voucher, ExpiresAtMidnightAfterItsPeriod) {
  Story story;
  story.at("2026-03-10 12:00");
  const auto used = issue(story, "drink");
  const auto kept = issue(story, "drink");
  story.at("2026-06-07 23:59").given(UseVoucher{.voucher = used});
  story.at("2026-06-08 00:00").when(UseVoucher{.voucher = kept});
  story.then_refused(Code::voucher_not_usable, "voucher").then_facts({"voucher_expired"});
  EXPECT_EQ(story.member().vouchers.at(0).status, VoucherStatus::redeemed);
  EXPECT_EQ(story.member().vouchers.at(1).status, VoucherStatus::expired);
}

TEST(Voucher, IsCancelledOnce) {
  Story story;
  const auto drink = issue(story, "drink");
  story.when(CancelVoucher{.voucher = drink}).then_facts({"voucher_cancelled"});
  EXPECT_EQ(story.result<VoucherResult>().voucher.status, VoucherStatus::cancelled);
  story.when(CancelVoucher{.voucher = drink}).then_refused(Code::voucher_not_usable, "voucher");
  story.when(UseVoucher{.voucher = drink}).then_refused(Code::voucher_not_usable, "voucher");
}

TEST(Voucher, IsReservedForABasketAndUsedFromIt) {
  Story story;
  story.at("2026-03-10 12:00");
  const auto drink = issue(story, "drink");
  story.when(ReserveVoucher{.voucher = drink, .ttl_s = 600}).then_facts({"voucher_reserved"});
  const auto& view = story.result<VoucherResult>().voucher;
  EXPECT_EQ(view.status, VoucherStatus::reserved);
  EXPECT_EQ(story.local(*view.reserved_until), "2026-03-10 12:10");
  story.when(ReserveVoucher{.voucher = drink}).then_refused(Code::voucher_not_usable, "voucher");
  story.when(UseVoucher{.voucher = drink}).then_accepted();
  EXPECT_EQ(story.result<VoucherResult>().voucher.status, VoucherStatus::redeemed);
  EXPECT_FALSE(story.result<VoucherResult>().voucher.reserved_until);
  story.when(UseVoucher{.voucher = drink}).then_refused(Code::voucher_not_usable, "voucher");
  story.when(ReleaseVoucher{.voucher = drink}).then_refused(Code::voucher_not_usable, "voucher");
}

TEST(Voucher, ReservedComesBackWhenReleasedOrWhenItsTimeIsOver) {
  Story story;
  story.at("2026-03-10 12:00");
  const auto drink = issue(story, "drink");
  story.given(ReserveVoucher{.voucher = drink});
  story.when(ReleaseVoucher{.voucher = drink}).then_facts({"voucher_reservation_ended"});
  EXPECT_EQ(story.result<VoucherResult>().voucher.status, VoucherStatus::issued);
  story.when(ReleaseVoucher{.voucher = drink}).then_refused(Code::voucher_not_usable, "voucher");
  story.given(ReserveVoucher{.voucher = drink, .ttl_s = 600});
  story.at("2026-03-10 12:10").wake().then_facts({"voucher_reservation_ended"});
  EXPECT_TRUE(story.facts<VoucherReservationEnded>().at(0).expired);
}

TEST(Voucher, ReservedDoesNotOutliveItsExpiry) {
  Story story;
  story.at("2026-03-10 12:00");
  const auto drink = issue(story, "drink");
  story.at("2026-06-07 23:55").given(ReserveVoucher{.voucher = drink, .ttl_s = 3'600});
  EXPECT_EQ(story.local(*story.result<VoucherResult>().voucher.reserved_until), "2026-06-08 00:00");
  story.at("2026-06-08 00:00").when(UseVoucher{.voucher = drink});
  story.then_refused(Code::voucher_not_usable, "voucher");
  EXPECT_EQ(story.member().vouchers.at(0).status, VoucherStatus::expired);
}

TEST(Voucher, ReservedCanBeCancelledAndIsStillListed) {
  Story story;
  const auto cash = issue(story, "cash");
  story.given(ReserveVoucher{.voucher = cash});
  EXPECT_EQ(story.ask<MemberResultView>(GetMember{}).vouchers.size(), 1U);
  story.when(ReserveVoucher{.voucher = cash, .ttl_s = 0})
      .then_refused(Code::invalid_param, "ttl_s");
  story.when(CancelVoucher{.voucher = cash}).then_facts({"voucher_cancelled"});
}

TEST(Voucher, IsNamedByItsIdOnly) {
  Story story;
  const auto drink = issue(story, "drink");
  for (const std::string& name :
       {std::string(), std::string("v"), drink.substr(1), drink + "0", "V" + drink.substr(1),
        drink + " ", std::string("v99999999999999999999999"), std::string("v-1")}) {
    SCOPED_TRACE(name);
    story.when(UseVoucher{.voucher = name}).then_refused(Code::unknown_voucher, "voucher");
  }
  story.when(UseVoucher{.voucher = drink}).then_accepted();
}

TEST(Vouchers, AreListedOldestFirstWithTheirStatus) {
  Story story;
  const auto first = issue(story, "drink");
  const auto second = issue(story, "cash");
  story.given(CancelVoucher{.voucher = first});
  const auto all = story.ask<VouchersResult>(GetVouchers{}).vouchers;
  ASSERT_EQ(all.size(), 2U);
  EXPECT_EQ(all[0].voucher, first);
  EXPECT_EQ(all[0].status, VoucherStatus::cancelled);
  EXPECT_EQ(all[1].voucher, second);
  EXPECT_EQ(story.ask<MemberResultView>(GetMember{}).vouchers.size(), 1U) << "usable ones only";
}

}  // namespace
}  // namespace loyalty::domain
