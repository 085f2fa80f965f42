// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <string>

#include "tests/cluster/simulator/world.hpp"

/// Three nodes, six shards, five clients and everything that can happen to them, from a seed
/// (promises.md T3). A seed that fails is the report: LOYALTY_SEED=N runs it alone, and
/// LOYALTY_SEEDS=N so many of each story.
namespace loyalty::cluster::simulator {
namespace {

std::uint64_t from_environment(const char* name, std::uint64_t otherwise) {
  const char* const text = std::getenv(name);
  return text != nullptr ? std::strtoull(text, nullptr, 10) : otherwise;
}

void live_through(Story story, std::uint64_t seeds) {
  const std::uint64_t only = from_environment("LOYALTY_SEED", 0);
  seeds = from_environment("LOYALTY_SEEDS", seeds);
  Outcome all;
  std::uint64_t runs = 0;
  for (std::uint64_t seed = only == 0 ? 1 : only; runs < (only == 0 ? seeds : 1); ++seed, ++runs) {
    const Outcome one = run(story, seed);
    all.done += one.done;
    all.faults += one.faults;
    all.failovers += one.failovers;
    ASSERT_THAT(one.violations, testing::IsEmpty()) << "seed " << seed;
  }
  testing::Test::RecordProperty("done", static_cast<int>(all.done));
  // A run in which little happened shows nothing.
  EXPECT_GT(all.done, 50 * runs);
  EXPECT_GT(all.faults, 10 * runs);
  EXPECT_GT(all.failovers, runs);
}

TEST(Simulator, NothingAcknowledgedIsLostWhereReplicasConfirm) {
  live_through(Story::replicated, 800);
}

TEST(Simulator, WhatRedisForgetsIsMendedWhileShardsMoveAndTheirOwnersLive) {
  live_through(Story::moving, 600);
}

TEST(Simulator, NobodyWritesWhereHeMayNotWhateverHappens) { live_through(Story::wild, 600); }

TEST(Simulator, TheSameSeedGivesTheSameRun) {
  for (std::uint64_t seed = 1; seed <= 10; ++seed) {
    const Outcome one = run(Story::replicated, seed);
    const Outcome other = run(Story::replicated, seed);
    EXPECT_EQ(one.done, other.done);
    EXPECT_EQ(one.faults, other.faults);
  }
}

}  // namespace
}  // namespace loyalty::cluster::simulator
