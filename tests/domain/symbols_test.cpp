// SPDX-License-Identifier: Apache-2.0
#include "domain/program/symbols.hpp"

#include <gtest/gtest.h>

#include <cstdint>
#include <string>

namespace loyalty::domain {
namespace {

std::string name_of(int i) { return "name-" + std::to_string(i); }

TEST(Symbols, NumbersNamesInOrderOfFirstUseWithinTheirKind) {
  Symbols symbols;
  EXPECT_EQ(symbols.find("tier", "gold"), 0U);
  EXPECT_EQ(symbols.intern("tier", "gold"), 1U);
  EXPECT_EQ(symbols.intern("rule", "gold"), 2U);
  EXPECT_EQ(symbols.intern("tier", "gold"), 1U);
  EXPECT_EQ(symbols.find("rule", "gold"), 2U);
  EXPECT_EQ(symbols.find("tie", "rgold"), 0U);
  EXPECT_EQ(symbols.find("tier", ""), 0U);
  EXPECT_EQ(symbols.name(2), "gold");
  EXPECT_EQ(symbols.name(0), "");
  EXPECT_EQ(symbols.name(3), "");
}

TEST(Symbols, FindsEachOfManyAlsoInACopyAndWhenIndexedAnew) {
  constexpr int count = 1'000;
  Symbols symbols;
  for (int i = 1; i <= count; ++i) symbols.intern(i % 2 == 0 ? "tier" : "rule", name_of(i));
  Symbols copy = symbols;
  copy.reindex();
  for (const Symbols* all : {&symbols, &copy}) {
    for (int i = 1; i <= count; ++i) {
      const auto number = static_cast<std::uint32_t>(i);
      ASSERT_EQ(all->find(i % 2 == 0 ? "tier" : "rule", name_of(i)), number);
      ASSERT_EQ(all->find(i % 2 == 0 ? "rule" : "tier", name_of(i)), 0U);
      ASSERT_EQ(all->name(number), name_of(i));
    }
  }
}

}  // namespace
}  // namespace loyalty::domain
