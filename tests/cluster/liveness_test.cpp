// SPDX-License-Identifier: Apache-2.0
#include "cluster/liveness.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace loyalty::cluster {
namespace {

using testing::ElementsAre;
using testing::Field;
using testing::IsEmpty;

class Pulse : public testing::Test {
 protected:
  Pulse() {
    view_.nodes = {{.name = "a", .incarnation = {1, 1}, .state = NodeState::up},
                   {.name = "b", .incarnation = {2, 1}, .state = NodeState::up}};
  }

  /// A look, a second after the last; b's heart beats or not.
  std::vector<NodeRecord> look(bool beats, std::chrono::milliseconds later = heartbeat) {
    now_ += later;
    ++view_.nodes[0].heartbeat;
    view_.nodes[1].heartbeat += beats;
    return liveness_.judge(view_, "a", now_);
  }

  static constexpr std::chrono::milliseconds heartbeat{1000};
  Liveness liveness_{Timings{}};
  View view_;
  Liveness::Time now_{};
};

TEST_F(Pulse, WhoseHeartBeatsIsAlive) {
  for (int i = 0; i < 20; ++i) EXPECT_THAT(look(true), IsEmpty());
}

TEST_F(Pulse, FiveLooksWithoutABeatAreTheEnd) {
  look(true);
  for (int i = 0; i < 4; ++i) EXPECT_THAT(look(false), IsEmpty());
  EXPECT_THAT(look(false), ElementsAre(Field(&NodeRecord::name, "b")));
}

TEST_F(Pulse, OneBeatBeginsTheCountAnew) {
  look(true);
  for (int i = 0; i < 4; ++i) look(false);
  look(true);
  for (int i = 0; i < 4; ++i) EXPECT_THAT(look(false), IsEmpty());
}

TEST_F(Pulse, ABrokenLinkShortensTheWaitAndDecidesNothing) {
  look(true);
  liveness_.hint({2, 1});
  EXPECT_THAT(look(true), IsEmpty()) << "perhaps it was before";
  EXPECT_THAT(look(true), IsEmpty()) << "it was the link";
  EXPECT_THAT(look(false), IsEmpty());
  EXPECT_THAT(look(false), IsEmpty()) << "the beat has refuted the hint";
  liveness_.hint({2, 1});
  EXPECT_THAT(look(false), ElementsAre(Field(&NodeRecord::name, "b")));
}

TEST_F(Pulse, ABeatFromBeforeTheLinkBrokeDoesNotRefuteTheHint) {
  look(true);
  liveness_.hint({2, 1});
  EXPECT_THAT(look(true), IsEmpty()) << "it beat after the last look, and then it died";
  EXPECT_THAT(look(false), IsEmpty());
  EXPECT_THAT(look(false), ElementsAre(Field(&NodeRecord::name, "b")));
}

TEST_F(Pulse, LooksInQuickSuccessionCountOnce) {
  look(true);
  for (int i = 0; i < 30; ++i) EXPECT_THAT(look(false, std::chrono::milliseconds(10)), IsEmpty());
}

TEST_F(Pulse, TimeWithoutALookCountsForNothing) {
  look(true);
  EXPECT_THAT(look(false, std::chrono::hours(1)), IsEmpty()) << "the store was away";
}

TEST_F(Pulse, ANodeNeverJudgesItselfNorTheDead) {
  view_.nodes[1].state = NodeState::dead;
  for (int i = 0; i < 10; ++i) {
    now_ += heartbeat;
    EXPECT_THAT(liveness_.judge(view_, "a", now_), IsEmpty());
  }
}

TEST_F(Pulse, AnotherIncarnationIsAnotherNode) {
  look(true);
  for (int i = 0; i < 4; ++i) look(false);
  view_.nodes[1].incarnation = {3, 1};
  EXPECT_THAT(look(false), IsEmpty());
  EXPECT_EQ(liveness_.silent_since({2, 1}), nullptr);
}

TEST_F(Pulse, SilenceIsMeasuredFromWhenTheCounterWasFirstSeenWhereItIs) {
  look(true);
  const auto moved = now_;
  look(false);
  look(false);
  ASSERT_NE(liveness_.silent_since({2, 1}), nullptr);
  EXPECT_EQ(*liveness_.silent_since({2, 1}), moved);
}

}  // namespace
}  // namespace loyalty::cluster
