// SPDX-License-Identifier: Apache-2.0
#include "domain/program/lint.hpp"

#include <algorithm>
#include <array>
#include <map>
#include <set>
#include <string_view>
#include <tuple>
#include <utility>

namespace loyalty::domain {
namespace {

/// Doubts that follow from the definition alone, each certain: no simulation, no guess about what
/// members do. Staff can always credit points, move progress and issue vouchers by hand, so the
/// messages say "no rule", not "never".
class DefinitionLint {
 public:
  explicit DefinitionLint(const ProgramDefinition& program) : program_(program) {}

  std::vector<Problem> run() {
    find_what_is_earned();
    doubt_money();
    doubt_currencies();
    doubt_tiers();
    doubt_benefits();
    doubt_rules();
    doubt_vouchers();
    doubt_offers();
    doubt_promotions();
    doubt_partners();
    return std::move(problems_);
  }

 private:
  using Names = std::set<std::string_view>;

  static std::string item(std::string_view list, std::size_t index, std::string_view rest = {}) {
    return std::string(list) + "[" + std::to_string(index) + "]" + std::string(rest);
  }
  static std::string in_quotes(std::string_view text) { return "\"" + std::string(text) + "\""; }
  static bool contains(const std::vector<std::string>& names, std::string_view name) {
    return std::find(names.begin(), names.end(), name) != names.end();
  }
  static bool meets(const std::vector<std::string>& names, const Names& others) {
    return std::any_of(names.begin(), names.end(),
                       [&](const auto& name) { return others.contains(name); });
  }
  void doubt(std::string path, std::string message) {
    problems_.push_back({std::move(path), RefusalCode::invalid_definition, std::move(message)});
  }

  static std::optional<LocalDay> day(const std::optional<std::string>& text) {
    return text ? parse_day(*text) : std::nullopt;
  }
  static bool is_empty_window(const std::optional<std::string>& from,
                              const std::optional<std::string>& until) {
    const auto first = day(from);
    const auto end = day(until);
    return first && end && *first >= *end;
  }

  /// Why no activity can ever meet the condition; empty when one can.
  static std::string_view contradiction(const ConditionDefinition& when) {
    if (is_empty_window(when.from, when.until)) {
      return "its window is empty: from is not before until, the first day after it";
    }
    if (when.own_products_only && !when.partners.empty()) {
      return "it asks for a partner and for own products only";
    }
    return {};
  }

  // ---- what rules and promotions can credit, and which tiers that can reach ----

  // A rule may ask for a tier that only its own points could reach, so both sets grow together
  // until nothing is added.
  void find_what_is_earned() {
    for (const auto& promotion : program_.promotions) {
      if (promotion.reward.points > 0) earned_.insert(reward_currency(promotion.reward));
    }
    std::size_t known = 0;
    do {
      known = earned_.size() + reachable_.size();
      for (const auto& group : program_.tier_groups) {
        for (const auto& tier : group.tiers) {
          if (can_reach(group, tier)) reachable_.insert(tier.id);
        }
      }
      for (const auto& rule : program_.rules) {
        if (can_credit(rule)) earned_.insert(rule.currency);
      }
    } while (known != earned_.size() + reachable_.size());
  }

  bool can_reach(const TierGroupDefinition& group, const TierDefinition& tier) const {
    const auto is_met = [&](const auto& threshold) {
      return threshold.minimum == 0 || earned_.contains(threshold.currency);
    };
    return group.match == ThresholdMatch::all
               ? std::all_of(tier.thresholds.begin(), tier.thresholds.end(), is_met)
               : std::any_of(tier.thresholds.begin(), tier.thresholds.end(), is_met);
  }

  bool can_credit(const RuleDefinition& rule) const {
    return rule.rate.mantissa > 0 && contradiction(rule.when).empty() &&
           (rule.when.tiers.empty() || meets(rule.when.tiers, reachable_));
  }

  std::string_view reward_currency(const RewardDefinition& reward) const {
    if (!reward.currency.empty()) return reward.currency;
    for (const auto& currency : program_.currencies) {
      if (currency.primary) return currency.id;
    }
    return {};
  }

  // ---- the sections ----

  void doubt_money() {
    constexpr std::array<std::string_view, 16> not_two_decimals{
        "BHD", "BIF", "CLP", "IQD", "ISK", "JOD", "JPY", "KRW",
        "KWD", "LYD", "OMR", "PYG", "TND", "UGX", "VND", "XAF"};
    if (std::find(not_two_decimals.begin(), not_two_decimals.end(), program_.money) !=
        not_two_decimals.end()) {
      doubt("money",
            "amounts are counted with two decimals, which " + program_.money + " does not have");
    }
  }

