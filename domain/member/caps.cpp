// SPDX-License-Identifier: Apache-2.0
#include "domain/member/caps.hpp"

#include <algorithm>

#include "domain/program/periods.hpp"

namespace loyalty::domain {
namespace {

Points given_in(LocalDay window, RuleId rule, const Member& member) {
  for (const auto& use : member.caps) {
    if (use.rule == rule && use.window == window) return use.points;
  }
  return {};
}

Points balance_to_come(CurrencyId currency, const Member& member) {
  Points total;
  if (const Purse* purse = member.purse(currency)) total = purse->available + purse->escrowed();
  for (const auto& pending : member.pending) {
    if (pending.what.currency == currency) total += pending.what.points;
  }
  return total;
}

}  // namespace

Points capped(const Rule& rule, Points points, LocalDay day, const Member& member, Points before) {
  const CapDefinition& cap = rule.cap;
  if (cap.per_activity > 0) points = std::min(points, Points{cap.per_activity});
  if (cap.per_period > 0) {
    const Points given = given_in(cap_window(cap.period, day), rule.id, member);
    points = std::min(points, Points{cap.per_period} - given);
  }
  if (cap.balance > 0) {
    points =
        std::min(points, Points{cap.balance} - balance_to_come(rule.currency, member) - before);
  }
  return std::max(points, Points{});
}

}  // namespace loyalty::domain
