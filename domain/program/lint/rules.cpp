// SPDX-License-Identifier: Apache-2.0
#include "domain/decimal.hpp"
#include "domain/program/lint/doubts.hpp"

/// Doubts about rules: such as never apply, overlap, or are made pointless by their caps.
namespace loyalty::domain::lint {
namespace {

bool is_only_enrollment(const ConditionDefinition& when) {
  return when.activities.size() == 1 && when.activities.front() == "enrollment";
}

// Equal for conditions that differ only in the order of their lists, and in their windows.
std::string canonical_value(std::vector<std::string> names) {
  std::sort(names.begin(), names.end());
  std::string text;
  for (const auto& name : names) text += name + ",";
  return text;
}
std::string canonical_value(const std::optional<std::string>&) { return {}; }
std::string canonical_value(std::int64_t number) { return std::to_string(number); }
std::string canonical_value(const std::vector<LookBackDefinition>& conditions) {
  std::string text;
  for (const auto& c : conditions) {
    text += canonical_value(c.activities) + std::to_string(c.days) + "," +
            std::to_string(c.min_count) + "," + (c.max_count ? std::to_string(*c.max_count) : "") +
            ";";
  }
  return text;
}

std::string canonical(const ConditionDefinition& when) {
  std::string text;
  ConditionDefinition::fields(when, [&](const Field& field, const auto& member) {
    text += std::string(field.name) + "=" + canonical_value(member) + "\n";
  });
  return text;
}

bool windows_overlap(const ConditionDefinition& a, const ConditionDefinition& b) {
  return !is_empty_window(a.from, b.until) && !is_empty_window(b.from, a.until);
}

/// The least that the rule gives for one activity, before caps; nothing where that is not known.
std::optional<std::int64_t> least_points(const RuleDefinition& rule) {
  Decimal least = one;
  for (const auto& entry : rule.multipliers) {
    if (multiply(1'000'000'000, entry.multiplier, one, 0, Rounding::floor) <
        multiply(1'000'000'000, least, one, 0, Rounding::floor)) {
      least = entry.multiplier;
    }
  }
  switch (rule.measure) {
    case Measure::amount: return multiply(rule.when.min_amount, rule.rate, least, 2, rule.rounding);
    case Measure::units: return multiply(1, rule.rate, least, 0, rule.rounding);
    case Measure::journals: return multiply(1, rule.rate, least, 0, rule.rounding);
  }
  return std::nullopt;
}

void doubt_caps(Doubts& doubts, std::size_t i, const RuleDefinition& rule) {
  const CapDefinition& cap = rule.cap;
  const std::string path = item("rules", i, ".cap");
  if (cap.per_activity > 0 && cap.per_period > 0 && cap.per_activity > cap.per_period) {
    doubts.doubt(path + ".per_activity", "is above per_period, so it never matters");
  }
  if (cap.balance > 0 && cap.per_activity > cap.balance) {
    doubts.doubt(path + ".per_activity", "is above the cap of the balance, so it never matters");
  }
  const auto least = least_points(rule);
  if (cap.per_activity > 0 && least && *least > cap.per_activity) {
    doubts.doubt(path + ".per_activity", "cuts every activity: the rule gives " +
                                             std::to_string(*least) +
                                             " points or more, so its rate never matters");
  }
  if (cap.per_period > 0 && least && *least > cap.per_period) {
    doubts.doubt(path + ".per_period",
                 "is less than one activity gives, so nobody ever gets the points in full");
  }
}

void doubt_overlaps(Doubts& doubts) {
  const auto& rules = doubts.program.rules;
  std::map<std::string, std::vector<std::size_t>> same;
  for (std::size_t i = 0; i < rules.size(); ++i) {
    const RuleDefinition& rule = rules[i];
    if (rule.rate.mantissa == 0 || !contradiction(rule.when).empty()) continue;
    auto& others = same[std::string(doubts.currency_of(rule)) + "\n" + rule.subtype + "\n" +
                        std::string(name_of(rule.measure)) + "\n" + canonical(rule.when)];
    const auto other = std::find_if(others.begin(), others.end(), [&](std::size_t j) {
      return windows_overlap(rule.when, rules[j].when);
    });
    if (other != others.end()) {
      doubts.doubt(item("rules", i), "credits the same currency under the same condition as rule " +
                                         quoted(rules[*other].id) + "; both apply and add up");
    }
    others.push_back(i);
  }
}

}  // namespace

void doubt_rules(Doubts& doubts) {
  for (std::size_t i = 0; i < doubts.program.rules.size(); ++i) {
    const RuleDefinition& rule = doubts.program.rules[i];
    doubts.doubt_condition(item("rules", i, ".when"), "this rule never applies", rule.when);
    if (rule.rate.mantissa == 0) continue;
    if (rule.measure != Measure::journals && is_only_enrollment(rule.when)) {
      doubts.doubt(item("rules", i, ".measure"),
                   "an enrollment has no amount and no pieces, so this rule credits nothing; "
                   "measure = \"journals\" counts the enrollment itself");
    }
    for (std::size_t m = 0; m < rule.multipliers.size(); ++m) {
      const std::string& tier = rule.multipliers[m].tier;
      if (!rule.when.tiers.empty() && !contains(rule.when.tiers, tier)) {
        doubts.doubt(item(item("rules", i, ".multipliers"), m),
                     "is never used: the rule applies only to other tiers than " + quoted(tier));
      }
    }
    doubt_caps(doubts, i, rule);
  }
  doubt_overlaps(doubts);
}

}  // namespace loyalty::domain::lint
