// SPDX-License-Identifier: Apache-2.0
#include "domain/member/tiers.hpp"
#include "tests/support/story.hpp"

/// Tiers given by hand, and tiers that follow from a changed program (domain.md F33, F35, F37).
namespace loyalty::domain {
namespace {

using support::find;
using support::Story;
using Code = RefusalCode;

CreditPoints stars(std::int64_t points) { return {.currency = "stars", .points = points}; }

OverrideTier to(const char* tier, const char* until) {
  return {.tier = tier, .until = until, .reason = "by the manager"};
}

TEST(TierOverride, HoldsUntilItsDayAndIsThenAssessed) {
  Story story;
  story.at("2026-03-10 12:00").given(to("platinum", "2026-06-01")).then_tier("platinum");
  story.then_facts({"tier_overridden", "benefit_ended", "benefit_granted", "benefit_granted",
                    "benefit_granted"});
  EXPECT_EQ(story.tier_expires(), "2026-06-01 00:00");
  EXPECT_EQ(story.result<TierResult>().tier_changes.at(0).to, "platinum");
  EXPECT_TRUE(story.result<TierResult>().tiers.at(0).overridden);
  story.at("2026-05-31 23:59").wake().then_tier("platinum");
  story.at("2026-06-01 00:00").wake().then_tier("silver");
}

TEST(TierOverride, IsNotLiftedByPointsBeforeItEnds) {
  Story story;
  story.at("2026-03-10 12:00").given(stars(100)).given(to("silver", "2026-06-01"));
  story.given(stars(600)).then_tier("silver");
  story.given(AssessTier{}).then_tier("silver");
  story.at("2026-06-01 00:00").wake().then_tier("gold").then_balance("stars", 700);
  EXPECT_EQ(story.facts<TierUpgraded>().size(), 1U);
  EXPECT_EQ(story.tier_expires(), "2028-01-01 00:00");
}

TEST(TierOverride, OutlastsTheExpiryOfTheTierThatItReplaces) {
  Story story;
  story.at("2026-03-10 12:00").given(stars(500)).given(to("platinum", "2028-07-01"));
  story.at("2028-01-01 00:00").wake().then_tier("platinum");
  story.at("2028-07-01 00:00").wake().then_tier("silver");
}

TEST(TierOverride, EarnsAtItsRate) {
  Story story;
  story.at("2026-03-10 12:00").given(to("platinum", "2026-06-01"));
  story.given(Purchase{.amount = 1'000}).then_balance("points", 20);
}

TEST(TierOverride, NamesATierOfAGroupAndALaterDay) {
  Story story;
  story.at("2026-03-10 12:00");
  story.when(to("diamond", "2026-06-01")).then_refused(Code::unknown_tier, "tier");
  story.when(to("gold", "2026-03-10")).then_refused(Code::invalid_param, "until");
  story.when(to("gold", "June")).then_refused(Code::invalid_param, "until");
  story.when(OverrideTier{.tier = "gold", .until = "2026-06-01"});
  story.then_refused(Code::invalid_param, "reason");
  story.when(OverrideTier{.group = "x", .tier = "gold", .until = "2026-06-01", .reason = "r"});
  story.then_refused(Code::unknown_tier, "group");
}

TEST(Assessment, OfAnUnknownGroupIsRefused) {
  Story story;
  story.when(AssessTier{.group = "x"}).then_refused(Code::unknown_tier, "group");
  story.when(AssessTier{.group = "club"}).then_accepted().then_facts({});
}

TEST(ChangedThresholds, LiftMembersAtTheirNextMessage) {
  auto program = support::shop();
  Story story(program);
  story.at("2026-03-10 12:00").given(stars(300)).then_tier("silver");
  find(program.tier_groups.front().tiers, "gold").thresholds.front().minimum = 300;
  story.change(program).then_tier("silver");
  story.at("2026-04-10 12:00").when(Purchase{.amount = 1'000});
  story.then_tier("gold").then_balance("points", 15);  // risen before the purchase
  EXPECT_EQ(story.time_of<TierUpgraded>(), "2026-04-10 12:00");
}

TEST(ChangedThresholds, LowerMembersOnlyWhenTheirTierExpires) {
  auto program = support::shop();
  Story story(program);
  story.at("2026-03-10 12:00").given(stars(600)).then_tier("gold");
  find(program.tier_groups.front().tiers, "gold").thresholds.front().minimum = 700;
  story.change(program);
  story.at("2026-04-10 12:00").given(AssessTier{}).then_tier("gold").then_facts({});
  story.at("2027-03-10 12:00").given(stars(650));
  story.at("2028-01-01 00:00").wake().then_tier("silver");
}

TEST(Downgrade, GoesOneStepWhereTheGroupSaysSo) {
  auto program = support::shop();
  program.tier_groups.front().one_step_down = true;
  Story story(program);
  story.at("2026-03-10 12:00").given(stars(1'500)).then_tier("platinum");
  story.at("2028-01-01 00:00").wake().then_tier("gold");
  EXPECT_EQ(story.tier_expires(), "2029-01-01 00:00");
  story.at("2029-01-01 00:00").wake().then_tier("silver");
  EXPECT_EQ(story.tier_expires(), "never");
}

TEST(Reassessment, LowersAtOnceOnlyWhereTheGroupSaysSo) {
  for (const bool says_so : {false, true}) {
    SCOPED_TRACE(says_so);
    auto program = support::shop();
    program.tier_groups.front().reassess_on_return = says_so;
    Story story(program);
    story.at("2026-03-10 12:00").given(stars(500)).then_tier("gold");
    Member member = story.member();
    const MemberContext context{story.catalogue(), {}, story.now()};
    MemberTurn turn(member, context);
    turn.state(PointsClawedBack{.currency = story.catalogue().currency("stars")->id,
                                .points = {1},
                                .uses = {},
                                .qualifying = true});
    reassess(turn, story.catalogue().tier_groups.front());
    EXPECT_EQ(story.catalogue().text(member.tiers.front().tier), says_so ? "silver" : "gold");
    EXPECT_EQ(story.catalogue().text(member.benefits.front()), says_so ? "ground" : "express");
  }
}

TEST(Reassessment, LeavesATierThatIsStillReached) {
  auto program = support::shop();
  program.tier_groups.front().reassess_on_return = true;
  Story story(program);
  story.at("2026-03-10 12:00").given(stars(500));
  Member member = story.member();
  const MemberContext context{story.catalogue(), {}, story.now()};
  MemberTurn turn(member, context);
  reassess(turn, story.catalogue().tier_groups.front());
  EXPECT_TRUE(turn.facts().empty());
}

}  // namespace
}  // namespace loyalty::domain
