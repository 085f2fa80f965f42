// SPDX-License-Identifier: Apache-2.0
#include "cli/latency.hpp"

#include <gtest/gtest.h>

namespace loyalty::cli {
namespace {

using namespace std::chrono_literals;

void expect_near(std::chrono::nanoseconds found, std::chrono::nanoseconds wanted) {
  EXPECT_NEAR(static_cast<double>(found.count()), static_cast<double>(wanted.count()),
              0.006 * static_cast<double>(wanted.count()));
}

TEST(Latency, KnowsItsQuantilesWithinAHalfPercent) {
  Latency latency;
  for (int i = 1; i <= 10'000; ++i) latency.record(i * 1us);
  EXPECT_EQ(latency.count(), 10'000);
  EXPECT_EQ(latency.max(), 10ms);
  expect_near(latency.quantile(0.5), 5ms);
  expect_near(latency.quantile(0.9), 9ms);
  expect_near(latency.quantile(0.99), 9900us);
  expect_near(latency.quantile(0.999), 9990us);
}

TEST(Latency, HoldsWhatIsOutOfItsAxis) {
  Latency latency;
  latency.record(300ns);
  latency.record(100s);
  EXPECT_LE(latency.quantile(0.5), 1us);
  EXPECT_EQ(latency.quantile(0.99), 100s);
}

TEST(Latency, IsZeroWhenNothingWasMeasured) { EXPECT_EQ(Latency().quantile(0.99), 0ns); }

TEST(Latency, OfOneCallIsThatCallInEveryQuantile) {
  Latency latency;
  latency.record(3ms);
  expect_near(latency.quantile(0.0), 3ms);
  expect_near(latency.quantile(1.0), 3ms);
}

}  // namespace
}  // namespace loyalty::cli
