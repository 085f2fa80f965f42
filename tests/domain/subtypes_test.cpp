// SPDX-License-Identifier: Apache-2.0
#include "tests/support/story.hpp"

/// Which points are spent where a currency has subtypes (domain.md F19, F20).
namespace loyalty::domain {
namespace {

using support::find;
using support::named;
using support::Story;
using Code = RefusalCode;

/// Points of three subtypes: bonus is spent before promo, gifts only on books.
ProgramDefinition subtyped_shop() {
  auto program = support::shop();
  auto& points = find(program.currencies, "points");
  SubtypeDefinition bonus;
  bonus.id = "bonus";
  SubtypeDefinition promo;
  promo.id = "promo";
  SubtypeDefinition gift;
  gift.id = "gift";
  gift.categories = {"books"};
  points.subtypes = {bonus, promo, gift};
  points.subtype_order = {"bonus", "promo"};
  return program;
}

Sequence add(Story& story, const char* subtype, std::int64_t points) {
  story.given(AdjustPoints{.points = points, .reason = "start", .subtype = subtype});
  return story.history().back().sequence;
}

std::vector<std::pair<Sequence, std::int64_t>> uses(const Story& story) {
  std::vector<std::pair<Sequence, std::int64_t>> result;
  const auto debit = story.facts<PointsDebited>().at(0);
  for (const auto& use : debit.uses) {
    result.emplace_back(use.lot, use.points.value);
  }
  return result;
}

using Uses = std::vector<std::pair<Sequence, std::int64_t>>;

TEST(Subtypes, AreSpentInTheOrderOfTheCurrencyThenTheRest) {
  Story story(subtyped_shop());
  const Sequence plain = add(story, "", 10);
  const Sequence promo = add(story, "promo", 10);
  const Sequence gift = add(story, "gift", 10);
  const Sequence bonus = add(story, "bonus", 10);
  const Sequence more = add(story, "bonus", 10);
  story.when(DebitPoints{.points = 45});
  EXPECT_EQ(uses(story), (Uses{{bonus, 10}, {more, 10}, {promo, 10}, {plain, 10}, {gift, 5}}));
  story.then_balance("points", 5);
}

TEST(Subtypes, WithinOneTheEarliestExpiryGoesFirst) {
  Story story(subtyped_shop());
  story.at("2026-03-10 12:00");
  const Sequence older = add(story, "promo", 10);
  story.at("2026-03-11 12:00");
  const Sequence newer = add(story, "promo", 10);
  const Sequence bonus = add(story, "bonus", 5);
  story.when(DebitPoints{.points = 20});
  EXPECT_EQ(uses(story), (Uses{{bonus, 5}, {older, 10}, {newer, 5}}));
}

TEST(Subtypes, OfAnOfferComeInItsOwnOrderAndTheOthersDoNotCount) {
  auto program = subtyped_shop();
  find(program.offers, "mug").subtypes = {"promo", "bonus"};
  Story story(program);
  add(story, "", 100);
  const Sequence bonus = add(story, "bonus", 20);
  const Sequence promo = add(story, "promo", 9);
  story.when(Redeem{.offer = "mug"}).then_refused(Code::insufficient_points, "points");
  add(story, "promo", 11);
  story.when(Redeem{.offer = "mug"}).then_accepted().then_balance("points", 110);
  EXPECT_EQ(uses(story), (Uses{{promo, 9}, {promo + 2, 11}, {bonus, 10}}));
}

TEST(Subtypes, WithCategoriesAreSpentOnTheseOnly) {
  Story story(subtyped_shop());
  const Sequence gift = add(story, "gift", 30);
  story.when(Redeem{.offer = "mug"}).then_refused(Code::insufficient_points, "points");
  story.when(Redeem{.offer = "mug", .category = "shoes"})
      .then_refused(Code::insufficient_points, "points");
  story.when(HoldPoints{.offer = "mug"}).then_refused(Code::insufficient_points, "points");
  story.when(Redeem{.offer = "mug", .category = "books"}).then_accepted();
  EXPECT_EQ(uses(story), (Uses{{gift, 30}}));
}

TEST(Subtypes, AreShownWithTheBalance) {
  Story story(subtyped_shop());
  add(story, "gift", 30);
  add(story, "bonus", 5);
  add(story, "", 7);
  const auto points = named(story.ask<BalancesResult>(GetBalances{}).balances, "points");
  EXPECT_EQ(points.available, Points{42});
  EXPECT_EQ(named(points.subtypes, "gift"), Points{30});
  EXPECT_EQ(named(points.subtypes, "bonus"), Points{5});
  EXPECT_EQ(named(points.subtypes, "promo"), Points{0});
}

}  // namespace
}  // namespace loyalty::domain
