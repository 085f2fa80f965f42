// SPDX-License-Identifier: Apache-2.0
#include "config/suggestion.hpp"

#include <gtest/gtest.h>

namespace loyalty::config {
namespace {

TEST(Suggestion, IsTheClosestWordWithinAFewEdits) {
  const std::vector<std::string_view> words{"currency", "currencies", "cost", "near", "id"};
  EXPECT_EQ(closest("curency", words), "currency");
  EXPECT_EQ(closest("currencys", words), "currency");
  EXPECT_EQ(closest("costs", words), "cost");
  EXPECT_EQ(closest("nearr", words), "near");
  EXPECT_EQ(closest("ix", words), "id") << "one edit is close even in a short word";
  EXPECT_EQ(closest("colour", words), "");
  EXPECT_EQ(closest("", words), "");
  EXPECT_EQ(closest(std::string(1'000, 'c'), words), "");
}

TEST(Suggestion, IsElseTheListOfAll) {
  EXPECT_EQ(expected_one_of("fied", {"fixed", "activity"}), "did you mean \"fixed\"?");
  EXPECT_EQ(expected_one_of("never", {"fixed", "activity"}), "expected one of fixed, activity");
}

}  // namespace
}  // namespace loyalty::config
