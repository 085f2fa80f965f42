// SPDX-License-Identifier: Apache-2.0
#include "domain/member/accruals.hpp"

#include <optional>

#include "domain/member/candidates.hpp"
#include "domain/member/caps.hpp"
#include "domain/member/conditions.hpp"

namespace loyalty::domain {
namespace {

const TierMultiplier* multiplier_of(const Rule& rule, const Member& member) {
  for (const auto& entry : rule.multipliers) {
    if (member.holds(entry.tier)) return &entry;
  }
  return nullptr;
}

Refusal points_refused(const char* why) { return {RefusalCode::limit_exceeded, "amount", why}; }

/// Adds a rule that applies, with its arithmetic, to those before it; or tells why it cannot.
std::optional<Refusal> add_accrual(Accruals& accruals, const Rule& rule, const Member& member,
                                   const Deed& activity) {
  Accrual accrual{.rule = &rule,
                  .base = measured(rule.measure, activity),
                  .tier = multiplier_of(rule, member),
                  .full = {},
                  .points = {}};
  if (rule.currency) {
    // A rate on money is per major unit: two decimals less.
    const std::uint8_t extra_scale = rule.measure == Measure::amount ? 2 : 0;
    const auto full =
        multiply(accrual.base, rule.rate, accrual.multiplier(), extra_scale, rule.rounding);
    Points before;
    for (const auto& other : accruals) {
      if (other.rule->currency == rule.currency) before += other.points;
    }
    if (full) accrual.points = capped(rule, {*full}, activity.day, member, before);
    if (!full || accrual.points.value > max_amount_per_operation) {
      return points_refused("the points it would give exceed 10^12");
    }
    if (member.balance(rule.currency).value > max_balance - accrual.points.value) {
      return points_refused("the balance would exceed 10^15");
    }
    accrual.full = {*full};
  }
  accruals.push_back(accrual);
  return std::nullopt;
}

}  // namespace

Expected<Accruals, Refusal> accruals(const Catalogue& catalogue, const Member& member,
                                     const Deed& activity) {
  Expected<Accruals, Refusal> result{Accruals{}};
  each_candidate(catalogue.rules, catalogue.rule_index, activity, member, [&](const Rule& rule) {
    if (!result || !matches(rule.when, activity, member)) return;
    if (auto refusal = add_accrual(*result, rule, member, activity)) {
      result = Unexpected{*std::move(refusal)};
    }
  });
  return result;
}

}  // namespace loyalty::domain
