// SPDX-License-Identifier: Apache-2.0
#include "domain/member/budget_uses.hpp"

#include "tests/support/story.hpp"

/// What a member's turn takes of the limits of promotions and of partners' packs (domain.md F46,
/// F51).
namespace loyalty::domain {
namespace {

using support::find;
using support::Story;

/// Ten points, of a cent each, for each unit certified; at the hotel, which pays in advance, 1.5
/// partner points for each point.
ProgramDefinition with_budgets(const LimitDefinition& limits) {
  auto program = support::shop_with_spring();
  program.promotions.back().limits = limits;
  auto& hotel = find(program.partners, "hotel");
  hotel.billing = Billing::pre_paid;
  hotel.rates[0].accrual_factor = *Decimal::parse("1.5");
  return program;
}

/// Of all that the story has stated so far.
std::vector<BudgetShare> uses(const Story& story) {
  return budget_uses(story.history(), story.owed(), story.catalogue());
}

Sequence certify(Story& story, std::int64_t units) {
  return story.given(RecordActivity{.type = "certification", .units = units})
      .result<ActivityResult>()
      .journal;
}

TEST(BudgetUses, CountOnlyWhatIsLimited) {
  struct Case {
    LimitDefinition limits;
    Quantities taken;
  };
  const Case cases[] = {{{.points = 1'000}, {70, 0, 0, 0}},
                        {{.rewards = 1'000}, {0, 1, 0, 0}},
                        {{.liability = 1'000}, {0, 0, 0, 70}},
                        {{.points = 1'000, .rewards = 9, .liability = 1'000}, {70, 1, 0, 70}}};
  for (const auto& c : cases) {
    Story story(with_budgets(c.limits));
    story.at("2026-03-10 12:00");
    certify(story, 7);
    const auto found = uses(story);
    ASSERT_EQ(found.size(), 1U);
    EXPECT_EQ(story.catalogue().text(found[0].promotion), "spring");
    EXPECT_EQ(found[0].quantities, c.taken);
  }
}

TEST(BudgetUses, AreNoneWithoutLimitsAndWithoutPacks) {
  Story story;
  story.at("2026-03-10 12:00").given(Purchase{.amount = 10'000, .partner = "hotel"});
  EXPECT_TRUE(uses(story).empty());
}

TEST(BudgetUses, GiveBackWhatAReturnTakesBackInAShareOfItsOwn) {
  Story story(with_budgets({.points = 1'000, .rewards = 10}));
  story.at("2026-03-10 12:00");
  const auto journal = static_cast<std::int64_t>(certify(story, 9));
  story.given(ReverseActivity{.journal = journal, .kept_units = 4});
  auto found = uses(story);
  ASSERT_EQ(found.size(), 2U);
  EXPECT_EQ(found[0].quantities, (Quantities{90, 1, 0, 0}));
  EXPECT_EQ(found[1].quantities, (Quantities{-50, 0, 0, 0})) << "a part: the reward still counts";
  story.given(ReverseActivity{.journal = journal});
  found = uses(story);
  ASSERT_EQ(found.size(), 2U);
  EXPECT_EQ(found[1].quantities, (Quantities{-90, -1, 0, 0})) << "all that was given";
}

TEST(BudgetUses, OfAPackArePointsTimesTheFactorRoundedDown) {
  Story story(with_budgets({}));
  const Partner& hotel = *story.catalogue().partner("hotel");
  const auto points = story.catalogue().currency("points")->id;
  struct Case {
    std::int64_t points, taken;
  };
  for (const auto& [given, taken] : {Case{0, 0}, Case{1, 1}, Case{2, 3}, Case{3, 4}, Case{100, 150},
                                     Case{-3, -4}, Case{-100, -150}}) {
    EXPECT_EQ(pack_points(hotel, points, {given}), taken) << given;
  }
}

TEST(BudgetUses, OfAPackAreTakenByPurchasesAndGivenBackByReturns) {
  Story story(with_budgets({}));
  story.at("2026-03-10 12:00");
  story.given(Purchase{.amount = 10'000, .product = "room", .partner = "hotel"});
  auto found = uses(story);
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(story.catalogue().text(found[0].pack), "hotel");
  const std::int64_t taken = found[0].quantities.points;
  EXPECT_GT(taken, 0);
  const auto journal = static_cast<std::int64_t>(story.result<ActivityResult>().journal);
  story.given(ReverseActivity{.journal = journal});
  found = uses(story);
  ASSERT_EQ(found.size(), 2U);
  EXPECT_EQ(found[1].quantities.points, -taken);
}

TEST(BudgetUses, ARedemptionTakesNothingOfAPack) {
  Story story(with_budgets({}));
  story.at("2026-03-10 12:00").given(CreditPoints{.currency = "points", .points = 100});
  story.given(Redeem{.offer = "spa", .product = "massage"});
  EXPECT_FALSE(story.owed().empty());
  EXPECT_TRUE(uses(story).empty());
}

TEST(AllowanceTest, LeavesWhatIsNotLimitedFree) {
  Story story(with_budgets({.points = 100, .vouchers = 3}));
  const auto spring = story.catalogue().promotion("spring")->id;
  const Allowance allowed = allowance_of({spring, {}, {40, 0, 2, 0}}, story.catalogue());
  EXPECT_EQ(allowed.points, 40);
  EXPECT_EQ(allowed.vouchers, 2);
  EXPECT_EQ(allowed.rewards, INT64_MAX);
  EXPECT_EQ(allowed.liability, INT64_MAX);
  const auto hotel = story.catalogue().partner("hotel")->id;
  EXPECT_EQ(allowance_of({{}, hotel, {.points = 7}}, story.catalogue()).points, 7);
}

}  // namespace
}  // namespace loyalty::domain
