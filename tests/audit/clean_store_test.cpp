// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "audit/verify.hpp"
#include "persistence/memory_store.hpp"
#include "persistence/rocksdb_store.hpp"
#include "tests/audit/edits.hpp"
#include "tests/audit/shop_node.hpp"
#include "tests/audit/store_image.hpp"
#include "tests/persistence/scratch_directory.hpp"

/// Stores that a node has left behind hold everything, at whatever moment it stopped.
namespace loyalty::audit {
namespace {

std::string words(const Report& report) {
  std::string text;
  for (const auto& finding : report.findings) text += to_string(finding) + "\n";
  return text;
}

void expect_clean(persistence::Store& store) {
  const auto report = verify(store, {});
  ASSERT_TRUE(report);
  EXPECT_TRUE(report->ok) << words(*report);
  EXPECT_GT(report->records, 0U);
}

TEST(CleanStore, HasNoFindingsHoweverItWasUsed) {
  for (std::uint64_t seed = 1; seed <= 24; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    const auto shards = static_cast<persistence::ShardId>(1 + seed % 5);
    const auto store = persistence::make_memory_store(shards);
    {
      ShopNode node(*store, seed % 3 == 0 ? 100'000 : 4);
      live(node, {.seed = seed, .restarts = static_cast<int>(seed % 4)});
    }
    expect_clean(*store);
    StoreImage image(*store);
    image.trim_all();
    expect_clean(image);
  }
}

TEST(CleanStore, HasNoFindingsInRocksDb) {
  const persistence::ScratchDirectory scratch;
  const persistence::StoreOptions options{.durability = persistence::Durability::relaxed,
                                          .shards = 3};
  {
    const auto store = persistence::open_rocksdb_store(scratch / "store", options);
    ASSERT_TRUE(store);
    ShopNode node(**store, 4);
    live(node, {.seed = 99, .steps = 300, .restarts = 2});
  }
  const auto store = persistence::open_rocksdb_store(scratch / "store", options);
  ASSERT_TRUE(store);
  expect_clean(**store);
}

TEST(CleanStore, IsReportedWithItsTotals) {
  const auto store = persistence::make_memory_store(2);
  {
    ShopNode node(*store);
    live(node, {.seed = 7, .steps = 0, .members = 2});
    node.must("purchase",
              {{"member", "m0"}, {"key", "1"}, {"amount", 10'000}, {"partner", "hotel"}});
    node.must("redeem", {{"member", "m0"}, {"key", "2"}, {"offer", "spa"}});
    node.must("credit_points", {{"member", "m1"}, {"key", "3"}, {"points", 7}});
    node.must("get_partner_position", {{"partner", "hotel"}});  // waits for the effects
    node.advance_days(366);
  }
  const auto report = verify(*store, {});
  ASSERT_TRUE(report);
  ASSERT_TRUE(report->ok) << words(*report);
  ASSERT_EQ(report->programs.size(), 1U);
  const ProgramTotals& shop = report->programs.front();
  EXPECT_EQ(shop.members, 2U);
  const auto points = std::find_if(shop.currencies.begin(), shop.currencies.end(),
                                   [](const auto& line) { return line.currency == "points"; });
  ASSERT_NE(points, shop.currencies.end());
  EXPECT_EQ(points->credited.value, 107);
  EXPECT_EQ(points->debited.value, 45);
  EXPECT_EQ(points->expired.value, 62);
  EXPECT_EQ(points->outstanding.value, 0);
  ASSERT_EQ(shop.partners.size(), 1U);
  EXPECT_EQ(shop.partners.front().accrued.value, 200);  // 100 points and 100 stars
  EXPECT_EQ(shop.partners.front().redeemed.value, 45);
  EXPECT_EQ(shop.partners.front().accruals.value, 150 + 50);
  EXPECT_EQ(shop.partners.front().redemptions.value, 45);
  EXPECT_EQ(shop.partners.front().under_way, 0U);
}

TEST(CleanStore, MayHaveEffectsUnderWay) {
  const auto store = persistence::make_memory_store(3);
  {
    ShopNode node(*store);
    live(node, {.seed = 7});
    node.must("get_partner_position", {{"partner", "hotel"}});
  }
  StoreImage image(*store);
  ASSERT_TRUE(drop_last(image, "x:shop:hotel"));
  const auto before = verify(*store, {});
  const auto after = verify(image, {});
  ASSERT_TRUE(before && after);
  EXPECT_TRUE(after->ok) << words(*after);
  EXPECT_EQ(before->programs.front().partners.front().under_way, 0U);
  EXPECT_GT(after->programs.front().partners.front().under_way, 0U);
}

TEST(CleanStore, CanBeAskedAboutOneProgramOnly) {
  const auto store = persistence::make_memory_store(2);
  {
    ShopNode node(*store);
    live(node, {.seed = 3, .steps = 30});
  }
  const auto one = verify(*store, {.program = "shop", .progress = {}});
  const auto none = verify(*store, {.program = "nothing", .progress = {}});
  ASSERT_TRUE(one && none);
  EXPECT_TRUE(one->ok && none->ok) << words(*one) << words(*none);
  EXPECT_GT(one->entities, 5U);
  EXPECT_EQ(none->entities, 0U);
}

TEST(CleanStore, MayBeEmpty) {
  const auto store = persistence::make_memory_store(3);
  const auto report = verify(*store, {});
  ASSERT_TRUE(report);
  EXPECT_TRUE(report->ok) << words(*report);
}

}  // namespace
}  // namespace loyalty::audit
