// SPDX-License-Identifier: Apache-2.0
#include "domain/member/promotions.hpp"

#include <algorithm>
#include <optional>
#include <string_view>

#include "domain/member/candidates.hpp"
#include "domain/member/conditions.hpp"
#include "domain/member/rewards.hpp"
#include "domain/member/streaks.hpp"

namespace loyalty::domain {
namespace {

const Participation& participation(const MemberTurn& turn, PromotionId promotion) {
  static const Participation none{};
  const Participation* known = turn.member().participation(promotion);
  return known ? *known : none;
}

void announce_milestones(MemberTurn& turn, const Promotion& promotion) {
  if (promotion.milestones.empty()) return;
  const Participation part = participation(turn, promotion.id);
  for (std::size_t i = 0; i < promotion.milestones.size(); ++i) {
    const auto& milestone = promotion.milestones[i];
    if (part.milestones >> i & 1U) continue;
    if (promotion.mark(milestone) > part.completed) continue;
    turn.state(MilestoneReached{.promotion = promotion.id,
                                .cycle = part.cycle,
                                .index = static_cast<std::uint32_t>(i),
                                .kind = milestone.kind,
                                .mark = milestone.at});
  }
}

/// What a standard promotion gives for an activity: a fixed number of points, or by the measure.
/// nullopt when it does not fit.
std::optional<Points> standard_points(const Promotion& promotion, std::int64_t measure) {
  const Reward& reward = promotion.reward;
  if (reward.rate.mantissa == 0) return reward.points;
  const std::uint8_t extra_scale = promotion.measure == Measure::amount ? 2 : 0;
  const auto points = multiply(measure, reward.rate, one, extra_scale, reward.rounding);
  if (!points || *points > max_amount_per_operation) return std::nullopt;
  return Points{*points};
}

/// Whether a streak missed a period, so that what there was is given up.
bool begins_again(const Promotion& promotion, const Participation& part, LocalDay day) {
  if (promotion.streak == Streak::none) return false;
  if (!part.period) return part.completed > 0 || part.milestones != 0;
  return streak_step(promotion.streak, part.period, day) == StreakStep::begins;
}

/// What a step of a streak counts; nothing for other promotions.
std::optional<LocalDay> counted_period(const Promotion& promotion, LocalDay day) {
  if (promotion.streak == Streak::none) return std::nullopt;
  return streak_period(promotion.streak, day);
}

bool gives_something(const Promotion& promotion, Points points) {
  return points > Points{0} || promotion.reward.voucher || promotion.reward.benefit;
}

/// Why a promotion that sees an activity does not advance; empty when it does.
std::string_view why_skipped(const Promotion& promotion, const Participation& part, LocalDay day) {
  if (part.left || (promotion.enrollment_required && !part.enrolled)) return "NOT_ENROLLED";
  if (part.finished) return "COMPLETED";
  return streak_reason(promotion, part, day);
}

Refusal amount_refused(const char* why) { return {RefusalCode::limit_exceeded, "amount", why}; }

/// Adds how far an activity advances a promotion, if it does; or tells why it cannot.
std::optional<Refusal> add_advance(Advances& advances, MemberTurn& turn, const Promotion& promotion,
                                   const Deed& activity) {
  if (activity.day < promotion.starts || activity.day >= promotion.ends) return std::nullopt;
  if (!matches(promotion.when, activity, turn.member())) return std::nullopt;
  const std::int64_t increment = measured(promotion.measure, activity);
  if (increment == 0) return std::nullopt;
  const Participation& part = participation(turn, promotion.id);
  if (const auto reason = why_skipped(promotion, part, activity.day); !reason.empty()) {
    turn.skipped.push_back({turn.catalogue().text(promotion.id), reason});
    return std::nullopt;
  }
  if (promotion.kind == PromotionKind::cumulative &&
      increment / promotion.target > max_completions_per_step) {
    return amount_refused("it would complete a promotion more than 100 times at once");
  }
  const bool standard = promotion.kind == PromotionKind::standard;
  const auto points =
      standard ? standard_points(promotion, increment) : std::optional(promotion.reward.points);
  if (!points) return amount_refused("the points of a promotion exceed 10^12");
  if (standard && !gives_something(promotion, *points)) return std::nullopt;
  if (auto refusal = check_reward(turn.catalogue(), promotion, *points)) return refusal;
  advances.push_back({&promotion, increment, *points, begins_again(promotion, part, activity.day)});
  return std::nullopt;
}

}  // namespace

Expected<Advances, Refusal> plan_advances(MemberTurn& turn, const Deed& activity) {
  Expected<Advances, Refusal> result{Advances{}};
  const Catalogue& program = turn.catalogue();
  const auto see = [&](const Promotion& promotion) {
    if (!result) return;
    if (auto refusal = add_advance(*result, turn, promotion, activity)) {
      result = Unexpected{*std::move(refusal)};
    }
  };
  each_candidate(program.promotions, program.promotion_index, activity, turn.member(), see);
  return result;
}

void advance(MemberTurn& turn, const Advance& step, Sequence journal, LocalDay day) {
  const Promotion& promotion = *step.promotion;
  if (promotion.kind == PromotionKind::standard) {
    give_reward(turn, promotion, 0, step.points, journal, day);
    return;
  }
  const std::int64_t target = promotion.target;
  const std::int64_t before = step.restarts ? 0 : participation(turn, promotion.id).completed;
  std::int64_t total = before + step.increment;
  turn.state(ProgressUpdated{.promotion = promotion.id,
                             .journal = journal,
                             .increment = step.increment,
                             .completed = std::min(total, target),
                             .target = target,
                             .cycle = participation(turn, promotion.id).cycle,
                             .day = day,
                             .period = counted_period(promotion, day),
                             .restarts = step.restarts});
  while (total >= target) {
    const std::uint32_t cycle = participation(turn, promotion.id).cycle;
    total = promotion.repeatable ? total - target : 0;
    turn.state(PromotionCompleted{.promotion = promotion.id,
                                  .cycle = cycle,
                                  .carried = total,
                                  .repeats = promotion.repeatable});
    give_reward(turn, promotion, cycle, promotion.reward.points, journal, day);
    if (!promotion.repeatable) return;
  }
  // A milestone jumped over by the step that completes its cycle is not announced (F43).
  announce_milestones(turn, promotion);
}

}  // namespace loyalty::domain
