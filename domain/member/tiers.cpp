// SPDX-License-Identifier: Apache-2.0
#include "domain/member/tiers.hpp"

#include <algorithm>

#include "domain/member/benefits.hpp"

namespace loyalty::domain {
namespace {

bool reached(const Tier& tier, const TierGroup& group, const Member& member) {
  const bool all = group.match == ThresholdMatch::all;
  for (const auto& threshold : tier.thresholds) {
    const bool met = member.balance(threshold.currency).value >= threshold.minimum;
    if (met != all) return met;
  }
  return all;
}

const TierStanding* standing_in(const TierGroup& group, const Member& member) {
  const auto found = std::ranges::find(member.tiers, group.id, &TierStanding::group);
  return found == member.tiers.end() ? nullptr : &*found;
}

/// The highest tier reached above the one held; nullptr when none, or when the tier held was given
/// by hand.
const Tier* higher_tier(const TierGroup& group, const Member& member) {
  const TierStanding* standing = standing_in(group, member);
  if (standing != nullptr && standing->overridden) return nullptr;
  for (auto tier = group.tiers.rbegin(); tier != group.tiers.rend(); ++tier) {
    if (standing != nullptr && tier->id == standing->tier) return nullptr;
    if (reached(*tier, group, member)) return &*tier;
  }
  return nullptr;
}

/// End of a tier taken up on `effective` (domain.md F34).
Instant tier_expiry(const TierGroup& group, const Tier& tier, const Member& member,
                    const Zone& zone, LocalDay effective) {
  if (tier.base) return never;
  LocalDay end = add(effective, group.tier_period);
  if (group.extend_to_reset) end = boundary_on_or_after(group, member.enrolled_on, end);
  return zone.start_of(end);
}

TierChange change_to(const MemberTurn& turn, const TierGroup& group, const Tier& tier) {
  const LocalDay today = turn.today();
  return {.group = group.id,
          .from = turn.member().tier(group.id),
          .to = tier.id,
          .effective = today,
          .expires = tier_expiry(group, tier, turn.member(), turn.zone(), today)};
}

/// The tier that has ended is renewed, or another takes its place: a higher one after a tier given
/// by hand, a lower one by any number of steps or by one (domain.md F35).
void assess(MemberTurn& turn, const TierGroup& group, const TierStanding& ended, const Tier& best) {
  const int held = group.rank(ended.tier);
  const int reached = group.rank(best.id);
  if (reached == held) {
    turn.state(TierRetained{change_to(turn, group, best)});
  } else if (reached > held) {
    turn.state(TierUpgraded{change_to(turn, group, best)});
  } else {
    const int next = group.one_step_down ? held - 1 : reached;
    turn.state(TierDowngraded{change_to(turn, group, group.tiers[static_cast<std::size_t>(next)])});
  }
}

}  // namespace

LocalDay boundary_on_or_after(const TierGroup& group, LocalDay enrolled_on, LocalDay day) {
  const bool fixed = group.model == TierModel::fixed;
  LocalDay anchor = enrolled_on;
  if (fixed) {
    // Any year does for periods that divide a year; 2000 keeps longer ones in step for everybody.
    const CalendarDate reset{2000, group.reset_month, group.reset_day_of_month};
    anchor = LocalDay{day_of(reset).value_or(LocalDay{0}).days + 1};
  }
  Period step = group.qualification_period;
  const std::int32_t unit = step.count;
  const CalendarDate from = calendar(anchor);
  const CalendarDate to = calendar(day);
  const int months =
      (to.year - from.year) * 12 + static_cast<int>(to.month) - static_cast<int>(from.month);
  // Jump close to the day, then walk: no boundary before the first one tried is on or after it.
  std::int32_t periods = 0;
  switch (step.unit) {
    case PeriodUnit::days: periods = (day.days - anchor.days) / unit; break;
    // A day that a month does not have is the first of the next.
    case PeriodUnit::months: periods = months / unit - 1; break;
    case PeriodUnit::years: periods = (to.year - from.year) / unit; break;
  }
  periods = std::max(periods, fixed ? INT32_MIN / 2 : 1);
  const auto boundary = [&](std::int32_t count) {
    step.count = count * unit;
    return add(anchor, step);
  };
  LocalDay end = boundary(periods);
  while (end < day) end = boundary(++periods);
  return end;
}

Instant next_reset(const TierGroup& group, const Member& member, const Zone& zone, Instant at) {
  const LocalDay tomorrow{zone.day_of(at).days + 1};
  return zone.start_of(boundary_on_or_after(group, member.enrolled_on, tomorrow));
}

const Tier* reached_tier(const TierGroup& group, const Member& member) {
  for (auto tier = group.tiers.rbegin(); tier != group.tiers.rend(); ++tier) {
    if (reached(*tier, group, member)) return &*tier;
  }
  return nullptr;
}

void upgrade_if_reached(MemberTurn& turn, const TierGroup& group) {
  const Tier* best = higher_tier(group, turn.member());
  if (best == nullptr) return;
  turn.state(TierUpgraded{change_to(turn, group, *best)});
  update_benefits(turn);
}

bool rises_by_program(const Member& member, const Catalogue& catalogue) {
  if (!member.exists || has_left(member.status)) return false;
  return std::ranges::any_of(catalogue.tier_groups, [&](const TierGroup& group) {
    return higher_tier(group, member) != nullptr;
  });
}

void rise_by_program(MemberTurn& turn) {
  if (!turn.member().exists || has_left(turn.member().status)) return;
  for (const auto& group : turn.catalogue().tier_groups) upgrade_if_reached(turn, group);
}

void reassess(MemberTurn& turn, const TierGroup& group) {
  const TierStanding* standing = standing_in(group, turn.member());
  if (!group.reassess_on_return || standing == nullptr || standing->overridden) return;
  const Tier* best = reached_tier(group, turn.member());
  if (best == nullptr || group.rank(best->id) >= group.rank(standing->tier)) return;
  turn.state(TierDowngraded{change_to(turn, group, *best)});
  update_benefits(turn);
}

void assess_expired_tiers(MemberTurn& turn, Instant at) {
  bool changed = false;
  for (std::size_t i = 0; i < turn.member().tiers.size(); ++i) {
    const TierStanding standing = turn.member().tiers[i];
    if (standing.expires > at) continue;
    const TierGroup* group = turn.catalogue().tier_group(standing.group);
    const Tier* best = group ? reached_tier(*group, turn.member()) : nullptr;
    if (best == nullptr) {  // the ladder is gone or has no base tier: the tier ends
      turn.state(TierDowngraded{{.group = standing.group,
                                 .from = standing.tier,
                                 .to = {},
                                 .effective = turn.today(),
                                 .expires = never}});
    } else {
      assess(turn, *group, standing, *best);
    }
    changed = true;
  }
  if (changed) update_benefits(turn);
}

}  // namespace loyalty::domain
