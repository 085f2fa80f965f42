// SPDX-License-Identifier: Apache-2.0
#include "domain/program/activities.hpp"
#include "domain/program/program.hpp"

namespace loyalty::domain {
namespace {

std::string join(const std::vector<std::string>& words) {
  std::string text;
  for (const auto& word : words) text += (text.empty() ? "" : ", ") + word;
  return text;
}

std::string per_unit(Measure measure, const std::string& money) {
  switch (measure) {
    case Measure::amount: return " per 1.00 " + money;
    case Measure::units: return " per piece";
    case Measure::journals: return " per activity";
  }
  return {};
}

std::string primary_of(const ProgramDefinition& definition) {
  for (const auto& currency : definition.currencies) {
    if (currency.primary) return currency.id;
  }
  return {};
}

std::string terms_of(const RuleDefinition& rule, const std::string& money) {
  std::string terms;
  const auto add = [&](const std::string& words) { terms += (terms.empty() ? "" : ", ") + words; };
  if (rule.rate.mantissa != 0) {
    add(rule.rate.to_string() + " points" + per_unit(rule.measure, money));
  }
  if (!rule.voucher.empty()) add("voucher " + rule.voucher);
  if (!rule.benefit.empty()) add("benefit " + rule.benefit);
  if (!rule.segment.empty()) add("segment " + rule.segment);
  add(std::string(name_of(rule.crediting)));
  return terms;
}

std::string terms_of(const PromotionDefinition& promotion, const std::string& money) {
  if (promotion.kind == PromotionKind::cumulative) {
    return "target " + std::to_string(promotion.target) + " " + promotion.units;
  }
  const RewardDefinition& reward = promotion.reward;
  if (!reward.voucher.empty()) return "voucher " + reward.voucher + " per activity";
  if (!reward.benefit.empty()) return "benefit " + reward.benefit + " per activity";
  if (reward.points != 0) return std::to_string(reward.points) + " points per activity";
  return reward.rate.to_string() + " points" + per_unit(promotion.measure, money);
}

std::string currency_of(const RuleDefinition& rule, const std::string& primary) {
  return rule.rate.mantissa != 0 && rule.currency.empty() ? primary : rule.currency;
}

std::string currency_of(const RewardDefinition& reward, const std::string& primary) {
  const bool gives_points = reward.points != 0 || reward.rate.mantissa != 0;
  return gives_points && reward.currency.empty() ? primary : reward.currency;
}

}  // namespace

ActivitiesResult activities_of(const ProgramDefinition& definition) {
  ActivitiesResult result;
  const std::string primary = primary_of(definition);
  for (const std::string_view type : built_in_activities) result.types.emplace_back(type);
  for (const auto& type : definition.activities) result.types.push_back(type);
  for (const auto& rule : definition.rules) {
    result.activities.push_back({.kind = "accrual",
                                 .id = rule.id,
                                 .name = rule.name,
                                 .activity = join(rule.when.activities),
                                 .currency = currency_of(rule, primary),
                                 .terms = terms_of(rule, definition.money)});
  }
  for (const auto& offer : definition.offers) {
    result.activities.push_back({.kind = "redemption",
                                 .id = offer.id,
                                 .name = offer.name,
                                 .activity = "redeem",
                                 .currency = offer.currency,
                                 .terms = std::to_string(offer.cost) + " points for a " +
                                          std::string(name_of(offer.reward))});
  }
  for (const auto& promotion : definition.promotions) {
    result.activities.push_back({.kind = "promotion",
                                 .id = promotion.id,
                                 .name = promotion.name,
                                 .activity = join(promotion.when.activities),
                                 .currency = currency_of(promotion.reward, primary),
                                 .terms = terms_of(promotion, definition.money)});
  }
  return result;
}

}  // namespace loyalty::domain
