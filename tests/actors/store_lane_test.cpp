// SPDX-License-Identifier: Apache-2.0
#include "actors/store_lane.hpp"

#include <future>

#include "tests/actors/node_fixture.hpp"

namespace loyalty::actors {
namespace {

/// Jobs that load, on a lane that takes every failure for a silence.
class Lane : public testing::Test {
 protected:
  struct Outcomes {
    std::mutex mutex;
    std::vector<std::string> list;
  };

  void load(const std::string& name) {
    lane_->read([this, name](persistence::Store& store) {
      const auto found = store.load(0, std::vector{name});
      const std::lock_guard lock(outcomes_.mutex);
      outcomes_.list.push_back(name + (found ? ": found" : ": " + found.error().message));
    });
  }
  /// After what was asked for before.
  std::vector<std::string> outcomes() {
    std::promise<void> reached;
    lane_->read([&](persistence::Store&) { reached.set_value(); });
    reached.get_future().wait();
    const std::lock_guard lock(outcomes_.mutex);
    return outcomes_.list;
  }

  ScriptedStore store_{1};
  Outcomes outcomes_;
  std::optional<ThreadedStoreLane> lane_{std::in_place, store_, std::chrono::milliseconds(0)};
};

TEST_F(Lane, ReadsBehindOneThatWaitedInVainAreRefusedWithIt) {
  store_.hold_loads();
  store_.fail_loads(100);
  for (const auto* name : {"a", "b", "c"}) load(name);
  store_.wait_for_held_load();
  load("d");
  store_.let_loads_pass();
  const std::string silent = ": the store does not answer";
  EXPECT_THAT(outcomes(),
              testing::ElementsAre("a: scripted", "b" + silent, "c" + silent, "d" + silent));
  EXPECT_EQ(store_.loads(), 1U) << "the silence is waited for once";
  store_.fail_loads(0);
  load("e");
  EXPECT_EQ(outcomes().back(), "e: found") << "the next one asks the store again";
}

TEST_F(Lane, AQuickFailureIsNoSilence) {
  lane_.emplace(store_, std::chrono::hours(1));
  store_.hold_loads();
  store_.fail_loads(1);
  load("a");
  load("b");
  store_.wait_for_held_load();
  store_.let_loads_pass();
  EXPECT_THAT(outcomes(), testing::ElementsAre("a: scripted", "b: found"));
}

TEST_F(Lane, AJobThatWaitedInVainDoesNotWaitASecondTime) {
  store_.fail_loads(2);
  lane_->read([this](persistence::Store& store) {
    for (const auto* name : {"a", "b"}) (void)store.load(0, std::vector<std::string>{name});
    const std::lock_guard lock(outcomes_.mutex);
    outcomes_.list.emplace_back("done");
  });
  outcomes();
  EXPECT_EQ(store_.loads(), 1U);
}

TEST_F(Lane, WhatWaitsWhenItEndsIsDropped) {
  store_.hold_loads();
  for (const auto* name : {"a", "b", "c"}) load(name);
  store_.wait_for_held_load();
  lane_->close();
  store_.let_loads_pass();
  lane_.reset();
  EXPECT_THAT(outcomes_.list, testing::ElementsAre("a: found"));
}

TEST_F(Lane, AGroupIsToldWhenAllOfItHasBeenCalledBack) {
  std::mutex mutex;
  std::condition_variable changed;
  std::size_t answered = 0;
  std::vector<std::size_t> answered_when_told;
  lane_.emplace(store_, std::chrono::milliseconds(0), [&] {
    const std::lock_guard lock(mutex);
    answered_when_told.push_back(answered);
    changed.notify_one();
  });
  const auto commit = [&] {
    lane_->commit({}, [&](const persistence::CommitResult&, const persistence::Commit&) {
      const std::lock_guard lock(mutex);
      ++answered;
    });
  };
  const auto wait_for_groups = [&](std::size_t count) {
    std::unique_lock lock(mutex);
    changed.wait(lock, [&] { return answered_when_told.size() == count; });
  };
  store_.hold_commits();
  commit();
  store_.wait_for_held_commit();
  for (int i = 0; i < 3; ++i) commit();
  store_.let_commits_pass();
  wait_for_groups(2);
  commit();  // fewer than the last time: written all the same
  wait_for_groups(3);
  EXPECT_THAT(answered_when_told, testing::ElementsAre(1U, 4U, 5U));
  lane_.reset();  // it uses what this test holds
}

TEST_F(Lane, CommitsThatWaitWhenItEndsAreDropped) {
  store_.hold_commits();
  std::atomic<int> answered{0};
  const auto commit = [&] {
    lane_->commit(
        {}, [&](const persistence::CommitResult&, const persistence::Commit&) { ++answered; });
  };
  commit();
  store_.wait_for_held_commit();
  commit();
  lane_->close();
  store_.let_commits_pass();
  lane_.reset();
  EXPECT_EQ(answered, 1);
}

}  // namespace
}  // namespace loyalty::actors
