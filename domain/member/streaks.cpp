// SPDX-License-Identifier: Apache-2.0
#include "domain/member/streaks.hpp"

#include "domain/member/granted.hpp"

namespace loyalty::domain {
namespace {

bool counts_for(const Granted& granted, PromotionId id) {
  const Promotion* promotion = granted.rules->promotion(id);
  if (promotion == nullptr) return false;
  const LocalDay day = granted.activity.day;
  return day >= promotion->starts && day < promotion->ends &&
         measure_kept(granted, promotion->when, promotion->measure, granted.kept) > 0;
}

}  // namespace

StreakStep streak_step(Streak streak, const std::optional<LocalDay>& last, LocalDay day) {
  if (!last) return StreakStep::begins;
  const LocalDay period = streak_period(streak, day);
  const LocalDay counted = streak_period(streak, *last);
  if (period == counted) return StreakStep::counted;
  if (period < counted) return StreakStep::passed;
  return period == next_period(streak, counted) ? StreakStep::continues : StreakStep::begins;
}

std::string_view streak_reason(const Promotion& promotion, const Participation& part,
                               LocalDay day) {
  if (promotion.streak == Streak::none) return {};
  switch (streak_step(promotion.streak, part.period, day)) {
    case StreakStep::counted: return "PERIOD_COUNTED";
    case StreakStep::passed: return "PERIOD_PASSED";
    case StreakStep::continues:
    case StreakStep::begins: break;
  }
  return {};
}

std::optional<LocalDay> streak_lapses(const Promotion& promotion, const Participation& part) {
  if (promotion.streak == Streak::none || part.finished || !part.period) return std::nullopt;
  return next_period(promotion.streak, next_period(promotion.streak, *part.period));
}

Sequence find_stand_in(const Past& past, PromotionId promotion, Sequence journal) {
  const MemberFact* returned = past.fact(journal);
  const auto* activity = past.find<JournalRecorded>(journal);
  if (returned == nullptr || activity == nullptr) return 0;
  const Promotion* then = past.rules_of(*returned).promotion(promotion);
  if (then == nullptr || then->streak == Streak::none) return 0;
  const LocalDay period = streak_period(then->streak, activity->day);
  Sequence found = 0;
  past.each([&](const MemberFact& fact) {
    const auto* other = get_if<JournalRecorded>(&fact.event);
    if (found != 0 || other == nullptr || fact.sequence <= journal) return;
    if (streak_period(then->streak, other->day) != period) return;
    const auto granted = find_granted(past, fact.sequence);
    if (granted && counts_for(*granted, promotion)) found = fact.sequence;
  });
  return found;
}

}  // namespace loyalty::domain