  void doubt_currencies() {
    for (std::size_t i = 0; i < program_.currencies.size(); ++i) {
      const std::string& id = program_.currencies[i].id;
      if (!earned_.contains(id)) {
        doubt(item("currencies", i), "no rule and no promotion credits " + in_quotes(id));
      }
      const bool grouped =
          std::any_of(program_.tier_groups.begin(), program_.tier_groups.end(),
                      [&](const auto& group) { return contains(group.currencies, id); });
      if (program_.currencies[i].kind == CurrencyKind::qualifying && !grouped) {
        doubt(item("currencies", i),
              in_quotes(id) + " is a qualifying currency, but it counts in no tier group");
      }
    }
  }

  void doubt_tiers() {
    for (std::size_t g = 0; g < program_.tier_groups.size(); ++g) {
      const TierGroupDefinition& group = program_.tier_groups[g];
      for (std::size_t t = 0; t < group.tiers.size(); ++t) {
        if (reachable_.contains(group.tiers[t].id)) continue;
        doubt(item(item("tier_groups", g, ".tiers"), t),
              "tier " + in_quotes(group.tiers[t].id) +
                  " cannot be reached: no rule and no promotion credits what it asks for");
      }
    }
  }

  void doubt_benefits() {
    Names used_types;
    for (const auto& benefit : program_.benefits) used_types.insert(benefit.type);
    for (std::size_t i = 0; i < program_.benefit_types.size(); ++i) {
      if (!used_types.contains(program_.benefit_types[i].id)) {
        doubt(item("benefit_types", i),
              "no benefit is of type " + in_quotes(program_.benefit_types[i].id));
      }
    }
    Names rewards;
    for (const auto& promotion : program_.promotions) rewards.insert(promotion.reward.benefit);
    for (std::size_t i = 0; i < program_.benefits.size(); ++i) {
      const BenefitDefinition& benefit = program_.benefits[i];
      if (benefit.tiers.empty() && !rewards.contains(benefit.id)) {
        doubt(item("benefits", i), "no tier and no promotion grants " + in_quotes(benefit.id));
      }
    }
    doubt_priorities();
  }

  void doubt_priorities() {
    Names exclusive;
    for (const auto& type : program_.benefit_types) {
      if (type.exclusive) exclusive.insert(type.id);
    }
    std::map<std::tuple<std::string_view, std::string_view, int>, std::string_view> first;
    for (std::size_t i = 0; i < program_.benefits.size(); ++i) {
      const BenefitDefinition& benefit = program_.benefits[i];
      if (!exclusive.contains(benefit.type)) continue;
      for (const auto& tier : benefit.tiers) {
        const auto [other, added] =
            first.emplace(std::tuple{std::string_view(benefit.type), std::string_view(tier),
                                     int{benefit.priority}},
                          benefit.id);
        if (added || other->second == benefit.id) continue;
        doubt(item("benefits", i, ".priority"),
              "has the priority of " + in_quotes(other->second) + ", which tier " +
                  in_quotes(tier) + " grants too; of type " + in_quotes(benefit.type) +
                  " a member gets only one, here the one with the smaller id");
        break;  // one tier is enough to show the conflict
      }
    }
  }

  void doubt_rules() {
    std::map<std::string, std::string_view> same;
    for (std::size_t i = 0; i < program_.rules.size(); ++i) {
      const RuleDefinition& rule = program_.rules[i];
      doubt_condition(item("rules", i, ".when"), "this rule never applies", rule.when);
      if (rule.rate.mantissa == 0) doubt(item("rules", i, ".rate"), "a rate of 0 credits nothing");
      if (rule.measure != Measure::journals && is_only_enrollment(rule.when)) {
        doubt(item("rules", i, ".measure"),
              "an enrollment has no amount and no pieces, so this rule credits nothing; "
              "measure = \"journals\" counts the enrollment itself");
      }
      for (std::size_t m = 0; m < rule.multipliers.size(); ++m) {
        const std::string& tier = rule.multipliers[m].tier;
        if (!rule.when.tiers.empty() && !contains(rule.when.tiers, tier)) {
          doubt(item(item("rules", i, ".multipliers"), m),
                "is never used: the rule applies only to other tiers than " + in_quotes(tier));
        }
      }
      const auto [other, added] = same.emplace(
          rule.currency + "\n" + std::string(name_of(rule.measure)) + "\n" + canonical(rule.when),
          rule.id);
      if (!added) {
        doubt(item("rules", i), "credits the same currency under the same condition as rule " +
                                    in_quotes(other->second) + "; both apply and add up");
      }
    }
  }

  void doubt_condition(const std::string& path, std::string_view consequence,
                       const ConditionDefinition& when) {
    const std::string_view reason = contradiction(when);
    if (!reason.empty()) {
      doubt(path, std::string(consequence) + ": " + std::string(reason));
    } else if (!when.tiers.empty() && !meets(when.tiers, reachable_)) {
      doubt(path + ".tiers", std::string(consequence) + ": none of its tiers can be reached");
    }
  }

