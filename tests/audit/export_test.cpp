// SPDX-License-Identifier: Apache-2.0
#include "audit/export.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "persistence/memory_store.hpp"
#include "persistence/rocksdb_store.hpp"
#include "tests/actors/node_fixture.hpp"
#include "tests/audit/edits.hpp"
#include "tests/audit/shop_node.hpp"
#include "tests/audit/store_image.hpp"
#include "tests/persistence/scratch_directory.hpp"

namespace loyalty::audit {
namespace {

using testing::HasSubstr;

std::vector<std::string> lines_of(persistence::Store& store, const std::string& program = {}) {
  std::vector<std::string> lines;
  const auto done =
      export_store(store, {.program = program, .progress = {}}, [&](std::string_view line) {
        lines.emplace_back(line);
        return true;
      });
  if (!done) ADD_FAILURE() << done.error().message;
  return lines;
}

std::vector<std::string> exported(persistence::ShardId shards, std::size_t active, Life life) {
  const auto store = persistence::make_memory_store(shards);
  {
    ShopNode node(*store, active);
    live(node, life);
  }
  return lines_of(*store);
}

TEST(Export, IsTheSameWhateverTheShardsTheSnapshotsAndTheRestarts) {
  for (std::uint64_t seed = 1; seed <= 6; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    const auto expected = exported(1, 100'000, {.seed = seed});
    EXPECT_GT(expected.size(), 100U);
    EXPECT_EQ(exported(4, 100'000, {.seed = seed}), expected);
    EXPECT_EQ(exported(7, 3, {.seed = seed, .restarts = 3}), expected);
  }
}

TEST(Export, IsTheSameFromAnotherBackend) {
  const persistence::ScratchDirectory scratch;
  const persistence::StoreOptions options{.durability = persistence::Durability::relaxed,
                                          .shards = 16};
  const auto store = persistence::open_rocksdb_store(scratch / "store", options);
  ASSERT_TRUE(store);
  {
    ShopNode node(**store, 20);
    live(node, {.seed = 11, .restarts = 1});
  }
  EXPECT_EQ(lines_of(**store), exported(5, 100'000, {.seed = 11}));
}

TEST(Export, BeginsWithItsFormatAndGoesByProgramKindAndId) {
  const auto lines = exported(3, 100'000, {.seed = 2, .steps = 20});
  EXPECT_EQ(actors::text_at(lines.front(), "format"), "loyalty-export");
  EXPECT_EQ(actors::number_at(lines.front(), "version"), 1);
  std::vector<std::string> members;
  for (const auto& line : lines) {
    const auto member = actors::text_at(line, "member");
    if (member && actors::number_at(line, "state.sequence")) members.push_back(*member);
  }
  EXPECT_EQ(members.size(), 8U);
  EXPECT_TRUE(std::is_sorted(members.begin(), members.end()));
  EXPECT_EQ(actors::text_at(lines[1], "entity"), "program");
  EXPECT_EQ(actors::text_at(lines[1], "state.definition.time_zone"), "America/Los_Angeles");
}

TEST(Export, TellsEachRecordByName) {
  const auto store = persistence::make_memory_store(2);
  {
    ShopNode node(*store);
    live(node, {.seed = 5, .steps = 0, .members = 1});
    node.must("purchase",
              {{"member", "m0"}, {"key", "till-1"}, {"amount", 10'000}, {"partner", "hotel"}});
    (void)node.call("redeem", {{"member", "m0"}, {"key", "till-2"}, {"offer", "jacket"}});
  }
  const auto lines = lines_of(*store);
  const auto of_key = [&](const std::string& key) {
    const auto found = std::find_if(lines.begin(), lines.end(), [&](const std::string& line) {
      return actors::text_at(line, "key") == key;
    });
    return found == lines.end() ? std::string() : *found;
  };
  const std::string purchase = of_key("till-1");
  EXPECT_EQ(actors::text_at(purchase, "member"), "m0");
  EXPECT_EQ(actors::number_at(purchase, "record"), 2);
  EXPECT_EQ(actors::number_at(purchase, "outcome.result.balances.points"), 100);
  EXPECT_THAT(purchase, HasSubstr("journal_recorded"));
  EXPECT_THAT(purchase, HasSubstr("hotel"));
  EXPECT_EQ(actors::text_at(of_key("till-2"), "outcome.refusal.code"), "INSUFFICIENT_POINTS");
  EXPECT_EQ(actors::number_at(lines[lines.size() - 3], "state.entries"), 2);
  EXPECT_EQ(actors::text_at(lines.back(), "entry.member"), "m0");
}

TEST(Export, CountsEffectsThatAreUnderWay) {
  const auto store = persistence::make_memory_store(3);
  {
    ShopNode node(*store);
    live(node, {.seed = 7});
    node.must("get_partner_position", {{"partner", "hotel"}});
  }
  StoreImage image(*store);
  const auto expected = lines_of(image);
  ASSERT_TRUE(drop_last(image, "x:shop:hotel"));
  EXPECT_EQ(lines_of(image), expected);
  while (drop_last(image, "x:shop:hotel")) continue;
  EXPECT_EQ(lines_of(image), expected);
}

TEST(Export, CanBeLimitedToOneProgram) {
  const auto store = persistence::make_memory_store(2);
  {
    ShopNode node(*store);
    live(node, {.seed = 3, .steps = 10});
  }
  EXPECT_EQ(lines_of(*store, "shop"), lines_of(*store));
  EXPECT_EQ(lines_of(*store, "nothing").size(), 1U);
}

TEST(Export, StopsWhenItsLinesAreNotTaken) {
  const auto store = persistence::make_memory_store(2);
  {
    ShopNode node(*store);
    live(node, {.seed = 3, .steps = 10});
  }
  int taken = 0;
  const auto done = export_store(*store, {}, [&](std::string_view) { return ++taken < 5; });
  ASSERT_TRUE(done);
  EXPECT_FALSE(*done);
  EXPECT_EQ(taken, 5);
}

TEST(Export, RefusesWhatDoesNotAddUp) {
  const auto store = persistence::make_memory_store(2);
  {
    ShopNode node(*store, 2);
    live(node, {.seed = 3});
  }
  StoreImage image(*store);
  for (auto& shard : image.content) shard.segments.clear();
  const auto done = export_store(image, {}, [](std::string_view) { return true; });
  ASSERT_FALSE(done);
  EXPECT_EQ(done.error().kind, persistence::StoreFault::Kind::damaged);
  EXPECT_THAT(done.error().message, HasSubstr("I4"));
}

}  // namespace
}  // namespace loyalty::audit
