// SPDX-License-Identifier: Apache-2.0
#include <tuple>

#include "domain/program/lint/doubts.hpp"

/// Doubts about points, tiers and benefits.
namespace loyalty::domain::lint {
namespace {

void doubt_priorities(Doubts& doubts) {
  Names exclusive;
  for (const auto& type : doubts.program.benefit_types) {
    if (type.exclusive) exclusive.insert(type.id);
  }
  std::map<std::tuple<std::string_view, std::string_view, int>, std::string_view> first;
  for (std::size_t i = 0; i < doubts.program.benefits.size(); ++i) {
    const BenefitDefinition& benefit = doubts.program.benefits[i];
    if (!exclusive.contains(benefit.type)) continue;
    for (const auto& tier : benefit.tiers) {
      const auto [other, added] = first.emplace(
          std::tuple{std::string_view(benefit.type), std::string_view(tier), int{benefit.priority}},
          benefit.id);
      if (added || other->second == benefit.id) continue;
      doubts.doubt(item("benefits", i, ".priority"),
                   "has the priority of " + quoted(other->second) + ", which tier " + quoted(tier) +
                       " grants too; of type " + quoted(benefit.type) +
                       " a member gets only one, here the one with the smaller id");
      break;  // one tier is enough to show the conflict
    }
  }
}

}  // namespace

void doubt_currencies(Doubts& doubts) {
  const auto& program = doubts.program;
  for (std::size_t i = 0; i < program.currencies.size(); ++i) {
    const CurrencyDefinition& currency = program.currencies[i];
    const std::string& id = currency.id;
    if (!doubts.earned.contains(id)) {
      doubts.doubt(item("currencies", i), "no rule and no promotion credits " + quoted(id));
    }
    const bool grouped =
        std::any_of(program.tier_groups.begin(), program.tier_groups.end(),
                    [&](const auto& group) { return contains(group.currencies, id); });
    if (currency.kind == CurrencyKind::qualifying && !grouped) {
      doubts.doubt(item("currencies", i),
                   quoted(id) + " is a qualifying currency, but it counts in no tier group");
    }
    if (currency.escrow_days > 0 && !currency.negative_limits.empty()) {
      doubts.doubt(item("currencies", i, ".negative_limits"),
                   "have no effect beside escrow_days: where points are held in escrow, nobody can "
                   "spend more than the balance");
    }
  }
}

void doubt_tiers(Doubts& doubts) {
  for (std::size_t g = 0; g < doubts.program.tier_groups.size(); ++g) {
    const TierGroupDefinition& group = doubts.program.tier_groups[g];
    if (group.tiers.empty()) {
      doubts.doubt(item("tier_groups", g, ".tiers"), "no tier is defined yet");
    }
    for (std::size_t t = 0; t < group.tiers.size(); ++t) {
      if (doubts.reachable.contains(group.tiers[t].id)) continue;
      doubts.doubt(item(item("tier_groups", g, ".tiers"), t),
                   "tier " + quoted(group.tiers[t].id) +
                       " cannot be reached: no rule and no promotion credits what it asks for");
    }
  }
}

void doubt_benefits(Doubts& doubts) {
  const auto& program = doubts.program;
  Names used_types;
  for (const auto& benefit : program.benefits) used_types.insert(benefit.type);
  for (std::size_t i = 0; i < program.benefit_types.size(); ++i) {
    if (!used_types.contains(program.benefit_types[i].id)) {
      doubts.doubt(item("benefit_types", i),
                   "no benefit is of type " + quoted(program.benefit_types[i].id));
    }
  }
  Names rewards;
  for (const auto& promotion : program.promotions) rewards.insert(promotion.reward.benefit);
  for (const auto& rule : program.rules) rewards.insert(rule.benefit);
  for (std::size_t i = 0; i < program.benefits.size(); ++i) {
    const BenefitDefinition& benefit = program.benefits[i];
    if (benefit.tiers.empty() && !rewards.contains(benefit.id)) {
      doubts.doubt(item("benefits", i),
                   "no tier, no rule and no promotion grants " + quoted(benefit.id));
    }
  }
  doubt_priorities(doubts);
}

}  // namespace loyalty::domain::lint
