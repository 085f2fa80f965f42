// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>

#include "tests/support/story.hpp"

/// Notices that a reward is near or reachable (domain.md F54). The jacket costs 1,000 points and
/// is near for those who miss 20 or fewer.
namespace loyalty::domain {
namespace {

using support::Story;
using testing::IsEmpty;

CreditPoints credit(std::int64_t points) { return {.points = points}; }
DebitPoints debit(std::int64_t points) { return {.points = points}; }

TEST(RewardNear, IsToldOnceWithWhatIsMissing) {
  Story story;
  story.when(credit(979));
  EXPECT_THAT(story.facts<RewardNear>(), IsEmpty());
  story.when(credit(1));
  ASSERT_EQ(story.facts<RewardNear>().size(), 1U);
  EXPECT_EQ(story.facts<RewardNear>()[0].missing, Points{20});
  EXPECT_EQ(story.catalogue().text(story.facts<RewardNear>()[0].offer), "jacket");
  story.when(credit(19));
  EXPECT_THAT(story.facts<RewardNear>(), IsEmpty());
}

TEST(RewardNear, IsSkippedByThoseWhoReachTheRewardInOneStep) {
  Story story;
  story.when(credit(1'000));
  EXPECT_THAT(story.facts<RewardNear>(), IsEmpty());
  EXPECT_EQ(story.facts<RewardReachable>().size(), 1U);
}

TEST(RewardReachable, IsToldOnce) {
  Story story;
  story.given(credit(999)).when(credit(1));
  EXPECT_EQ(story.facts<RewardReachable>().size(), 1U);
  story.when(credit(500));
  EXPECT_THAT(story.facts<RewardReachable>(), IsEmpty());
}

TEST(RewardNotices, ArmAgainAfterTheZoneIsLeft) {
  Story story;
  story.given(credit(990)).given(debit(100));
  story.when(credit(95));
  EXPECT_EQ(story.facts<RewardNear>().size(), 1U);
  EXPECT_EQ(story.facts<RewardNear>()[0].missing, Points{15});
  story.when(credit(15));
  EXPECT_EQ(story.facts<RewardReachable>().size(), 1U);
  story.when(Redeem{.offer = "jacket"}).then_accepted();
  EXPECT_THAT(story.facts<RewardNear>(), IsEmpty());
  story.when(credit(1'000));
  EXPECT_EQ(story.facts<RewardReachable>().size(), 1U);
}

TEST(RewardNotices, ComeWithWhatIsDueTooAtItsTime) {
  Story story;
  story.at("2026-03-10 12:00").given(credit(940)).given(Review{});
  story.at("2026-03-15 12:00").wake();
  ASSERT_EQ(story.facts<RewardNear>().size(), 1U);
  EXPECT_EQ(story.time_of<RewardNear>(), "2026-03-11 00:00");
}

TEST(RewardNotices, AreNotMadeForOffersWithoutAZone) {
  Story story;
  story.when(credit(100)).then_facts({"journal_recorded", "points_credited"});
}

}  // namespace
}  // namespace loyalty::domain
