// SPDX-License-Identifier: Apache-2.0
#include "domain/member/promotions.hpp"

#include "domain/invariant.hpp"
#include "domain/member/activity.hpp"
#include "domain/member/benefits.hpp"
#include "domain/member/credit.hpp"

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

void reward(MemberTurn& turn, const Promotion& promotion, std::uint32_t cycle, Sequence journal,
            LocalDay day) {
  const Reward& what = promotion.reward;
  turn.state(RewardIssued{.promotion = promotion.id,
                          .cycle = cycle,
                          .currency = what.points > Points{0} ? what.currency : CurrencyId{},
                          .points = what.points,
                          .voucher = what.voucher,
                          .benefit = what.benefit});
  if (what.points > Points{0}) {
    credit(turn, {.journal = journal,
                  .currency = what.currency,
                  .points = what.points,
                  .earned = day,
                  .promotion = promotion.id});
  }
  if (what.voucher) {
    const VoucherDef* voucher = turn.catalogue().voucher(what.voucher);
    invariant(voucher != nullptr, "a reward names a voucher of the program");
    issue_voucher(turn, *voucher, journal, promotion.id);
  }
  if (what.benefit) update_benefits(turn);
}

}  // namespace

Expected<std::vector<Advance>, Refusal> plan_advances(MemberTurn& turn,
                                                      const JournalRecorded& activity) {
  std::vector<Advance> result;
  for (const auto& promotion : turn.catalogue().promotions) {
    if (activity.day < promotion.starts || activity.day >= promotion.ends) continue;
    if (!matches(promotion.when, activity, turn.member())) continue;
    const std::int64_t increment = measured(promotion.measure, activity);
    if (increment == 0) continue;
    const Participation part = participation(turn, promotion.id);
    if (part.left || (promotion.enrollment_required && !part.enrolled)) {
      turn.skipped.push_back({turn.catalogue().text(promotion.id), "NOT_ENROLLED"});
    } else if (part.finished) {
      turn.skipped.push_back({turn.catalogue().text(promotion.id), "COMPLETED"});
    } else if (increment / promotion.target > max_completions_per_step) {
      return Unexpected{Refusal{RefusalCode::limit_exceeded, "amount",
                                "it would complete a promotion more than 100 times at once"}};
    } else {
      result.push_back({&promotion, increment});
    }
  }
  return result;
}

void advance(MemberTurn& turn, const Promotion& promotion, std::int64_t increment, Sequence journal,
             LocalDay day) {
  const std::int64_t target = promotion.target;
  std::int64_t total = participation(turn, promotion.id).completed + increment;
  turn.state(ProgressUpdated{.promotion = promotion.id,
                             .journal = journal,
                             .increment = increment,
                             .completed = std::min(total, target),
                             .target = target,
                             .cycle = participation(turn, promotion.id).cycle,
                             .day = day});
  while (total >= target) {
    const std::uint32_t cycle = participation(turn, promotion.id).cycle;
    total = promotion.repeatable ? total - target : 0;
    turn.state(PromotionCompleted{.promotion = promotion.id,
                                  .cycle = cycle,
                                  .carried = total,
                                  .repeats = promotion.repeatable});
    reward(turn, promotion, cycle, journal, day);
    if (!promotion.repeatable) return;
  }
  // A milestone jumped over by the step that completes its cycle is not announced (F43).
  announce_milestones(turn, promotion);
}

}  // namespace loyalty::domain
