// SPDX-License-Identifier: Apache-2.0
#include <map>

#include "domain/program/validation/bounds.hpp"
#include "domain/quantity.hpp"

/// Tier groups, their tiers, and the benefits that tiers grant (domain.md F31-F39).
namespace loyalty::domain::validation {
namespace {

class TierGroupCheck {
 public:
  explicit TierGroupCheck(Check& check) : check_(check) {}

  void run(const std::string& path, const TierGroupDefinition& group) {
    check_bounds(check_, path, group);
    check_.id(path + ".id", group.id, group_ids_, "tier group");
    if (group.model == TierModel::unset) {
      check_.report(path + ".model", "a tier group needs a model: fixed or anniversary",
                    RefusalCode::missing_tier_model);
    }
    if (!group.qualification_period) {
      check_.report(path + ".qualification_period",
                    "a tier group needs a qualification_period, such as \"1 year\"",
                    RefusalCode::missing_qualification_period);
    }
    if (!group.tier_period) {
      check_.report(path + ".tier_period", "a tier group needs a tier_period, such as \"1 year\"",
                    RefusalCode::missing_tier_period);
    }
    // Checked in a year without 29 February: a reset happens every year.
    if (group.reset_day.size() != 5 || !parse_day("2023-" + group.reset_day)) {
      check_.report(path + ".reset_day",
                    in_quotes(group.reset_day) +
                        " is not a day of every year; expected MM-DD, such as 12-31");
    }
    if (group.currencies.empty()) {
      check_.report(path + ".currencies", "a tier group needs at least one qualifying currency");
    }
    for (std::size_t i = 0; i < group.currencies.size(); ++i) {
      currency(element(path + ".currencies", i), group.currencies[i], group.id);
    }
    tiers(path + ".tiers", group);
  }

 private:
  using Highest = std::map<std::string_view, std::pair<std::int64_t, std::string_view>>;

  void currency(const std::string& path, std::string_view id, std::string_view group) {
    if (!check_.reference(path, id, check_.currencies)) return;
    if (check_.currency(id)->kind != CurrencyKind::qualifying) {
      check_.report(path,
                    in_quotes(id) + " is not a qualifying currency and cannot count for tiers",
                    RefusalCode::tier_group_not_allowed);
    }
    const auto [owner, added] = group_of_currency_.emplace(id, group);
    if (!added) {
      check_.report(path,
                    in_quotes(id) + " already counts in tier group " + in_quotes(owner->second) +
                        "; a currency belongs to one tier group",
                    RefusalCode::currency_already_in_tier_group);
    }
  }

  void tiers(const std::string& path, const TierGroupDefinition& group) {
    Highest highest;
    for (std::size_t i = 0; i < group.tiers.size(); ++i) {
      const TierDefinition& tier = group.tiers[i];
      const std::string at = element(path, i);
      check_bounds(check_, at, tier);
      check_.id(at + ".id", tier.id, tier_ids_, "tier");
      if (tier.thresholds.empty()) {
        check_.report(at + ".thresholds", "a tier needs a threshold; 0 makes it the base tier",
                      RefusalCode::invalid_thresholds);
      }
      Check::Seen listed;
      for (std::size_t j = 0; j < tier.thresholds.size(); ++j) {
        const ThresholdDefinition& threshold = tier.thresholds[j];
        const std::string where = element(at + ".thresholds", j);
        if (!is_one_of(group.currencies, threshold.currency)) {
          check_.report(where + ".currency", in_quotes(threshold.currency) +
                                                 " is not among the currencies of this tier group");
        } else if (!listed.insert(threshold.currency).second) {
          check_.report(where + ".currency",
                        in_quotes(threshold.currency) + " already has a threshold here");
        } else {
          rises(where + ".minimum", threshold, tier.id, highest);
        }
      }
    }
  }

  void rises(const std::string& path, const ThresholdDefinition& threshold, std::string_view tier,
             Highest& highest) {
    const std::int64_t minimum = threshold.minimum;
    if (minimum < 0 || minimum > max_amount_per_operation) {
      check_.report(path,
                    "is " + std::to_string(minimum) + "; expected a number from 0 to " +
                        std::to_string(max_amount_per_operation),
                    RefusalCode::invalid_thresholds);
      return;
    }
    const auto below = highest.find(threshold.currency);
    if (below != highest.end() && minimum <= below->second.first) {
      check_.report(path,
                    "is " + std::to_string(minimum) + "; expected more than " +
                        std::to_string(below->second.first) + ", the threshold of " +
                        in_quotes(below->second.second) + " below it",
                    RefusalCode::invalid_thresholds);
    }
    highest[threshold.currency] = {minimum, tier};
  }

  Check& check_;
  Check::Seen group_ids_;
  Check::Seen tier_ids_;
  std::map<std::string_view, std::string_view> group_of_currency_;
};

}  // namespace

void check_tier_groups(Check& check) {
  TierGroupCheck groups(check);
  for (std::size_t i = 0; i < check.program.tier_groups.size(); ++i) {
    groups.run(element("tier_groups", i), check.program.tier_groups[i]);
  }
}

void check_benefits(Check& check) {
  Check::Seen type_ids;
  for (std::size_t i = 0; i < check.program.benefit_types.size(); ++i) {
    const std::string path = element("benefit_types", i);
    check_bounds(check, path, check.program.benefit_types[i]);
    check.id(path + ".id", check.program.benefit_types[i].id, type_ids, "benefit type");
  }
  Check::Seen ids;
  for (std::size_t i = 0; i < check.program.benefits.size(); ++i) {
    const BenefitDefinition& benefit = check.program.benefits[i];
    const std::string path = element("benefits", i);
    check_bounds(check, path, benefit);
    check.id(path + ".id", benefit.id, ids, "benefit");
    check.reference(path + ".type", benefit.type, check.benefit_types);
    if (benefit.priority < 1) {
      check.report(path + ".priority",
                   "is " + std::to_string(benefit.priority) + "; expected 1 (the highest) or more");
    }
    check.references(path + ".tiers", benefit.tiers, check.tiers);
    if (!benefit.voucher.empty()) {
      check.reference(path + ".voucher", benefit.voucher, check.vouchers);
    }
  }
}

}  // namespace loyalty::domain::validation
