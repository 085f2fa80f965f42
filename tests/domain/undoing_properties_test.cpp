// SPDX-License-Identifier: Apache-2.0
#include <random>

#include "tests/support/story.hpp"

/// What holds however points are earned, spent, held, returned and cancelled in turn. The story
/// itself checks after every step: conservation, trace, replay.
namespace loyalty::domain {
namespace {

using support::find;
using support::Story;

/// Escrow or a negative limit, subtypes, every clawback policy, promotions that revoke.
ProgramDefinition random_shop(std::mt19937_64& random) {
  auto program = support::shop();
  auto& points = find(program.currencies, "points");
  points.clawback = static_cast<Clawback>(random() % 3);
  points.expiry_period = {2, PeriodUnit::months};
  SubtypeDefinition bonus;
  bonus.id = "bonus";
  points.subtypes = {bonus};
  points.subtype_order = {"bonus"};
  points.negative_limits = {{"silver", 80}, {"gold", 150}};
  points.reinstatements = {{"gold", {1, PeriodUnit::months}, {1, PeriodUnit::months}}};
  if (random() % 2 == 0) points.escrow_days = 5;
  if (random() % 2 == 0) find(program.currencies, "stars").escrow_days = 3;
  find(program.promotions, "latte").revoke_on_return = random() % 2 == 0;
  find(program.promotions, "latte").target = 3;
  find(program.promotions, "latte").milestones = {{MilestoneKind::remaining, 1}};
  find(program.promotions, "runner").revoke_on_return = random() % 2 == 0;
  find(program.rules, "base").cap.per_period = 150;
  find(program.rules, "base").cap.period = CapPeriod::month;
  program.tier_groups.at(0).reassess_on_return = random() % 2 == 0;
  return program;
}

/// A life in which everything is undone sooner or later, or is tried to be.
class RandomLife {
 public:
  explicit RandomLife(std::uint64_t seed) : random_(seed), story_(random_shop(random_)) {}

  void step() {
    minutes_ += static_cast<std::int64_t>(random_() % 3 == 0 ? pick(9) * 1'440 : pick(90));
    const LocalDay day{parse_day("2026-01-06")->days + static_cast<std::int32_t>(minutes_ / 1'440)};
    const std::int64_t hour = minutes_ / 60 % 20 + 3;
    const auto two = [](std::int64_t n) { return (n < 10 ? "0" : "") + std::to_string(n); };
    story_.at(to_string(day) + " " + two(hour) + ":" + two(minutes_ % 60));
    story_.when(command());
  }

  const Story& story() const { return story_; }

 private:
  std::int64_t pick(std::int64_t most) {
    return static_cast<std::int64_t>(random_() % static_cast<std::uint64_t>(most)) + 1;
  }
  std::int64_t any_fact() { return pick(static_cast<std::int64_t>(story_.history().size())); }
  std::string named(char letter) {
    const auto& holds = story_.member().set_aside;
    if (letter == 'h' && !holds.empty()) return "h" + std::to_string(holds.front().id);
    const auto& vouchers = story_.member().vouchers;
    if (letter == 'v' && !vouchers.empty()) {
      return "v" + std::to_string(vouchers[random_() % vouchers.size()].id);
    }
    return letter + std::to_string(any_fact());
  }
  /// The journal of some fact of one kind: mostly something that can be undone.
  template <class Event>
  std::int64_t journal_of() {
    const auto& history = story_.history();
    for (int i = 0; i < 40; ++i) {
      const auto& fact = history[random_() % history.size()];
      if (const auto* event = get_if<Event>(&fact.event)) {
        return static_cast<std::int64_t>(event->journal);
      }
    }
    return any_fact();
  }

  MemberCommand command() {
    switch (random_() % 18) {
      case 0:
      case 1: return Purchase{.amount = pick(20'000), .category = "shoes", .units = pick(3)};
      case 2: return Purchase{.amount = pick(9'000), .product = "room", .partner = "hotel"};
      case 3: return Purchase{.amount = pick(900), .product = "latte", .reference = "r"};
      case 4: return RecordActivity{.type = "run", .units = pick(60)};
      case 5: return Review{};
      case 6: return Redeem{.offer = "mug", .quantity = pick(3)};
      case 7: return Redeem{.offer = "drink", .quantity = pick(2)};
      case 8: return DebitPoints{.points = pick(120)};
      case 9: return HoldPoints{.offer = "spa", .ttl_s = pick(200'000)};
      case 10: return HoldPoints{.points = pick(60), .ttl_s = pick(900'000)};
      case 11: return CaptureHold{.hold = named('h'), .product = "massage"};
      case 12: return ReleaseHold{.hold = named('h')};
      case 13:
        return CancelRedemption{.journal = journal_of<PointsDebited>(),
                                .by_staff = random_() % 2 == 0};
      case 14: return ReverseActivity{.journal = journal_of<PointsCredited>()};
      case 15:
        return ReverseActivity{.journal = journal_of<PointsCredited>(), .kept_amount = pick(9'000)};
      case 16:
        return random_() % 4 == 0 ? MemberCommand(ReinstatePoints{})
                                  : MemberCommand(UseVoucher{.voucher = named('v')});
      default:
        return AdjustPoints{.points = pick(80) - 40,
                            .reason = "random",
                            .subtype = random_() % 2 == 0 ? "bonus" : ""};
    }
  }

  std::mt19937_64 random_;
  Story story_;
  std::int64_t minutes_ = 0;
};

TEST(AnyLifeOfUndoing, ConservesPointsAndTracesThem) {
  constexpr int lives = 150;
  constexpr int steps = 70;
  std::map<std::string_view, int> seen;
  for (std::uint64_t seed = 1; seed <= lives && !testing::Test::HasFailure(); ++seed) {
    SCOPED_TRACE("life " + std::to_string(seed));
    RandomLife life(seed);
    for (int i = 0; i < steps && !testing::Test::HasFailure(); ++i) life.step();
    for (const auto name : support::names_of(life.story().history())) ++seen[name];
  }
  for (const auto* name :
       {"redemption_cancelled", "points_clawed_back", "clawback_waived", "escrow_cancelled",
        "arrears_created", "arrears_repaid", "points_held", "hold_released", "points_reinstated",
        "completion_revoked", "scheduled_cancelled", "cap_used", "voucher_cancelled"}) {
    EXPECT_GT(seen[name], 0) << name;
  }
}

/// What a partner was owed for activities that were all returned sums to nothing.
TEST(AnyLifeOfUndoing, EndsWithNothingOwedWhenEverythingIsReturned) {
  for (std::uint64_t seed = 1; seed <= 60 && !testing::Test::HasFailure(); ++seed) {
    SCOPED_TRACE("life " + std::to_string(seed));
    RandomLife life(seed + 1'000);
    for (int i = 0; i < 40; ++i) life.step();
    Story story = life.story();
    for (const auto& fact : life.story().history()) {
      const auto* journal = get_if<JournalRecorded>(&fact.event);
      if (journal == nullptr) continue;
      story.when(ReverseActivity{.journal = static_cast<std::int64_t>(fact.sequence)});
      story.when(CancelRedemption{.journal = static_cast<std::int64_t>(fact.sequence)});
    }
    Money owed;
    Points points;
    for (const auto& entry : story.owed()) {
      owed += entry.money;
      points += entry.points;
    }
    EXPECT_EQ(owed, Money{0});
    EXPECT_EQ(points, Points{0});
  }
}

}  // namespace
}  // namespace loyalty::domain
