// SPDX-License-Identifier: Apache-2.0
#include "domain/member/promotions.hpp"

#include <optional>

#include "domain/member/commands/decide.hpp"
#include "domain/member/conditions.hpp"
#include "domain/member/rewards.hpp"
#include "domain/member/views.hpp"

/// Commands on promotions: enrol, leave, update progress.
namespace loyalty::domain {
namespace {

Unexpected<Refusal> unknown(const std::string& promotion) {
  return refuse(RefusalCode::unknown_promotion, "promotion",
                "the program has no promotion '" + promotion + "'");
}

/// Refuses members whom the promotion is not meant for.
std::optional<Refusal> check_meant_for(const Promotion& promotion, const Member& member) {
  const std::string_view unmet = unmet_by(promotion.when, member);
  if (unmet.empty()) return std::nullopt;
  return Refusal{RefusalCode::not_eligible, "promotion",
                 unmet == "TIER" ? "the member's tier does not qualify"
                                 : "the member is in none of its segments"};
}

Answer answer_for(PromotionId id) {
  return [id](const MemberTurn& turn, std::size_t first) {
    return promotion_result(turn, first, *turn.catalogue().promotion(id));
  };
}

}  // namespace

Decision decide(const EnrollInPromotion& command, MemberTurn& turn) {
  const Promotion* promotion = turn.catalogue().promotion(command.promotion);
  if (promotion == nullptr) return unknown(command.promotion);
  const Participation* part = turn.member().participation(promotion->id);
  if (part != nullptr && part->enrolled) return answer_for(promotion->id);  // F45: a no-op
  const LocalDay today = turn.today();
  if (today < promotion->enroll_from || today >= promotion->enroll_until ||
      today >= promotion->ends) {
    return refuse(RefusalCode::enrollment_closed, "promotion",
                  "enrolment is not open on " + to_string(today));
  }
  if (auto refusal = check_meant_for(*promotion, turn.member())) return Unexpected{*refusal};
  turn.state(PromotionEnrolled{promotion->id, today});
  return answer_for(promotion->id);
}

Decision decide(const LeavePromotion& command, MemberTurn& turn) {
  const Promotion* promotion = turn.catalogue().promotion(command.promotion);
  if (promotion == nullptr) return unknown(command.promotion);
  const Participation* part = turn.member().participation(promotion->id);
  if (part == nullptr || part->left || (promotion->enrollment_required && !part->enrolled)) {
    return refuse(RefusalCode::not_enrolled, "promotion", "the member does not take part");
  }
  turn.state(PromotionLeft{promotion->id});
  return answer_for(promotion->id);
}

Decision decide(const UpdateProgress& command, MemberTurn& turn) {
  const Promotion* promotion = turn.catalogue().promotion(command.promotion);
  if (promotion == nullptr) return unknown(command.promotion);
  if (command.increment < 1 || command.increment > max_amount_per_operation) {
    return refuse(RefusalCode::invalid_param, "increment", "expected 1 to 10^12");
  }
  if (promotion->kind == PromotionKind::standard) {
    return refuse(RefusalCode::not_eligible, "promotion",
                  "a standard promotion has no progress; it rewards activities");
  }
  if (promotion->streak != Streak::none) {
    return refuse(RefusalCode::not_eligible, "promotion",
                  "a streak counts periods with an activity; record the activity, late if need be");
  }
  if (command.increment / promotion->target > max_completions_per_step) {
    return refuse(RefusalCode::limit_exceeded, "increment",
                  "it would complete the promotion more than 100 times at once");
  }
  const Participation* part = turn.member().participation(promotion->id);
  const bool left = part != nullptr && part->left;
  const bool enrolled = part != nullptr && part->enrolled;
  if (left || (promotion->enrollment_required && !enrolled)) {
    return refuse(RefusalCode::not_enrolled, "promotion", "the member is not enrolled in it");
  }
  if (part != nullptr && part->finished) {
    return refuse(RefusalCode::not_eligible, "promotion", "the member has completed it");
  }
  const LocalDay today = turn.today();
  if (today < promotion->starts || today >= promotion->ends) {
    return refuse(RefusalCode::not_eligible, "promotion",
                  "the promotion does not run on " + to_string(today));
  }
  if (auto refusal = check_meant_for(*promotion, turn.member())) return Unexpected{*refusal};
  const Points points = promotion->reward.points;
  if (auto refusal = check_reward(turn.catalogue(), *promotion, points)) {
    return Unexpected{*refusal};
  }
  advance(turn, {promotion, command.increment, points}, 0, today);
  return answer_for(promotion->id);
}

}  // namespace loyalty::domain
