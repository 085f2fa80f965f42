// SPDX-License-Identifier: Apache-2.0
#include "replay/member_replay.hpp"

#include "codec/stored.hpp"
#include "tests/replay/lived.hpp"
#include "tests/support/property.hpp"
#include "tests/support/shop.hpp"
#include "tests/support/steps.hpp"

namespace loyalty::replay {
namespace {

using namespace domain;
using support::Deed;
using support::Step;

constexpr std::int64_t day_ms = 86'400'000;
constexpr Instant start{1'767'643'200'000};  // 2026-01-05T20:00Z

/// Points are worth more, tiers are easier to reach, and the mug costs less.
ProgramDefinition generous() {
  ProgramDefinition program = support::shop();
  support::find(program.rules, "base").rate = {3, 0};
  for (auto& group : program.tier_groups) {
    for (auto& tier : group.tiers) {
      for (auto& threshold : tier.thresholds) threshold.minimum /= 2;
    }
  }
  support::find(program.offers, "mug").cost -= 1;
  return program;
}

/// A life under the first program, and what the same accepted commands make under the second.
struct TwoLives {
  Lived first;
  Lived second;
  Instant now = start;

  TwoLives(const ProgramDefinition& a, const ProgramDefinition& b) : first(a), second(b) {
    both(EnrollMember{});
  }
  void both(const MemberCommand& command) {
    if (!first.take(command, now)) return;
    second.take(command, now);
  }
  void live(const Step& step) {
    now.ms += step.days * day_ms;
    if (step.deed == Deed::run_batch) {
      first.run_batch(now);
      second.run_batch(now);
    }
    both(support::command_of(step, now));
  }
};

/// What a life under the second program would name in other numbers is left to other tests.
bool names_a_voucher(const Step& step) {
  return step.deed == Deed::use_voucher || step.deed == Deed::cancel_voucher;
}

TEST(MemberReplay, UnderTheSameRulesChangesNothing) {
  support::check_property(500, [] {
    const auto life = *support::any_life();
    TwoLives lives(support::shop(), support::shop());
    for (const Step& step : life) lives.live(step);
    RC_ASSERT(difference(lives.first.replayed(support::shop())) == "");
    RC_ASSERT(codec::to_stored(lives.first.replayed(support::shop()).then) ==
              codec::to_stored(lives.first.member()));
  });
}

TEST(MemberReplay, UnderOtherRulesIsTheLifeThatWouldHaveBeenLived) {
  support::check_property(500, [] {
    const auto life = *support::any_life();
    TwoLives lives(support::shop(), generous());
    for (const Step& step : life) {
      if (!names_a_voucher(step)) lives.live(step);
    }
    lives.second.take(Wake{}, lives.now);
    const MemberReplay replay = lives.first.replayed(generous(), {.until = lives.now});
    RC_ASSERT(codec::to_stored(replay.now) == codec::to_stored(lives.second.member()));
  });
}

TEST(MemberReplay, AddsUp) {
  support::check_property(300, [] {
    const auto life = *support::any_life();
    TwoLives lives(support::shop(), generous());
    for (const Step& step : life) lives.live(step);
    const MemberReplay replay = lives.first.replayed(generous());
    for (const auto* side : {&replay.actual, &replay.proposed}) {
      for (const auto& [currency, f] : side->currencies) {
        RC_ASSERT(f.credited - f.taken_back - f.spent - f.expired + f.transferred ==
                  f.available + f.waiting);
      }
    }
  });
}

TEST(MemberReplay, FromAnInstantKeepsWhatWasBefore) {
  support::check_property(300, [] {
    const auto life = *support::any_life();
    const auto change = *rc::gen::inRange<std::size_t>(0, 30);
    TwoLives lives(support::shop(), support::shop());
    Window window;
    for (std::size_t i = 0; i < life.size(); ++i) {
      lives.live(life[i]);
      if (i == change) window.begin = {++lives.now.ms};
    }
    const MemberReplay replay = lives.first.replayed(support::shop(), window);
    RC_ASSERT(difference(replay) == "");
  });
}

TEST(MemberReplay, CountsWhatTheProposedRulesDoNotCover) {
  Lived lived(support::shop());
  lived.take(EnrollMember{}, start);
  lived.take(CreditPoints{.points = 30, .reason = "gift"}, start);
  ASSERT_TRUE(lived.take(Redeem{.offer = "mug"}, start));
  ProgramDefinition dear = support::shop();
  const std::int64_t cost = support::find(dear.offers, "mug").cost;
  support::find(dear.offers, "mug").cost = 1'000;

  const MemberReplay replay = lived.replayed(dear);
  const CurrencyId points = lived.catalogue().primary;
  EXPECT_EQ(replay.not_covered.redemptions, 1U);
  EXPECT_EQ(replay.not_covered.points.at(points), Points{cost});
  EXPECT_EQ(replay.refused.at({"redeem", RefusalCode::insufficient_points}), 1U);
  EXPECT_EQ(replay.proposed.currencies.at(points).spent, Points{0});
  EXPECT_EQ(replay.actual.currencies.at(points).spent, Points{cost});
}

TEST(MemberReplay, CountsTheReturnOfWhatDidNotComeAbout) {
  Lived lived(support::shop());
  lived.take(EnrollMember{}, start);
  lived.take(CreditPoints{.points = 30, .reason = "gift"}, start);
  ASSERT_TRUE(lived.take(Redeem{.offer = "mug"}, start));
  const auto journal = static_cast<std::int64_t>([&] {
    for (const auto& turn : lived.turns()) {
      for (const auto& fact : turn.facts) {
        if (const auto* made = get_if<RedemptionMade>(&fact.event)) return made->journal;
      }
    }
    return Sequence{0};
  }());
  ASSERT_TRUE(lived.take(CancelRedemption{.journal = journal}, start));
  EXPECT_EQ(difference(lived.replayed(support::shop())), "");

  ProgramDefinition dear = support::shop();
  support::find(dear.offers, "mug").cost = 1'000;
  const MemberReplay replay = lived.replayed(dear);
  EXPECT_EQ(replay.lost, 1U);
  EXPECT_EQ(replay.then.balance(lived.catalogue().primary),
            replay.now.balance(lived.catalogue().primary));
}

TEST(MemberReplay, LeavesOutWhatIsAtTheEndOrAfter) {
  Lived lived(support::shop());
  lived.take(EnrollMember{}, start);
  lived.take(CreditPoints{.points = 30, .reason = "gift"}, {start.ms + 10});
  lived.take(CreditPoints{.points = 7, .reason = "late"}, {start.ms + 20});
  const Window window{.end = {start.ms + 20}, .until = {start.ms + 19}};
  const MemberReplay replay = lived.replayed(support::shop(), window);
  EXPECT_EQ(replay.commands, 2U);
  EXPECT_EQ(replay.now.balance(lived.catalogue().primary),
            replay.then.balance(lived.catalogue().primary));
  EXPECT_EQ(lived.member().balance(lived.catalogue().primary),
            replay.then.balance(lived.catalogue().primary) + Points{7});
}

}  // namespace
}  // namespace loyalty::replay
