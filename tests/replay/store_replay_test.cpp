// SPDX-License-Identifier: Apache-2.0
#include "replay/store_replay.hpp"

#include <gtest/gtest.h>

#include "codec/wire.hpp"
#include "persistence/memory_store.hpp"
#include "tests/audit/shop_node.hpp"
#include "tests/support/shop.hpp"

/// Whole stores that a node has left behind.
namespace loyalty::replay {
namespace {

using audit::ShopNode;

ReplayReport replayed(persistence::Store& store, ReplayOptions options) {
  const auto past = read_program_past(store, "shop");
  EXPECT_TRUE(past) << past.error().message;
  const auto report = replay_store(store, *past, options);
  EXPECT_TRUE(report) << report.error().message;
  return *report;
}

ReplayOptions of(const domain::ProgramDefinition& program, unsigned threads = 1) {
  return {.proposed = program, .window = {}, .threads = threads, .rank_by = {}, .most_members = 3};
}

domain::ProgramDefinition dearer_shop() {
  auto program = support::shop();
  support::find(program.rules, "base").rate = {5, 1};
  support::find(program.offers, "mug").cost = 200;
  return program;
}

TEST(StoreReplay, OfTheLiveProgramFindsNoDifference) {
  for (std::uint64_t seed = 1; seed <= 12; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    const auto store =
        persistence::make_memory_store(static_cast<persistence::ShardId>(1 + seed % 5));
    {
      ShopNode node(*store, seed % 3 == 0 ? 100'000 : 4);
      live(node, {.seed = seed,
                  .steps = 200,
                  .restarts = static_cast<int>(seed % 3),
                  .changes_program = false});
    }
    const auto report = replayed(*store, of(support::shop()));
    EXPECT_EQ(report.members, 8U);
    EXPECT_GT(report.activities, 8U);
    EXPECT_EQ(report.changed, 0U);
    EXPECT_TRUE(report.refused.empty());
    EXPECT_EQ(report.lost, 0U);
    EXPECT_EQ(codec::to_wire(report.actual), codec::to_wire(report.proposed));
  }
}

TEST(StoreReplay, SaysTheSameWithAnyNumberOfThreadsAndShards) {
  std::string first;
  for (const persistence::ShardId shards : {1, 3, 16}) {
    const auto store = persistence::make_memory_store(shards);
    {
      ShopNode node(*store, 5);
      live(node, {.seed = 7, .steps = 300, .restarts = 1});
    }
    for (const unsigned threads : {1U, 2U, 4U}) {
      const auto report = codec::to_wire(replayed(*store, of(dearer_shop(), threads)));
      if (first.empty()) first = report;
      EXPECT_EQ(report, first) << shards << " shards, " << threads << " threads";
    }
  }
}

TEST(StoreReplay, TellsOtherRulesApart) {
  const auto store = persistence::make_memory_store(2);
  {
    ShopNode node(*store, 5);
    live(node, {.seed = 7, .steps = 300, .changes_program = false});
  }
  const auto same = replayed(*store, of(support::shop()));
  const auto other = replayed(*store, of(dearer_shop()));
  EXPECT_NE(same.digest, other.digest);
  EXPECT_GT(other.changed, 0U);
  EXPECT_GT(other.redemptions_not_covered, 0U);
  ASSERT_FALSE(other.lose.empty());
  EXPECT_LE(other.lose.size(), 3U);
  EXPECT_LT(other.lose.front().difference, domain::Points{0});
  EXPECT_LT(other.proposed.currencies.front().credited, same.proposed.currencies.front().credited);
}

TEST(StoreReplay, HandsOutALineForEachMemberInTheSameOrder) {
  const auto store = persistence::make_memory_store(6);
  {
    ShopNode node(*store, 5);
    live(node, {.seed = 11, .steps = 200});
  }
  std::vector<std::vector<std::vector<std::string>>> lists;
  for (const unsigned threads : {1U, 3U}) {
    auto& list = lists.emplace_back();
    auto options = of(dearer_shop(), threads);
    options.each = [&](const std::vector<std::string>& line) {
      list.push_back(line);
      return true;
    };
    (void)replayed(*store, options);
  }
  EXPECT_EQ(lists[0].size(), 9U);  // the heading, and eight members
  EXPECT_EQ(lists[0].front().size(), lists[0].back().size());
  EXPECT_EQ(lists[0], lists[1]);
}

TEST(StoreReplay, EndsWhenItsListCannotBeWritten) {
  const auto store = persistence::make_memory_store(3);
  {
    ShopNode node(*store);
    live(node, {.seed = 3, .steps = 20});
  }
  auto options = of(support::shop(), 2);
  options.each = [](const auto&) { return false; };
  EXPECT_FALSE(replay_store(*store, *read_program_past(*store, "shop"), options));
}

TEST(StoreReplay, KnowsWhichProgramsThereAre) {
  const auto store = persistence::make_memory_store(3);
  {
    ShopNode node(*store);
    node.apply(support::shop());
  }
  const auto missing = read_program_past(*store, "shoe-shop");
  ASSERT_FALSE(missing);
  EXPECT_EQ(missing.error().message, "the store has no program \"shoe-shop\"");
  auto options = of(support::shop());
  options.rank_by = "gold coins";
  const auto report = replay_store(*store, *read_program_past(*store, "shop"), options);
  ASSERT_FALSE(report);
  EXPECT_EQ(report.error().message, "the proposed program has no currency \"gold coins\"");
}

}  // namespace
}  // namespace loyalty::replay
