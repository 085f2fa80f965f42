// SPDX-License-Identifier: Apache-2.0
#include "tests/support/story.hpp"

/// What returns do to progress in promotions (domain.md F44).
namespace loyalty::domain {
namespace {

using support::find;
using support::named;
using support::Story;
using Code = RefusalCode;

ReverseActivity all_of(Sequence journal) { return {.journal = static_cast<std::int64_t>(journal)}; }

Sequence run(Story& story, std::int64_t miles) {
  story.given(RecordActivity{.type = "run", .units = miles});
  return story.result<ActivityResult>().journal;
}

Sequence latte(Story& story) {
  story.given(Purchase{.amount = 400, .product = "latte"});
  return story.result<ActivityResult>().journal;
}

ProgramDefinition revoking_shop() {
  auto program = support::shop();
  find(program.promotions, "runner").revoke_on_return = true;
  find(program.promotions, "latte").revoke_on_return = true;
  return program;
}

TEST(ReturnedProgress, IsSubtractedInTheOpenCycleAndMilestonesStay) {
  Story story;
  run(story, 25);
  const Sequence journal = run(story, 55);
  EXPECT_EQ(story.facts<MilestoneReached>().size(), 2U);
  story.given(ReverseActivity{.journal = static_cast<std::int64_t>(journal), .kept_units = 15});
  EXPECT_EQ(story.participation("runner")->completed, 40);
  EXPECT_EQ(story.result<ReverseResult>().progress.at(0).completed, 40);
  story.given(all_of(journal));
  EXPECT_EQ(story.participation("runner")->completed, 25);
  run(story, 55);  // passes both marks again
  EXPECT_TRUE(story.facts<MilestoneReached>().empty());
}

TEST(ReturnedProgress, LeavesACompletedCycleWithoutRevocation) {
  Story story;
  const Sequence journal = run(story, 100);
  story.then_balance("points", 500).given(all_of(journal)).then_balance("points", 500);
  EXPECT_TRUE(story.participation("runner")->finished);
  story.then_balance("miles", 0);
}

TEST(ReturnedProgress, OfAnEarlierCycleDoesNotTouchTheOpenOne) {
  Story story;
  const Sequence first = latte(story);
  for (int i = 0; i < 11; ++i) latte(story);
  EXPECT_EQ(story.participation("latte")->completed, 2);
  story.given(all_of(first));
  EXPECT_EQ(story.participation("latte")->completed, 2);
  EXPECT_EQ(story.participation("latte")->completions, 1U);
}

TEST(RevokedCompletion, OpensTheCycleAgainAndTakesThePointsBack) {
  Story story(revoking_shop());
  run(story, 60);
  const Sequence journal = run(story, 45);
  story.then_balance("points", 500);
  // 105 of 100: three miles less are still enough.
  story.given(ReverseActivity{.journal = static_cast<std::int64_t>(journal), .kept_units = 42});
  EXPECT_TRUE(story.participation("runner")->finished);
  story.given(ReverseActivity{.journal = static_cast<std::int64_t>(journal), .kept_units = 39});
  story.then_balance("points", 0);
  EXPECT_FALSE(story.participation("runner")->finished);
  EXPECT_EQ(story.participation("runner")->completed, 99);
  run(story, 1);
  story.then_balance("points", 500);
  EXPECT_TRUE(story.participation("runner")->finished);
}

TEST(RevokedCompletion, CancelsAnUnusedVoucher) {
  Story story(revoking_shop());
  for (int i = 0; i < 9; ++i) latte(story);
  const Sequence tenth = latte(story);
  const auto voucher = story.result<ActivityResult>().vouchers.at(0).voucher;
  story.when(all_of(tenth));
  EXPECT_EQ(story.participation("latte")->completed, 9);
  EXPECT_EQ(story.participation("latte")->cycle, 0U);
  EXPECT_EQ(story.result<ReverseResult>().vouchers.at(0).voucher, voucher);
  story.when(UseVoucher{.voucher = voucher}).then_refused(Code::voucher_not_usable, "voucher");
  latte(story);
  EXPECT_EQ(story.participation("latte")->completions, 1U);
}

TEST(RevokedCompletion, IsNotOneWhenLaterProgressFillsTheCycle) {
  Story story(revoking_shop());
  const Sequence first = latte(story);
  for (int i = 0; i < 11; ++i) latte(story);
  story.given(all_of(first));
  EXPECT_EQ(story.participation("latte")->completed, 1);
  EXPECT_EQ(story.participation("latte")->completions, 1U);
  EXPECT_TRUE(story.facts<CompletionRevoked>().empty());
}

TEST(RevokedCompletion, CannotBeOfARewardThatWasUsed) {
  Story story(revoking_shop());
  for (int i = 0; i < 9; ++i) latte(story);
  const Sequence tenth = latte(story);
  story.given(UseVoucher{.voucher = story.result<ActivityResult>().vouchers.at(0).voucher});
  story.given(all_of(tenth));
  EXPECT_EQ(story.participation("latte")->completions, 1U);
  EXPECT_EQ(story.participation("latte")->completed, 0);
}

TEST(RevokedCompletion, TakesABenefitBack) {
  auto program = revoking_shop();
  auto& lamps = find(program.promotions, "lamps");
  lamps.revoke_on_return = true;
  lamps.enrollment_required = false;
  lamps.enroll_from.reset();
  lamps.enroll_until.reset();
  Story story(program);
  story.at("2026-02-10 12:00").given(Purchase{.amount = 60'000, .category = "lamps"});
  const Sequence journal = story.result<ActivityResult>().journal;
  story.then_benefits({"express", "preview", "late-shopping"});
  story.given(all_of(journal));
  story.then_benefits({"express", "preview"});
}

TEST(ReturnedStandardPromotion, TakesItsPointsBackWithThePurchase) {
  auto program = support::shop();
  PromotionDefinition extra;
  extra.id = "extra";
  extra.kind = PromotionKind::standard;
  extra.when = support::on_activity("purchase");
  extra.measure = Measure::amount;
  extra.reward.rate = *Decimal::parse("0.5");
  program.promotions.push_back(extra);
  Story story(program);
  story.given(Purchase{.amount = 10'100});
  const auto journal = static_cast<std::int64_t>(story.result<ActivityResult>().journal);
  story.then_balance("points", 151);
  story.given(ReverseActivity{.journal = journal, .kept_amount = 5'000}).then_balance("points", 75);
  story.given(ReverseActivity{.journal = journal}).then_balance("points", 0);
}

}  // namespace
}  // namespace loyalty::domain
