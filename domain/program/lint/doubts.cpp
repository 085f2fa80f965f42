// SPDX-License-Identifier: Apache-2.0
#include "domain/program/lint/doubts.hpp"

#include <utility>

namespace loyalty::domain::lint {

std::string item(std::string_view list, std::size_t index, std::string_view rest) {
  return std::string(list) + "[" + std::to_string(index) + "]" + std::string(rest);
}

std::string quoted(std::string_view text) { return "\"" + std::string(text) + "\""; }

bool contains(const std::vector<std::string>& names, std::string_view name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

bool meets(const std::vector<std::string>& names, const Names& others) {
  return std::any_of(names.begin(), names.end(),
                     [&](const auto& name) { return others.contains(name); });
}

std::optional<LocalDay> day(const std::optional<std::string>& text) {
  return text ? parse_day(*text) : std::nullopt;
}

bool is_empty_window(const std::optional<std::string>& from,
                     const std::optional<std::string>& until) {
  const auto first = day(from);
  const auto end = day(until);
  return first && end && *first >= *end;
}

std::string_view contradiction(const ConditionDefinition& when) {
  if (is_empty_window(when.from, when.until)) {
    return "its window is empty: from is not before until, the first day after it";
  }
  if (when.own_products_only && !when.partners.empty()) {
    return "it asks for a partner and for own products only";
  }
  return {};
}

Doubts::Doubts(const ProgramDefinition& definition) : program(definition) { find_what_is_earned(); }

void Doubts::doubt(std::string path, std::string message) {
  problems_.push_back({std::move(path), RefusalCode::invalid_definition, std::move(message)});
}

// A rule may ask for a tier that only its own points could reach, so both sets grow together
// until nothing is added.
void Doubts::find_what_is_earned() {
  for (const auto& promotion : program.promotions) {
    if (promotion.reward.points > 0 || promotion.reward.rate.mantissa > 0) {
      earned.insert(currency_of(promotion.reward));
    }
  }
  std::size_t known = 0;
  do {
    known = earned.size() + reachable.size();
    for (const auto& group : program.tier_groups) {
      for (const auto& tier : group.tiers) {
        if (can_reach(group, tier)) reachable.insert(tier.id);
      }
    }
    for (const auto& rule : program.rules) {
      if (can_credit(rule)) earned.insert(currency_of(rule));
    }
  } while (known != earned.size() + reachable.size());
}

bool Doubts::can_reach(const TierGroupDefinition& group, const TierDefinition& tier) const {
  const auto is_met = [&](const auto& threshold) {
    if (threshold.minimum == 0) return true;
    const auto cap = balance_cap(threshold.currency);
    return earned.contains(threshold.currency) && (!cap || *cap >= threshold.minimum);
  };
  return group.match == ThresholdMatch::all
             ? std::all_of(tier.thresholds.begin(), tier.thresholds.end(), is_met)
             : std::any_of(tier.thresholds.begin(), tier.thresholds.end(), is_met);
}

bool Doubts::can_credit(const RuleDefinition& rule) const {
  return rule.rate.mantissa > 0 && contradiction(rule.when).empty() &&
         (rule.when.tiers.empty() || meets(rule.when.tiers, reachable));
}

std::string_view Doubts::primary() const {
  for (const auto& currency : program.currencies) {
    if (currency.primary) return currency.id;
  }
  return {};
}

std::string_view Doubts::currency_of(const RewardDefinition& reward) const {
  return reward.currency.empty() ? primary() : std::string_view(reward.currency);
}

std::string_view Doubts::currency_of(const RuleDefinition& rule) const {
  return rule.currency.empty() ? primary() : std::string_view(rule.currency);
}

const CurrencyDefinition* Doubts::currency(std::string_view id) const {
  const auto found = std::find_if(program.currencies.begin(), program.currencies.end(),
                                  [&](const auto& currency) { return currency.id == id; });
  return found == program.currencies.end() ? nullptr : &*found;
}

const PartnerDefinition* Doubts::partner(std::string_view id) const {
  const auto found = std::find_if(program.partners.begin(), program.partners.end(),
                                  [&](const auto& partner) { return partner.id == id; });
  return found == program.partners.end() ? nullptr : &*found;
}

std::optional<std::int64_t> Doubts::balance_cap(std::string_view id) const {
  for (const auto& promotion : program.promotions) {
    const bool gives_points = promotion.reward.points > 0 || promotion.reward.rate.mantissa > 0;
    if (gives_points && currency_of(promotion.reward) == id) return std::nullopt;
  }
  std::optional<std::int64_t> highest;
  for (const auto& rule : program.rules) {
    if (rule.rate.mantissa == 0 || currency_of(rule) != id) continue;
    if (rule.cap.balance == 0) return std::nullopt;
    highest = std::max(highest.value_or(0), rule.cap.balance);
  }
  return highest;
}

void Doubts::doubt_condition(const std::string& path, std::string_view consequence,
                             const ConditionDefinition& when) {
  const std::string_view reason = contradiction(when);
  if (!reason.empty()) {
    doubt(path, std::string(consequence) + ": " + std::string(reason));
  } else if (!when.tiers.empty() && !meets(when.tiers, reachable)) {
    doubt(path + ".tiers", std::string(consequence) + ": none of its tiers can be reached");
  }
}

}  // namespace loyalty::domain::lint
