// SPDX-License-Identifier: Apache-2.0
#include "actors/entity_table.hpp"

#include <gtest/gtest.h>

#include <random>
#include <set>

namespace loyalty::actors {
namespace {

using std::chrono::seconds;

std::vector<std::string> in_order(const EntityTable& table) {
  std::vector<std::string> keys;
  for (const Slot* slot : table.in_order_of_use()) keys.push_back(slot->key);
  return keys;
}

TEST(EntityTable, FindsWhatWasAddedAndNotDropped) {
  std::mt19937 random(7);
  EntityTable table;
  std::set<std::string> expected;
  const auto some_key = [&] { return "m:shop:" + std::to_string(random() % 2000); };
  for (int i = 0; i < 20'000; ++i) {
    const std::string key = some_key();
    Slot* slot = table.find(key);
    ASSERT_EQ(slot != nullptr, expected.count(key) > 0) << key;
    if (slot == nullptr) {
      EXPECT_EQ(table.add(key).key, key);
      expected.insert(key);
    } else {
      EXPECT_EQ(slot->key, key);
      if (random() % 2 == 0) {
        table.drop(*slot);
        expected.erase(key);
      }
    }
    ASSERT_EQ(table.size(), expected.size());
  }
  for (int i = 0; i < 2000; ++i) {
    const std::string key = "m:shop:" + std::to_string(i);
    EXPECT_EQ(table.find(key) != nullptr, expected.count(key) > 0) << key;
  }
}

TEST(EntityTable, LeavesASlotWhereItIs) {
  EntityTable table;
  Slot* const first = &table.add("first");
  for (int i = 0; i < 1000; ++i) table.add(std::to_string(i));
  for (int i = 0; i < 1000; i += 2) table.drop(*table.find(std::to_string(i)));
  EXPECT_EQ(table.find("first"), first);
}

TEST(EntityTable, OrdersByTheLastUseAsFarAsUsesLieApart) {
  const Slot::Time begin{seconds(1'000'000)};
  EntityTable table;
  for (const std::string key : {"a", "b", "c"}) table.touch(table.add(key), begin);
  EXPECT_EQ(in_order(table), (std::vector<std::string>{"a", "b", "c"}));
  table.touch(*table.find("a"), begin + seconds(1));
  EXPECT_EQ(in_order(table), (std::vector<std::string>{"a", "b", "c"})) << "a moment later";
  EXPECT_EQ(table.find("a")->last_used, begin + seconds(1));
  table.touch(*table.find("a"), begin + EntityTable::order_interval);
  EXPECT_EQ(in_order(table), (std::vector<std::string>{"b", "c", "a"}));
  table.drop(*table.find("c"));
  EXPECT_EQ(in_order(table), (std::vector<std::string>{"b", "a"}));
}

}  // namespace
}  // namespace loyalty::actors
