// SPDX-License-Identifier: Apache-2.0
#include "domain/program/activities.hpp"
#include "domain/program/validation/bounds.hpp"

/// Activities, conditions on them, and the rules that earn by them (domain.md F5-F10).
namespace loyalty::domain::validation {
namespace {

constexpr std::int32_t longest_look_back_days = 366;

// The program's own products are not part of a definition, so ids can be checked only where the
// condition speaks of partners.
void check_partner_products(Check& check, const std::string& path,
                            const ConditionDefinition& when) {
  if (when.partners.empty()) return;
  KnownNames products{"product of these partners", "[[partners.products]]"};
  for (const auto& partner : check.program.partners) {
    if (!is_one_of(when.partners, partner.id)) continue;
    for (const auto& product : partner.products) products.insert(product.id);
  }
  check.references(path, when.products, products);
}

void check_condition_activities(Check& check, const std::string& path,
                                const std::vector<std::string>& activities) {
  for (std::size_t i = 0; i < activities.size(); ++i) {
    const std::string where = element(path, i);
    if (is_reserved_activity(activities[i])) {
      check.report(where,
                   in_quotes(activities[i]) +
                       " is reserved for the server itself; no rule or promotion can use it");
    } else {
      check.reference(where, activities[i], check.activities);
    }
  }
}

void check_look_back(Check& check, const std::string& path, const LookBackDefinition& look_back) {
  check_bounds(check, path, look_back);
  check_condition_activities(check, path + ".activities", look_back.activities);
  if (look_back.days < 1 || look_back.days > longest_look_back_days) {
    check.report(path + ".days", "is " + std::to_string(look_back.days) + "; expected 1 to " +
                                     std::to_string(longest_look_back_days) + " local days");
  }
  if (look_back.min_count == 0 && !look_back.max_count) {
    check.report(path, "asks for nothing; expected a min_count above 0 or a max_count");
  } else if (look_back.max_count && *look_back.max_count < look_back.min_count) {
    check.report(path + ".max_count", "is " + std::to_string(*look_back.max_count) +
                                          "; expected at least min_count, " +
                                          std::to_string(look_back.min_count));
  }
}

bool is_set(const CapDefinition& cap) { return cap != CapDefinition{}; }

void check_multipliers(Check& check, const std::string& path, const RuleDefinition& rule) {
  Check::Seen tiers;
  for (std::size_t i = 0; i < rule.multipliers.size(); ++i) {
    const TierMultiplierDefinition& item = rule.multipliers[i];
    const std::string where = element(path, i);
    check_bounds(check, where, item);
    check.reference(where + ".tier", item.tier, check.tiers);
    if (!tiers.insert(item.tier).second) {
      check.report(where + ".tier",
                   in_quotes(item.tier) + " already has a multiplier in this rule");
    }
    if (item.multiplier.mantissa <= 0) {
      check.report(where + ".multiplier",
                   "is " + item.multiplier.to_string() + "; expected more than 0");
    }
  }
}

/// The points that a rule credits: a currency with a rate, or the primary one.
void check_points(Check& check, const std::string& path, const RuleDefinition& rule) {
  check.not_negative(path + ".rate", rule.rate);
  const CurrencyDefinition* currency = nullptr;
  if (!rule.currency.empty()) {
    if (check.reference(path + ".currency", rule.currency, check.currencies)) {
      currency = check.currency(rule.currency);
    }
    if (rule.rate.mantissa == 0) {
      check.report(path + ".rate", "a rule that credits points needs a rate above 0");
    }
  } else if (rule.rate.mantissa > 0) {
    currency = check.primary_for(path + ".currency");
  } else {
    const auto useless = [&](const char* field) {
      check.report(path + field, "has no effect without a currency and a rate");
    };
    if (!rule.multipliers.empty()) useless(".multipliers");
    if (!rule.subtype.empty()) useless(".subtype");
    if (is_set(rule.cap)) useless(".cap");
    return;
  }
  if (!rule.subtype.empty() && currency != nullptr) {
    check.subtype(path + ".subtype", rule.subtype, currency->id);
  }
  check_multipliers(check, path + ".multipliers", rule);
  check_bounds(check, path + ".cap", rule.cap);
  if (rule.cap.per_period == 0 && rule.cap.period != CapPeriod::lifetime) {
    check.report(path + ".cap.period", "has no effect without per_period");
  }
}

}  // namespace

void check_condition(Check& check, const std::string& path, const ConditionDefinition& when) {
  check_bounds(check, path, when);
  check_condition_activities(check, path + ".activities", when.activities);
  check.references(path + ".tiers", when.tiers, check.tiers);
  check.references(path + ".partners", when.partners, check.partners);
  check_partner_products(check, path + ".products", when);
  if (when.max_amount > 0 && when.min_amount > when.max_amount) {
    check.report(path + ".max_amount", "is " + std::to_string(when.max_amount) +
                                           "; expected at least min_amount, " +
                                           std::to_string(when.min_amount) + " minor units");
  }
  check.day(path + ".from", when.from);
  check.day(path + ".until", when.until);
  check.references(path + ".enrolled_in", when.enrolled_in, check.promotions);
  for (std::size_t i = 0; i < when.look_back.size(); ++i) {
    check_look_back(check, element(path + ".look_back", i), when.look_back[i]);
  }
}

void check_activities(Check& check) {
  Check::Seen seen;
  for (std::size_t i = 0; i < check.program.activities.size(); ++i) {
    const std::string& name = check.program.activities[i];
    const std::string path = element("activities", i);
    if (is_one_of(built_in_activities, name)) {
      check.report(path, in_quotes(name) + " is built in and need not be listed");
    } else if (is_reserved_activity(name)) {
      check.report(path, in_quotes(name) + " is reserved for the server itself");
    } else {
      check.id(path, name, seen, "activity");
    }
  }
}

void check_rules(Check& check) {
  Check::Seen ids;
  for (std::size_t i = 0; i < check.program.rules.size(); ++i) {
    const RuleDefinition& rule = check.program.rules[i];
    const std::string path = element("rules", i);
    check_bounds(check, path, rule);
    check.id(path + ".id", rule.id, ids, "rule");
    check_condition(check, path + ".when", rule.when);
    check_points(check, path, rule);
    if (!rule.voucher.empty()) check.reference(path + ".voucher", rule.voucher, check.vouchers);
    if (!rule.benefit.empty()) check.reference(path + ".benefit", rule.benefit, check.benefits);
    if (rule.currency.empty() && rule.rate.mantissa == 0 && rule.voucher.empty() &&
        rule.benefit.empty() && rule.segment.empty()) {
      check.report(path,
                   "does nothing; expected a currency with a rate, a voucher, a benefit or a "
                   "segment");
    }
  }
}

}  // namespace loyalty::domain::validation
