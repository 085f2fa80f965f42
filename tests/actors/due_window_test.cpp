// SPDX-License-Identifier: Apache-2.0
#include "actors/due_window.hpp"

#include <gtest/gtest.h>

namespace loyalty::actors {

using Entities = std::vector<std::string>;

TEST(DueWindow, GivesWhatIsDueEarliestFirstAndOnce) {
  DueWindow window;
  window.extend(100);
  window.move({"late", 0, 90});
  window.move({"early", 0, 10});
  window.add({50, "stored"});
  EXPECT_EQ(window.take_due(60), (Entities{"early", "stored"}));
  EXPECT_EQ(window.take_due(60), Entities{});
  EXPECT_EQ(window.next_ms(), 90);
}

TEST(DueWindow, LeavesWhatIsBeyondTheHorizonToTheStore) {
  DueWindow window;
  window.extend(100);
  window.move({"far", 0, 101});
  EXPECT_EQ(window.take_due(1000), Entities{});
  EXPECT_EQ(window.next_ms(), 100) << "then the store is asked again";
}

TEST(DueWindow, FollowsAnEntityThatMoves) {
  DueWindow window;
  window.extend(100);
  window.move({"ada", 0, 10});
  window.move({"ada", 10, 40});
  EXPECT_EQ(window.take_due(20), Entities{});
  window.move({"ada", 40, 0});
  EXPECT_EQ(window.take_due(100), Entities{});
}

}  // namespace loyalty::actors
