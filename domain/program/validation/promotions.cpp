// SPDX-License-Identifier: Apache-2.0
#include "domain/program/validation/bounds.hpp"

/// Promotions, their milestones, rewards and limits (domain.md F40-F47).
namespace loyalty::domain::validation {
namespace {

/// A member remembers in 64 bits which milestones were announced.
constexpr std::size_t max_milestones = 64;

void check_milestones(Check& check, const std::string& path, const PromotionDefinition& promotion) {
  if (promotion.milestones.size() > max_milestones) {
    check.report(path, "expected at most 64 milestones");
  }
  std::set<std::pair<MilestoneKind, std::int64_t>> seen;
  for (std::size_t i = 0; i < promotion.milestones.size(); ++i) {
    const MilestoneDefinition& milestone = promotion.milestones[i];
    const std::string where = element(path, i) + ".at";
    // A mark at the target itself would never be announced: completion is.
    const bool percent = milestone.kind == MilestoneKind::percent;
    const std::int64_t last = percent ? 99 : promotion.target - 1;
    if (milestone.at < 1 || (milestone.at > last && (percent || promotion.target > 0))) {
      check.report(where, "is " + std::to_string(milestone.at) + "; expected " +
                              (percent ? "1 to 99 percent"
                                       : "at least 1 and less than the target, " +
                                             std::to_string(promotion.target)));
    } else if (!seen.insert({milestone.kind, milestone.at}).second) {
      check.report(where, "this milestone is already listed");
    }
  }
}

void check_reward(Check& check, const std::string& path, const PromotionDefinition& promotion) {
  const RewardDefinition& reward = promotion.reward;
  check_bounds(check, path, reward);
  check.not_negative(path + ".rate", reward.rate);
  const bool by_rate = reward.rate.mantissa != 0;
  const int kinds = (reward.points != 0 ? 1 : 0) + (by_rate ? 1 : 0) +
                    (reward.voucher.empty() ? 0 : 1) + (reward.benefit.empty() ? 0 : 1);
  if (kinds != 1) {
    check.report(path, std::string(kinds == 0 ? "gives nothing" : "gives several things") +
                           "; expected exactly one of points" +
                           (promotion.kind == PromotionKind::standard ? " (or rate)" : "") +
                           ", voucher and benefit");
  }
  if (by_rate && promotion.kind == PromotionKind::cumulative) {
    check.report(path + ".rate", "only a standard promotion gives points by rate; expected points");
  }
  if (!reward.voucher.empty()) check.reference(path + ".voucher", reward.voucher, check.vouchers);
  if (!reward.benefit.empty()) check.reference(path + ".benefit", reward.benefit, check.benefits);
  const bool gives_points = reward.points != 0 || by_rate;
  const CurrencyDefinition* currency = nullptr;
  if (!reward.currency.empty()) {
    check.reference(path + ".currency", reward.currency, check.currencies);
    currency = check.currency(reward.currency);
    if (!gives_points) check.report(path + ".currency", "has no effect without points");
  } else if (gives_points) {
    currency = check.primary_for(path + ".currency");
  }
  if (reward.subtype.empty()) return;
  if (!gives_points) {
    check.report(path + ".subtype", "has no effect without points");
  } else if (currency != nullptr) {
    check.subtype(path + ".subtype", reward.subtype, currency->id);
  }
}

/// What a kind of promotion needs, and what the other kind only has.
void check_kind(Check& check, const std::string& path, const PromotionDefinition& promotion) {
  if (promotion.kind == PromotionKind::cumulative) {
    if (promotion.target == 0) {
      check.report(path + ".target", "a cumulative promotion needs a target above 0");
    }
    if (promotion.streak != Streak::none && promotion.measure != Measure::journals) {
      check.report(path + ".measure",
                   "a streak counts periods with an activity; expected journals, or none given");
    }
    return;
  }
  const auto only_cumulative = [&](const char* field) {
    check.report(path + field,
                 "a standard promotion rewards each activity; only a cumulative one has this");
  };
  if (promotion.target != 0) only_cumulative(".target");
  if (promotion.repeatable) only_cumulative(".repeatable");
  if (promotion.streak != Streak::none) only_cumulative(".streak");
  if (!promotion.milestones.empty()) only_cumulative(".milestones");
}

}  // namespace

void check_promotions(Check& check) {
  Check::Seen ids;
  for (std::size_t i = 0; i < check.program.promotions.size(); ++i) {
    const PromotionDefinition& promotion = check.program.promotions[i];
    const std::string path = element("promotions", i);
    check_bounds(check, path, promotion);
    check.id(path + ".id", promotion.id, ids, "promotion");
    if (promotion.unit.empty()) check.report(path + ".unit", "must not be empty");
    if (promotion.units.empty()) check.report(path + ".units", "must not be empty");
    check.window(path, "starts", promotion.starts, "ends", promotion.ends);
    check_condition(check, path + ".when", promotion.when);
    check_kind(check, path, promotion);
    if (!promotion.enrollment_required && (promotion.enroll_from || promotion.enroll_until)) {
      check.report(path + (promotion.enroll_from ? ".enroll_from" : ".enroll_until"),
                   "an enrolment window needs enrollment_required = true");
    }
    check.window(path, "enroll_from", promotion.enroll_from, "enroll_until",
                 promotion.enroll_until);
    if (promotion.kind == PromotionKind::cumulative) {
      check_milestones(check, path + ".milestones", promotion);
    }
    check_reward(check, path + ".reward", promotion);
    check_bounds(check, path + ".limits", promotion.limits);
    check_bounds(check, path + ".member_limits", promotion.member_limits);
    if (!promotion.sponsor.empty()) {
      check.reference(path + ".sponsor", promotion.sponsor, check.partners);
    }
  }
}

}  // namespace loyalty::domain::validation