  static bool is_only_enrollment(const ConditionDefinition& when) {
    return when.activities.size() == 1 && when.activities.front() == "enrollment";
  }

  /// Equal for conditions that differ only in the order of their lists.
  static std::string canonical(const ConditionDefinition& when) {
    std::string text;
    ConditionDefinition::fields(when, [&](const Field& field, const auto& member) {
      text += std::string(field.name) + "=" + canonical_value(member) + "\n";
    });
    return text;
  }
  static std::string canonical_value(std::vector<std::string> names) {
    std::sort(names.begin(), names.end());
    std::string text;
    for (const auto& name : names) text += name + ",";
    return text;
  }
  static std::string canonical_value(const std::optional<std::string>& text) {
    return text.value_or("");
  }
  static std::string canonical_value(std::int64_t number) { return std::to_string(number); }
  static std::string canonical_value(const std::vector<LookBackDefinition>& conditions) {
    std::string text;
    for (const auto& c : conditions) {
      text += canonical_value(c.activities) + std::to_string(c.days) + "," +
              std::to_string(c.min_count) + "," +
              (c.max_count ? std::to_string(*c.max_count) : "") + ";";
    }
    return text;
  }

  void doubt_vouchers() {
    Names given;
    for (const auto& offer : program_.offers) given.insert(offer.voucher);
    for (const auto& promotion : program_.promotions) given.insert(promotion.reward.voucher);
    for (std::size_t i = 0; i < program_.vouchers.size(); ++i) {
      if (!given.contains(program_.vouchers[i].id)) {
        doubt(item("vouchers", i),
              "no offer and no promotion gives " + in_quotes(program_.vouchers[i].id));
      }
    }
  }

  void doubt_offers() {
    for (std::size_t i = 0; i < program_.offers.size(); ++i) {
      const OfferDefinition& offer = program_.offers[i];
      if (!earned_.contains(offer.currency)) {
        doubt(item("offers", i, ".currency"), "no rule and no promotion credits " +
                                                  in_quotes(offer.currency) +
                                                  ", so nobody can pay for this offer");
      }
      if (offer.near >= offer.cost && offer.near > 0) {
        doubt(item("offers", i, ".near"),
              "is not below the cost: every member would count as near, even with no points");
      }
      if (!offer.partner.empty() && !has_reward_product(offer.partner)) {
        doubt(item("offers", i, ".partner"),
              "partner " + in_quotes(offer.partner) + " has no product with reward = true");
      }
    }
  }

  bool has_reward_product(std::string_view id) const {
    for (const auto& partner : program_.partners) {
      if (partner.id != id) continue;
      return std::any_of(partner.products.begin(), partner.products.end(),
                         [](const auto& product) { return product.reward; });
    }
    return false;
  }

  void doubt_promotions() {
    for (std::size_t i = 0; i < program_.promotions.size(); ++i) {
      const PromotionDefinition& promotion = program_.promotions[i];
      doubt_condition(item("promotions", i, ".when"), "no activity counts for this promotion",
                      promotion.when);
      doubt_promotion_windows(i, promotion);
      if (is_only_enrollment(promotion.when) &&
          (promotion.measure != Measure::journals || promotion.target > 1)) {
        doubt(item("promotions", i, ".target"),
              "cannot be reached: a member enrolls in the program once");
      }
    }
  }

  void doubt_promotion_windows(std::size_t i, const PromotionDefinition& promotion) {
    if (is_empty_window(promotion.when.from, promotion.ends) ||
        is_empty_window(promotion.starts, promotion.when.until)) {
      doubt(item("promotions", i, ".when"),
            "no activity counts for this promotion: its window and that of its condition have no "
            "day in common");
    }
    if (is_empty_window(promotion.enroll_from, promotion.ends)) {
      doubt(item("promotions", i, ".enroll_from"),
            "the promotion ends on " + in_quotes(*promotion.ends) +
                ", before its enrolment opens; nobody can complete it");
    }
  }

  void doubt_partners() {
    for (std::size_t i = 0; i < program_.partners.size(); ++i) {
      const PartnerDefinition& partner = program_.partners[i];
      if (partner.rates.empty()) {
        doubt(item("partners", i),
              "partner " + in_quotes(partner.id) + " has no rates, so nothing is ever billed");
      }
    }
  }

  const ProgramDefinition& program_;
  std::vector<Problem> problems_;
  Names earned_;     ///< currencies that a rule or a promotion can credit
  Names reachable_;  ///< tiers that those points can reach
};

}  // namespace

std::vector<Problem> warnings(const ProgramDefinition& definition) {
  return DefinitionLint(definition).run();
}

}  // namespace loyalty::domain
