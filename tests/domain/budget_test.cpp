// SPDX-License-Identifier: Apache-2.0
#include "domain/budget/budget.hpp"

#include <gmock/gmock.h>

#include <random>

#include "domain/budget/promotion_budget.hpp"
#include "domain/invariant.hpp"
#include "domain/program/program.hpp"
#include "tests/support/story.hpp"

/// The arithmetic of what all members share (domain.md F46, F51, U9).
namespace loyalty::domain {

void PrintTo(const Quantities& q, std::ostream* out) {
  *out << "{" << q.points << ", " << q.rewards << ", " << q.vouchers << ", " << q.liability << "}";
}

namespace {

using support::find;

TEST(QuantitiesTest, AreCountedNumberByNumber) {
  const Quantities a{10, 2, 0, 500};
  const Quantities b{3, 5, 1, 500};
  EXPECT_EQ(a + b, (Quantities{13, 7, 1, 1000}));
  EXPECT_EQ(a - b, (Quantities{7, -3, -1, 0}));
  EXPECT_EQ((a - b).positive(), (Quantities{7, 0, 0, 0}));
  EXPECT_EQ(least(a, b), (Quantities{3, 2, 0, 500}));
}

TEST(QuantitiesTest, CoverWhatIsWantedWhenNoNumberIsMissing) {
  struct Case {
    Quantities have, wanted;
    bool covers;
  };
  const Case cases[] = {{{}, {}, true},
                        {{5, 0, 0, 0}, {5, 0, 0, 0}, true},
                        {{5, 0, 0, 0}, {6, 0, 0, 0}, false},
                        {{5, 9, 9, 9}, {5, 0, 0, 10}, false},
                        {{unlimited, 1, unlimited, unlimited}, {1'000'000, 1, 3, 4}, true},
                        {{0, 0, 0, 0}, {-4, 0, 0, 0}, true}};
  for (const auto& c : cases) EXPECT_EQ(c.have.covers(c.wanted), c.covers) << c.wanted.points;
}

Budget with(Quantities used, std::vector<std::pair<std::uint32_t, std::int64_t>> portions) {
  Budget budget;
  budget.used = used;
  for (const auto& [shard, points] : portions) {
    budget.portions.push_back({shard, 1, {.points = points}});
  }
  return budget;
}

TEST(BudgetTest, GrantsWhatIsLeftOfTheTotal) {
  struct Case {
    const char* name;
    Budget budget;
    std::int64_t total, kept, wanted, granted;
  };
  const Case cases[] = {
      {"nothing used", {}, 100, 0, 40, 40},
      {"more than there is", {}, 100, 0, 140, 100},
      {"the rest", with({.points = 70}, {}), 100, 0, 40, 30},
      {"nothing is left", with({.points = 100}, {}), 100, 0, 40, 0},
      {"the limit was lowered", with({.points = 100}, {}), 60, 0, 40, 0},
      {"others hold some", with({.points = 30}, {{1, 50}}), 100, 0, 40, 20},
      {"its own portion is what it says it kept", with({.points = 30}, {{7, 50}}), 100, 10, 40, 40},
      {"what it kept counts", with({.points = 30}, {{7, 50}}), 100, 50, 40, 20},
      {"others and its own", with({.points = 10}, {{1, 20}, {2, 30}, {7, 40}}), 100, 5, 50, 35},
      {"it forgot what it had", with({}, {{7, 100}}), 100, 0, 30, 30},
      {"only gives back", with({.points = 10}, {{7, 40}}), 100, 0, 0, 0},
      {"no limit", with({.points = 1'000'000'000'000}, {}), unlimited, 0, 5'000, 5'000},
  };
  for (const auto& c : cases) {
    EXPECT_EQ(grantable(c.budget, {.points = c.total}, 7, {.points = c.kept}, {.points = c.wanted})
                  .points,
              c.granted)
        << c.name;
  }
}

TEST(BudgetTest, LimitsEachNumberOnItsOwn) {
  Budget budget;
  budget.used = {90, 1, 0, 0};
  const Quantities total{100, 3, unlimited, unlimited};
  EXPECT_EQ(grantable(budget, total, 0, {}, {40, 1, 2, 700}), (Quantities{10, 1, 2, 700}));
}

TEST(BudgetTest, WhatIsUsedLeavesThePortionOfItsShard) {
  struct Case {
    const char* name;
    std::int64_t used, portion, use, used_after, portion_after;
  };
  const Case cases[] = {{"a part", 10, 40, 15, 25, 25},
                        {"all of it", 10, 40, 40, 50, 0},
                        {"more than it had", 10, 40, 50, 60, 0},
                        {"given back: not to the portion", 50, 40, -15, 35, 40},
                        {"given back from before the limit", 5, 0, -15, 0, 0}};
  for (const auto& c : cases) {
    Budget budget = with({.points = c.used}, {{7, c.portion}, {8, 3}});
    book(budget, 7, {.points = c.use});
    EXPECT_EQ(budget.used.points, c.used_after) << c.name;
    EXPECT_EQ(budget.portions[0].quantities.points, c.portion_after) << c.name;
    EXPECT_EQ(budget.portions[1].quantities.points, 3) << c.name;
  }
}

TEST(BudgetTest, AShardWithoutAPortionIsCountedAllTheSame) {
  Budget budget = with({.points = 10}, {{8, 3}});
  book(budget, 7, {.points = 4});
  EXPECT_EQ(budget.used.points, 14);
  EXPECT_EQ(budget.set_aside().points, 3);
}

TEST(BudgetTest, APortionIsSetInPlaceOfTheOneBefore) {
  Budget budget = with({}, {{7, 40}, {8, 3}});
  evolve(budget, PortionSet{{7, 2, {.points = 10}}});
  EXPECT_EQ(budget.set_aside().points, 13);
  evolve(budget, PortionSet{{7, 3, {}}});
  ASSERT_EQ(budget.portions.size(), 1U) << "nothing is kept of an empty portion";
  EXPECT_EQ(budget.portions[0].shard, 8U);
}

TEST(BudgetTest, UsedAndSetAsideNeverExceedTheTotal) {
  for (std::uint32_t seed = 1; seed <= 200; ++seed) {
    std::mt19937 random(seed);
    const std::int64_t total = 1 + random() % 200;
    Budget budget;
    std::int64_t held[4] = {};
    for (int step = 0; step < 300; ++step) {
      const std::uint32_t shard = random() % 4;
      if (random() % 3 == 0) {  // it uses a part of what it holds
        const std::int64_t use = held[shard] == 0 ? 0 : random() % (held[shard] + 1);
        book(budget, shard, {.points = use});
        held[shard] -= use;
      } else {  // it keeps a part, and wants more
        const std::int64_t kept = held[shard] == 0 ? 0 : random() % (held[shard] + 1);
        const auto more = grantable(budget, {.points = total}, shard, {.points = kept},
                                    {.points = static_cast<std::int64_t>(random() % 50)});
        held[shard] = kept + more.points;
        evolve(budget, PortionSet{{shard, 1, {.points = held[shard]}}});
      }
      ASSERT_LE(budget.used.points + budget.set_aside().points, total) << "seed " << seed;
    }
  }
}

TEST(PromotionBudgetTest, CountsEachMessageOnce) {
  PromotionBudget budget;
  evolve(budget, BudgetUsed{{3, {1, 5}}, {{{.points = 40}}, {{.points = 20}}}});
  EXPECT_EQ(budget.budget.used.points, 60);
  EXPECT_EQ(budget.sequence, 1U);
  EXPECT_EQ(last_of(budget.cursors, 3), (OutboxId{1, 5}));
  EXPECT_THROW(evolve(budget, BudgetUsed{{3, {1, 5}}, {{{.points = 40}}}}), BrokenInvariant);
  evolve(budget, BudgetUsed{{4, {1, 5}}, {{{.points = 1}}}});  // another shard counts for itself
  EXPECT_EQ(budget.budget.used.points, 61);
}

TEST(PromotionBudgetTest, WhatIsNotLimitedIsNeitherUsedNorLeft) {
  const LimitDefinition limits{.points = 100, .vouchers = 2};
  EXPECT_EQ(total_of(limits), (Quantities{100, unlimited, 2, unlimited}));
  EXPECT_EQ(limited_part(limits, {7, 1, 1, 9}), (Quantities{7, 0, 1, 0}));
  EXPECT_EQ(total_of({}), (Quantities{unlimited, unlimited, unlimited, unlimited}));
}

TEST(PromotionBudgetTest, TellsWhatIsLeftAndNeverLessThanNothing) {
  auto program = support::shop();
  PromotionDefinition spring;
  spring.id = "spring";
  spring.kind = PromotionKind::standard;
  spring.when = support::on_activity("certification");
  spring.reward.points = 10;
  spring.limits = {.points = 100, .rewards = 8};
  program.promotions.push_back(spring);
  const support::Story story(program);
  PromotionBudget budget;
  budget.id = "spring";
  budget.budget.used = {120, 5, 3, 4};  // the limit was lowered since
  const auto view = answer(GetPromotionBudget{}, budget, story.catalogue());
  ASSERT_TRUE(view);
  EXPECT_EQ(view->used, (Quantities{120, 5, 0, 0}));
  EXPECT_EQ(view->left, (Quantities{0, 3, 0, 0}));
  budget.id = "autumn";
  const auto unknown = answer(GetPromotionBudget{}, budget, story.catalogue());
  ASSERT_FALSE(unknown);
  EXPECT_EQ(unknown.error().code, RefusalCode::unknown_promotion);
}

}  // namespace
}  // namespace loyalty::domain
