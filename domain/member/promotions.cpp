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

Participation participation(const MemberTurn& turn, PromotionId promotion) {
  const Participation* known = turn.member().participation(promotion);
  return known ? *known : Participation{.promotion = promotion};
}

void announce_milestones(MemberTurn& turn, const Promotion& promotion) {
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

/// How far an activity advances one promotion; nothing when it does not.
Expected<std::optional<Advance>, Refusal> plan_advance(MemberTurn& turn, const Promotion& promotion,
                                                       const JournalRecorded& activity) {
  using Planned = std::optional<Advance>;
  if (activity.day < promotion.starts || activity.day >= promotion.ends) return Planned();
  if (!matches(promotion.when, activity, turn.member())) return Planned();
  const std::int64_t increment = measured(promotion.measure, activity);
  if (increment == 0) return Planned();
  const auto skip = [&](std::string_view reason) {
    turn.skipped.push_back({turn.catalogue().text(promotion.id), reason});
    return Planned();
  };
  const Participation part = participation(turn, promotion.id);
  if (part.left || (promotion.enrollment_required && !part.enrolled)) return skip("NOT_ENROLLED");
  if (part.finished) return skip("COMPLETED");
  if (auto reason = streak_reason(promotion, part, activity.day); !reason.empty()) {
    return skip(reason);
  }
  if (promotion.kind == PromotionKind::cumulative &&
      increment / promotion.target > max_completions_per_step) {
    return Unexpected{Refusal{RefusalCode::limit_exceeded, "amount",
                              "it would complete a promotion more than 100 times at once"}};
  }
  const bool standard = promotion.kind == PromotionKind::standard;
  const auto points =
      standard ? standard_points(promotion, increment) : std::optional(promotion.reward.points);
  if (!points) {
    return Unexpected{
        Refusal{RefusalCode::limit_exceeded, "amount", "the points of a promotion exceed 10^12"}};
  }
  if (standard && !gives_something(promotion, *points)) return Planned();
  if (auto refusal = check_reward(turn.catalogue(), promotion, *points)) {
    return Unexpected{*refusal};
  }
  return Planned(
      Advance{&promotion, increment, *points, begins_again(promotion, part, activity.day)});
}

}  // namespace

Expected<std::vector<Advance>, Refusal> plan_advances(MemberTurn& turn,
                                                      const JournalRecorded& activity) {
  std::vector<Advance> result;
  std::optional<Refusal> refusal;
  const Catalogue& program = turn.catalogue();
  const auto see = [&](const Promotion& promotion) {
    if (refusal) return;
    auto planned = plan_advance(turn, promotion, activity);
    if (!planned) {
      refusal = planned.error();
    } else if (*planned) {
      result.push_back(**planned);
    }
  };
  each_candidate(program.promotions, program.promotion_index, activity, turn.member(), see);
  if (refusal) return Unexpected{*refusal};
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
