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

Unexpected<Refusal> too_large(std::string_view why) {
  return Unexpected{Refusal{RefusalCode::limit_exceeded, "amount", std::string(why)}};
}

/// The arithmetic of a rule that applies; `earlier` are those before it.
Expected<Accrual, Refusal> accrual_of(const Rule& rule, const Member& member, const Deed& activity,
                                      const Accruals& earlier) {
  Accrual accrual{.rule = &rule,
                  .base = measured(rule.measure, activity),
                  .tier = multiplier_of(rule, member),
                  .full = {},
                  .points = {}};
  if (!rule.currency) return accrual;
  // A rate on money is per major unit: two decimals less.
  const std::uint8_t extra_scale = rule.measure == Measure::amount ? 2 : 0;
  const auto full =
      multiply(accrual.base, rule.rate, accrual.multiplier(), extra_scale, rule.rounding);
  Points before;
  for (const auto& other : earlier) {
    if (other.rule->currency == rule.currency) before += other.points;
  }
  if (full) accrual.points = capped(rule, {*full}, activity.day, member, before);
  if (!full || accrual.points.value > max_amount_per_operation) {
    return too_large("the points it would give exceed 10^12");
  }
  if (member.balance(rule.currency).value > max_balance - accrual.points.value) {
    return too_large("the balance would exceed 10^15");
  }
  accrual.full = {*full};
  return accrual;
}

}  // namespace

Expected<Accruals, Refusal> accruals(const Catalogue& catalogue, const Member& member,
                                     const Deed& activity) {
  Accruals result;
  std::optional<Refusal> refusal;
  each_candidate(catalogue.rules, catalogue.rule_index, activity, member, [&](const Rule& rule) {
    if (refusal || !matches(rule.when, activity, member)) return;
    auto accrual = accrual_of(rule, member, activity, result);
    if (accrual) {
      result.push_back(*accrual);
    } else {
      refusal = accrual.error();
    }
  });
  if (refusal) return Unexpected{*refusal};
  return result;
}

}  // namespace loyalty::domain
