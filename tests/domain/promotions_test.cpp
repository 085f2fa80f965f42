// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>

#include "tests/support/story.hpp"

/// Cumulative promotions: enrolment, windows, listing, and the commands on them (domain.md F40,
/// F41, F45).
namespace loyalty::domain {
namespace {

using support::find;
using support::named;
using support::Story;
using testing::ElementsAre;
using testing::IsEmpty;
using Code = RefusalCode;

Purchase lamp(std::int64_t amount) { return {.amount = amount, .category = "lamps"}; }

PromotionListing listing(const Story& story, std::string_view promotion) {
  for (auto& entry : story.ask<PromotionsResult>(ListPromotions{}).promotions) {
    if (entry.progress.promotion == promotion) return entry;
  }
  ADD_FAILURE() << "the list has no " << promotion;
  return {};
}

TEST(Enrolling, StartsAtZeroAndDoesNotAdvance) {
  Story story;
  story.at("2026-02-10 12:00").when(EnrollInPromotion{.promotion = "lamps"});
  story.then_facts({"promotion_enrolled"});
  const auto& progress = story.result<PromotionResult>().progress;
  EXPECT_EQ(progress.completed, 0);
  EXPECT_EQ(progress.remaining, 50'000);
  EXPECT_TRUE(progress.enrolled);
}

TEST(Enrolling, AgainChangesNothing) {
  Story story;
  story.at("2026-02-10 12:00").given(EnrollInPromotion{.promotion = "lamps"});
  story.given(lamp(1'000));
  story.at("2026-03-15 12:00").when(EnrollInPromotion{.promotion = "lamps"});
  story.then_accepted().then_facts({});
  EXPECT_EQ(story.result<PromotionResult>().progress.completed, 1'000);
}

TEST(Enrolling, IsPossibleWithinItsWindow) {
  for (const auto& [time, open] : {std::pair{"2026-01-14 23:59", false},
                                   {"2026-01-15 00:00", true},
                                   {"2026-02-28 23:59", true},
                                   {"2026-03-01 00:00", false}}) {
    SCOPED_TRACE(time);
    Story story;
    story.at(time).when(EnrollInPromotion{.promotion = "lamps"});
    if (open) {
      story.then_accepted();
    } else {
      story.then_refused(Code::enrollment_closed, "promotion").then_facts({});
    }
  }
}

TEST(Enrolling, EndsWithThePromotion) {
  auto program = support::shop();
  find(program.promotions, "lamps").enroll_until = std::nullopt;
  Story story(program);
  story.at("2026-04-01 00:00").when(EnrollInPromotion{.promotion = "lamps"});
  story.then_refused(Code::enrollment_closed, "promotion");
}

TEST(Enrolling, NeedsATierThatQualifies) {
  Story story;
  story.when(EnrollInPromotion{.promotion = "guests"})
      .then_refused(Code::not_eligible, "promotion")
      .then_facts({});
  story.given(CreditPoints{.currency = "stars", .points = 500});
  story.when(EnrollInPromotion{.promotion = "guests"}).then_accepted();
  story.when(EnrollInPromotion{.promotion = "ghost"})
      .then_refused(Code::unknown_promotion, "promotion");
}

TEST(RequiredEnrolment, SkipsTheActivityOfThoseWhoDidNot) {
  Story story;
  story.at("2026-02-10 12:00").when(lamp(10'000));
  const auto& result = story.result<ActivityResult>();
  ASSERT_EQ(result.skipped.size(), 1U);
  EXPECT_EQ(result.skipped[0].promotion, "lamps");
  EXPECT_EQ(result.skipped[0].reason, "NOT_ENROLLED");
  EXPECT_THAT(result.progress, IsEmpty());
  EXPECT_EQ(story.participation("lamps"), nullptr);
  story.when(UpdateProgress{.promotion = "lamps", .increment = 1})
      .then_refused(Code::not_enrolled, "promotion")
      .then_facts({});
}

TEST(PromotionWindow, CountsByTheDateOfTheActivity) {
  Story story;
  story.at("2026-01-20 12:00").given(EnrollInPromotion{.promotion = "lamps"});
  for (const auto& [time, completed] : {std::pair{"2026-01-31 23:59", 0},
                                        {"2026-02-01 00:00", 100},
                                        {"2026-03-31 23:59", 200},
                                        {"2026-04-01 00:00", 200}}) {
    SCOPED_TRACE(time);
    story.at(time).given(lamp(100));
    EXPECT_THAT(story.result<ActivityResult>().skipped, IsEmpty());
    EXPECT_EQ(story.ask<ProgressResult>(GetProgress{.promotion = "lamps"}).progress.completed,
              completed);
  }
  story.given(
      Purchase{.amount = 100, .at = story.instant("2026-03-31 12:00"), .category = "lamps"});
  EXPECT_EQ(story.participation("lamps")->completed, 300);
}

TEST(Leaving, TakesTheProgressBackToZero) {
  Story story;
  story.given(Purchase{.amount = 100, .product = "latte"});
  story.when(LeavePromotion{.promotion = "latte"}).then_facts({"promotion_left"});
  EXPECT_EQ(story.result<PromotionResult>().progress.completed, 0);
  story.when(Purchase{.amount = 100, .product = "latte"});
  EXPECT_EQ(story.result<ActivityResult>().skipped.at(0).reason, "NOT_ENROLLED");
  story.given(EnrollInPromotion{.promotion = "latte"});
  story.given(Purchase{.amount = 100, .product = "latte"});
  EXPECT_EQ(story.participation("latte")->completed, 1);
}

TEST(Leaving, IsRefusedForThoseWhoDoNotTakePart) {
  Story story;
  story.at("2026-02-10 12:00");
  story.when(LeavePromotion{.promotion = "lamps"}).then_refused(Code::not_enrolled, "promotion");
  story.when(LeavePromotion{.promotion = "ghost"})
      .then_refused(Code::unknown_promotion, "promotion");
  story.given(EnrollInPromotion{.promotion = "lamps"});
  story.given(LeavePromotion{.promotion = "lamps"});
  story.when(LeavePromotion{.promotion = "lamps"})
      .then_refused(Code::not_enrolled, "promotion")
      .then_facts({});
}

TEST(UpdatingProgress, TakesAnIncrementAndReturnsTheNewState) {
  Story story;
  story.when(UpdateProgress{.promotion = "latte", .increment = 3});
  story.then_facts({"progress_updated"}).then_balance("points", 0);
  EXPECT_EQ(story.result<PromotionResult>().progress.completed, 3);
  story.when(UpdateProgress{.promotion = "latte", .increment = 2});
  EXPECT_EQ(story.result<PromotionResult>().progress.completed, 5);
  EXPECT_EQ(story.facts<ProgressUpdated>().at(0).increment, 2);
}

TEST(UpdatingProgress, IsRefusedWhereItCannotCount) {
  Story story;
  const auto update = [](const char* promotion, std::int64_t increment) {
    return UpdateProgress{.promotion = promotion, .increment = increment};
  };
  story.when(update("latte", 0)).then_refused(Code::invalid_param, "increment");
  story.when(update("latte", -1)).then_refused(Code::invalid_param, "increment");
  story.when(update("latte", 1'000'000'000'001)).then_refused(Code::invalid_param, "increment");
  story.when(update("latte", 1'010)).then_refused(Code::limit_exceeded, "increment");
  story.when(update("ghost", 1)).then_refused(Code::unknown_promotion, "promotion");
  story.when(update("guests", 1)).then_refused(Code::not_eligible, "promotion");
  story.at("2026-01-20 12:00").given(EnrollInPromotion{.promotion = "lamps"});
  story.when(update("lamps", 1)).then_refused(Code::not_eligible, "promotion");  // not begun
  story.at("2026-04-01 00:00").when(update("lamps", 1));
  story.then_refused(Code::not_eligible, "promotion");  // over
  story.given(update("runner", 100));
  story.when(update("runner", 1)).then_refused(Code::not_eligible, "promotion");  // completed
}

TEST(ListingPromotions, TellsWhoMayAndWhyNot) {
  Story story;
  const auto told = [&](std::string_view promotion) { return listing(story, promotion); };
  EXPECT_EQ(told("latte").eligibility, "eligible");
  EXPECT_EQ(told("guests").eligibility, "ineligible");
  EXPECT_THAT(told("guests").reasons, ElementsAre("TIER"));
  EXPECT_THAT(told("lamps").reasons, ElementsAre("NOT_STARTED", "ENROLLMENT_CLOSED"));
  story.at("2026-02-10 12:00");
  EXPECT_EQ(told("lamps").eligibility, "eligible_but_not_enrolled");
  EXPECT_THAT(told("lamps").reasons, IsEmpty());
  story.at("2026-03-10 12:00");
  EXPECT_THAT(told("lamps").reasons, ElementsAre("ENROLLMENT_CLOSED"));
  story.at("2026-04-01 00:00");
  EXPECT_THAT(told("lamps").reasons, ElementsAre("ENDED", "ENROLLMENT_CLOSED"));
  story.given(UpdateProgress{.promotion = "runner", .increment = 100});
  EXPECT_EQ(told("runner").eligibility, "ineligible");
  EXPECT_THAT(told("runner").reasons, ElementsAre("COMPLETED"));
}

TEST(ListingPromotions, ShowsProgressAndChangesNothing) {
  Story story;
  story.at("2026-02-10 12:00").given(EnrollInPromotion{.promotion = "lamps"});
  story.given(lamp(12'345));
  const auto before = story.member().sequence;
  const auto entry = listing(story, "lamps");
  EXPECT_EQ(entry.eligibility, "eligible");
  EXPECT_EQ(entry.progress.completed, 12'345);
  EXPECT_EQ(story.member().sequence, before);
}

TEST(ListingPromotions, OffersToReturnToThoseWhoLeft) {
  Story story;
  story.given(UpdateProgress{.promotion = "latte", .increment = 1});
  story.given(LeavePromotion{.promotion = "latte"});
  EXPECT_EQ(listing(story, "latte").eligibility, "eligible_but_not_enrolled");
}

TEST(Promotions, DecideOnTheTierHeldBeforeTheActivity) {
  auto program = support::shop();
  auto& guests = find(program.promotions, "guests");
  guests.when.activities = {"purchase"};
  Story story(program);
  story.given(Purchase{.amount = 50'000}).then_tier("gold");
  EXPECT_EQ(story.participation("guests"), nullptr);
  story.given(Purchase{.amount = 0});
  EXPECT_EQ(story.participation("guests")->completed, 1);
}

}  // namespace
}  // namespace loyalty::domain
