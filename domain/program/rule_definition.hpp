// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "domain/decimal.hpp"
#include "domain/fields.hpp"
#include "domain/time.hpp"

/// What a program manager writes about earning (domain.md F5-F10).
namespace loyalty::domain {

/// How often something happened in the local days up to the activity, itself not counted (S1).
struct LookBackDefinition {
  std::vector<std::string> activities;
  std::int32_t days = 0;
  std::int64_t min_count = 0;
  std::optional<std::int64_t> max_count;

  friend bool operator==(const LookBackDefinition&, const LookBackDefinition&) = default;
  static void fields(auto& self, auto visit) {
    visit(defaulted("activities", "activity types that count; default: all"), self.activities);
    visit(
        required("days", "the last so many local days, the day of the activity included; 1 to 366"),
        self.days);
    visit(defaulted("min_count", "at least so many"), self.min_count);
    visit(defaulted("max_count", "at most so many; 0: none at all"), self.max_count);
  }
};

/// When a rule or a promotion applies to an activity (domain.md F5).
struct ConditionDefinition {
  std::vector<std::string> activities;
  std::vector<std::string> subtypes;
  std::vector<std::string> categories;
  std::vector<std::string> products;
  std::vector<std::string> partners;
  std::vector<std::string> channels;
  std::vector<std::string> tiers;
  std::int64_t min_amount = 0;
  std::int64_t max_amount = 0;
  std::optional<std::string> from;
  std::optional<std::string> until;
  bool own_products_only = false;
  std::vector<std::string> segments;
  std::vector<std::string> enrolled_in;
  std::vector<LookBackDefinition> look_back;

  friend bool operator==(const ConditionDefinition&, const ConditionDefinition&) = default;
  static void fields(auto& self, auto visit) {
    visit(required("activities", "purchase, review, enrollment, survey, ..."), self.activities);
    visit(defaulted("subtypes", "of the activity"), self.subtypes);
    visit(defaulted("categories", "product categories"), self.categories);
    visit(defaulted("products", "product ids"), self.products);
    visit(defaulted("partners", "partners at which it happened"), self.partners);
    visit(defaulted("channels", "such as store, web, app"), self.channels);
    visit(defaulted("tiers", "tiers held before the activity"), self.tiers);
    visit(defaulted("min_amount", "smallest eligible amount, minor units"), self.min_amount);
    visit(defaulted("max_amount", "largest eligible amount, minor units; 0 = no limit"),
          self.max_amount);
    visit(defaulted("from", "first local day, YYYY-MM-DD"), self.from);
    visit(defaulted("until", "first local day after the window, YYYY-MM-DD"), self.until);
    visit(defaulted("own_products_only", "true: not for purchases at a partner"),
          self.own_products_only);
    visit(defaulted("segments", "segments of which the member is in at least one"), self.segments);
    visit(defaulted("enrolled_in", "promotions of which the member has joined at least one"),
          self.enrolled_in);
    visit(defaulted("look_back", "how recent and frequent a customer is; all must hold"),
          self.look_back);
  }
};

/// What is counted: occurrences, pieces, or money.
enum class Measure : std::uint8_t { journals, units, amount };
template <>
struct EnumNames<Measure> {
  static constexpr std::array<std::string_view, 3> names{"journals", "units", "amount"};
};

enum class Crediting : std::uint8_t { real_time, next_day, batch };
template <>
struct EnumNames<Crediting> {
  static constexpr std::array<std::string_view, 3> names{"real_time", "next_day", "batch"};
};

struct TierMultiplierDefinition {
  std::string tier;
  Decimal multiplier = one;

  friend bool operator==(const TierMultiplierDefinition&,
                         const TierMultiplierDefinition&) = default;
  static void fields(auto& self, auto visit) {
    visit(required("tier", "tier held before the activity"), self.tier);
    visit(required("multiplier", "exact decimal"), self.multiplier);
  }
};

enum class CapPeriod : std::uint8_t { day, week, month, quarter, year, lifetime };
template <>
struct EnumNames<CapPeriod> {
  static constexpr std::array<std::string_view, 6> names{"day",     "week", "month",
                                                         "quarter", "year", "lifetime"};
};

/// Limits of what a rule gives (domain.md F10); 0 = no limit. What is left is credited.
struct CapDefinition {
  std::int64_t per_activity = 0;
  std::int64_t per_period = 0;
  CapPeriod period = CapPeriod::lifetime;
  std::int64_t balance = 0;

  friend bool operator==(const CapDefinition&, const CapDefinition&) = default;
  static void fields(auto& self, auto visit) {
    visit(defaulted("per_activity", "points for one activity"), self.per_activity);
    visit(defaulted("per_period", "points for one member in one period"), self.per_period);
    visit(defaulted("period",
                    "local calendar day, week (from Monday), month, quarter, year; or lifetime"),
          self.period);
    visit(defaulted("balance", "no points above this balance of the currency"), self.balance);
  }
};

/// An accrual rule: condition -> points = round(measure x rate x multiplier) (domain.md 2.1).
struct RuleDefinition {
  std::string id;
  std::string name;
  std::int32_t order = 100;
  ConditionDefinition when;
  std::string currency;
  Measure measure = Measure::amount;
  Decimal rate;
  std::vector<TierMultiplierDefinition> multipliers;
  Rounding rounding = Rounding::floor;
  Crediting crediting = Crediting::real_time;
  std::string subtype;
  CapDefinition cap;
  std::string voucher;
  std::string benefit;
  std::string segment;

  friend bool operator==(const RuleDefinition&, const RuleDefinition&) = default;
  static void fields(auto& self, auto visit) {
    visit(required("id", "id of the rule"), self.id);
    visit(defaulted("name", "name for people"), self.name);
    visit(defaulted("order", "rules run in ascending order; all that match apply"), self.order);
    visit(required("when", "condition on the activity"), self.when);
    visit(defaulted("currency", "the currency it credits"), self.currency);
    visit(defaulted("measure",
                    "amount: points per major unit of money; units: per piece; "
                    "journals: per activity"),
          self.measure);
    visit(defaulted("rate", "points per measured unit, exact decimal"), self.rate);
    visit(defaulted("multipliers", "by the tier held before the activity"), self.multipliers);
    visit(defaulted("rounding", "floor, half_up or ceil; once, at the end"), self.rounding);
    visit(defaulted("crediting", "real_time, next_day (00:00 local) or batch (run_batch)"),
          self.crediting);
    visit(defaulted("subtype", "subtype of the currency"), self.subtype);
    visit(defaulted("cap", "limits of what it gives"), self.cap);
    visit(defaulted("voucher", "voucher definition that it issues"), self.voucher);
    visit(defaulted("benefit", "benefit that it grants"), self.benefit);
    visit(defaulted("segment", "segment into which it puts the member"), self.segment);
  }
};

}  // namespace loyalty::domain
