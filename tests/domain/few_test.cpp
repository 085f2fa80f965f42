// SPDX-License-Identifier: Apache-2.0
#include "domain/few.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <stdexcept>
#include <string_view>
#include <utility>

namespace loyalty::domain {
namespace {

using testing::ElementsAre;
using Numbers = Few<int, 2>;

Numbers first(int count) {
  Numbers numbers;
  for (int i = 1; i <= count; ++i) numbers.push_back(i);
  return numbers;
}

TEST(Few, KeepItsOrderBeyondWhatIsKeptInPlace) {
  EXPECT_TRUE(first(0).empty());
  EXPECT_THAT(first(2), ElementsAre(1, 2));
  EXPECT_THAT(first(3), ElementsAre(1, 2, 3));
  EXPECT_EQ(first(12).back(), 12);
  EXPECT_EQ(first(12).size(), 12U);
}

TEST(Few, ACopyIsItsOwn) {
  for (const int count : {0, 1, 2, 3, 9}) {
    const Numbers original = first(count);
    Numbers copy = original;
    EXPECT_EQ(copy, original) << count;
    copy.push_back(100);
    EXPECT_EQ(original, first(count)) << count;
  }
}

TEST(Few, WhatWasMovedAwayIsEmptyAndOfUse) {
  for (const int count : {0, 1, 2, 3, 9}) {
    Numbers from = first(count);
    Numbers to = std::move(from);
    EXPECT_EQ(to, first(count)) << count;
    from = first(1);  // NOLINT(bugprone-use-after-move): that is the question
    from.push_back(2);
    EXPECT_THAT(from, ElementsAre(1, 2)) << count;
  }
}

TEST(Few, AnAssignmentReplacesFewByManyAndBack) {
  Numbers numbers = first(2);
  numbers = first(5);
  EXPECT_EQ(numbers, first(5));
  numbers = first(1);
  EXPECT_EQ(numbers, first(1));
}

TEST(Few, AnElementCanBeAddedAgainWhileTheListGrows) {
  Numbers numbers = first(2);
  for (int i = 0; i < 20; ++i) numbers.push_back(numbers.front());
  EXPECT_EQ(numbers.back(), 1);
  EXPECT_EQ(numbers.size(), 22U);
}

TEST(Few, HoldsNamesWithValues) {
  Few<std::pair<std::string_view, int>, 4> named{{"a", 1}, {"b", 2}};
  named.emplace_back("c", 3);
  EXPECT_EQ(named.at(2).first, "c");
  EXPECT_THROW(named.at(3), std::out_of_range);
}

}  // namespace
}  // namespace loyalty::domain
