// SPDX-License-Identifier: Apache-2.0
#include "domain/member/settle.hpp"
#include "tests/support/story.hpp"

/// What a member is: segments, frozen, thawed, closed.
namespace loyalty::domain {
namespace {

using support::find;
using support::Story;
using Code = RefusalCode;

TEST(Segments, AreReplacedSortedAndEachOnce) {
  Story story;
  story.given(SetSegments{.segments = {"vip", "staff", "vip"}}).then_facts({"segments_changed"});
  EXPECT_EQ(story.result<StandingResult>().segments, (std::vector<std::string>{"staff", "vip"}));
  story.given(SetSegments{.segments = {"staff", "vip"}}).then_facts({});
  story.given(SetSegments{}).then_facts({"segments_changed"});
  EXPECT_TRUE(story.member().segments.empty());
}

TEST(Segments, AreAtMost64NamesOfAtMost64Bytes) {
  Story story;
  std::vector<std::string> many;
  for (int i = 0; i < 65; ++i) many.push_back("s" + std::to_string(i));
  story.when(SetSegments{.segments = many}).then_refused(Code::invalid_param, "segments");
  many.pop_back();
  story.when(SetSegments{.segments = many}).then_accepted();
  story.when(SetSegments{.segments = {""}}).then_refused(Code::invalid_param, "segments");
  story.when(SetSegments{.segments = {std::string(65, 's')}});
  story.then_refused(Code::invalid_param, "segments");
}

TEST(Frozen, MembersAreRefusedUntilTheyAreThawed) {
  Story story;
  story.given(CreditPoints{.points = 100});
  story.given(FreezeMember{.reason = "card stolen"}).then_facts({"member_status_changed"});
  for (const MemberCommand& command :
       {MemberCommand(Purchase{.amount = 100}), MemberCommand(Redeem{.offer = "mug"}),
        MemberCommand(CreditPoints{.points = 1}), MemberCommand(SetSegments{}),
        MemberCommand(EnrollInPromotion{.promotion = "latte"}), MemberCommand(AssessTier{}),
        MemberCommand(FreezeMember{.reason = "again"})}) {
    story.when(command).then_refused(Code::member_not_active, "member");
  }
  story.then_balance("points", 100);
  story.given(ThawMember{}).when(Purchase{.amount = 100}).then_accepted();
  story.when(ThawMember{}).then_refused(Code::not_eligible, "member");
}

TEST(Frozen, MembersStillAge) {
  Story story;
  story.at("2026-03-10 12:00").given(CreditPoints{.points = 100}).given(Review{});
  story.given(FreezeMember{.reason = "card stolen"});
  story.at("2026-03-11 00:00").wake().then_balance("points", 150);
  story.at("2027-03-10 00:00").wake().then_balance("points", 0);
}

TEST(Closing, TurnsTheBalanceIntoBreakageAndCancelsWhatIsToCome) {
  auto program = support::shop();
  find(program.currencies, "points").escrow_days = 14;
  Story story(program);
  story.at("2026-03-10 12:00").given(CreditPoints{.points = 100});
  story.given(Purchase{.amount = 5'000}).given(Review{});
  story.given(CloseMember{.reason = "on request"});
  story.then_facts({"escrow_cancelled", "scheduled_cancelled", "points_expired", "qualifying_reset",
                    "member_status_changed", "benefit_ended"});
  story.then_balance("points", 0).then_balance("stars", 0).then_benefits({});
  EXPECT_EQ(story.facts<PointsExpired>().at(0).points, Points{100});
  EXPECT_EQ(story.result<StandingResult>().status, MemberStatus::closed);
  story.at("2026-04-10 12:00").wake().then_balance("points", 0);
  EXPECT_EQ(next_due(story.member(), story.catalogue(), {}), never);
}

TEST(Closing, IsForGood) {
  Story story;
  story.given(CloseMember{.reason = "on request"});
  for (const MemberCommand& command :
       {MemberCommand(Purchase{.amount = 100}), MemberCommand(ThawMember{}),
        MemberCommand(CloseMember{.reason = "again"}), MemberCommand(EnrollMember{})}) {
    story.when(command).then_refused(Code::member_not_active, "member");
  }
}

TEST(Closing, GoesForFrozenMembersToo) {
  Story story;
  story.given(CreditPoints{.points = 100}).given(FreezeMember{.reason = "fraud"});
  story.given(CloseMember{.reason = "fraud"}).then_balance("points", 0);
}

TEST(Closing, ReleasesHoldsFirst) {
  Story story;
  story.given(CreditPoints{.points = 100}).given(HoldPoints{.points = 60});
  story.given(CloseMember{.reason = "on request"});
  EXPECT_EQ(story.facts<PointsExpired>().at(0).points, Points{100});
  EXPECT_TRUE(story.member().set_aside.empty());
}

TEST(Closing, KeepsArrearsOnRecord) {
  auto program = support::shop();
  find(program.currencies, "points").negative_limits = {{"silver", 200}};
  Story story(program);
  story.given(DebitPoints{.points = 150}).given(CloseMember{.reason = "gone"});
  story.then_balance("points", -150);
}

TEST(Closing, TakesNoNewTiersOrBenefits) {
  auto program = support::shop();
  Story story(program);
  story.at("2026-03-10 12:00").given(CreditPoints{.currency = "stars", .points = 600});
  story.given(CloseMember{.reason = "gone"});
  find(program.tier_groups.front().tiers, "gold").thresholds.front().minimum = 1;
  story.change(program);
  story.at("2028-01-01 00:00").wake().then_benefits({});
}

TEST(Standing, NeedsAReasonWhereItEndsSomething) {
  Story story;
  story.when(FreezeMember{}).then_refused(Code::invalid_param, "reason");
  story.when(CloseMember{}).then_refused(Code::invalid_param, "reason");
  story.when(FreezeMember{.reason = "x", .actor = std::string(65, 'a')});
  story.then_refused(Code::invalid_param, "actor");
}

}  // namespace
}  // namespace loyalty::domain
