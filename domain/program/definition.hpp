// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "domain/decimal.hpp"
#include "domain/fields.hpp"
#include "domain/time.hpp"

/// What a program manager writes: a program as plain data, with names. A program file and the
/// method `apply_program` both bring one; `Catalogue` is its checked and compiled form.
/// Ids are [A-Za-z0-9_-]{1,64}. Money is in minor units. An empty list means "no restriction".
namespace loyalty::domain {

enum class CurrencyKind : std::uint8_t { non_qualifying, qualifying };
template <>
struct EnumNames<CurrencyKind> {
  static constexpr std::array<std::string_view, 2> names{"non_qualifying", "qualifying"};
};

enum class ExpiryModel : std::uint8_t { none, fixed, activity };
template <>
struct EnumNames<ExpiryModel> {
  static constexpr std::array<std::string_view, 3> names{"none", "fixed", "activity"};
};

/// A kind of points (domain.md F2, F4, F11, F12).
struct CurrencyDefinition {
  std::string id;
  std::string name;
  CurrencyKind kind = CurrencyKind::non_qualifying;
  ExpiryModel expiry = ExpiryModel::none;
  Period expiry_period;
  bool primary = false;

  friend bool operator==(const CurrencyDefinition&, const CurrencyDefinition&) = default;
  static void fields(auto& self, auto visit) {
    visit(required("id", "name used in rules and replies"), self.id);
    visit(defaulted("name", "name for people"), self.name);
    visit(required("kind", "non_qualifying points are spent, qualifying points count for tiers"),
          self.kind);
    visit(defaulted("expiry",
                    "none, fixed (each lot after a period) or activity (all, after a "
                    "period without activity)"),
          self.expiry);
    visit(defaulted("expiry_period", "such as \"3 years\""), self.expiry_period);
    visit(defaulted("primary", "the currency meant where none is named"), self.primary);
  }
};

enum class TierModel : std::uint8_t { unset, fixed, anniversary };
template <>
struct EnumNames<TierModel> {
  static constexpr std::array<std::string_view, 3> names{"unset", "fixed", "anniversary"};
};

struct ThresholdDefinition {
  std::string currency;
  std::int64_t minimum = 0;

  friend bool operator==(const ThresholdDefinition&, const ThresholdDefinition&) = default;
  static void fields(auto& self, auto visit) {
    visit(required("currency", "a qualifying currency of the group"), self.currency);
    visit(required("minimum", "balance that reaches the tier"), self.minimum);
  }
};

struct TierDefinition {
  std::string id;
  std::string name;
  std::vector<ThresholdDefinition> thresholds;

  friend bool operator==(const TierDefinition&, const TierDefinition&) = default;
  static void fields(auto& self, auto visit) {
    visit(required("id", "id of the tier"), self.id);
    visit(defaulted("name", "name for people"), self.name);
    visit(required("thresholds", "minimum balance per qualifying currency; 0 for the base tier"),
          self.thresholds);
  }
};

enum class ThresholdMatch : std::uint8_t { any, all };
template <>
struct EnumNames<ThresholdMatch> {
  static constexpr std::array<std::string_view, 2> names{"any", "all"};
};

/// A ladder of tiers (domain.md F31-F36), lowest tier first.
struct TierGroupDefinition {
  std::string id;
  std::string name;
  TierModel model = TierModel::unset;
  Period qualification_period;
  Period tier_period;
  /// Fixed model: the last day of a qualification period, "MM-DD".
  std::string reset_day = "12-31";
  bool extend_to_reset = true;
  ThresholdMatch match = ThresholdMatch::any;
  std::vector<std::string> currencies;
  std::vector<TierDefinition> tiers;

  friend bool operator==(const TierGroupDefinition&, const TierGroupDefinition&) = default;
  static void fields(auto& self, auto visit) {
    visit(required("id", "id of the tier group"), self.id);
    visit(defaulted("name", "name for people"), self.name);
    visit(defaulted("model", "fixed (one reset date for all) or anniversary (of enrolment)"),
          self.model);
    visit(defaulted("qualification_period", "over which qualifying points are counted"),
          self.qualification_period);
    visit(defaulted("tier_period", "how long a tier is held"), self.tier_period);
    visit(defaulted("reset_day", "fixed model: last day of the period, MM-DD"), self.reset_day);
    visit(defaulted("extend_to_reset", "a tier is held to the next reset after its period"),
          self.extend_to_reset);
    visit(defaulted("match", "whether any or all thresholds must be reached"), self.match);
    visit(required("currencies", "the qualifying currencies that count"), self.currencies);
    visit(required("tiers", "lowest first"), self.tiers);
  }
};

struct BenefitTypeDefinition {
  std::string id;
  std::string name;
  bool exclusive = true;

  friend bool operator==(const BenefitTypeDefinition&, const BenefitTypeDefinition&) = default;
  static void fields(auto& self, auto visit) {
    visit(required("id", "id of the benefit type"), self.id);
    visit(defaulted("name", "name for people"), self.name);
    visit(defaulted("exclusive", "a member has only the benefit of highest priority"),
          self.exclusive);
  }
};

struct BenefitDefinition {
  std::string id;
  std::string name;
  std::string type;
  std::int32_t priority = 1;
  std::vector<std::string> tiers;

  friend bool operator==(const BenefitDefinition&, const BenefitDefinition&) = default;
  static void fields(auto& self, auto visit) {
    visit(required("id", "id of the benefit"), self.id);
    visit(defaulted("name", "name for people"), self.name);
    visit(required("type", "its benefit type"), self.type);
    visit(defaulted("priority", "1 is the highest"), self.priority);
    visit(defaulted("tiers", "the tiers that grant it"), self.tiers);
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

  friend bool operator==(const RuleDefinition&, const RuleDefinition&) = default;
  static void fields(auto& self, auto visit) {
    visit(required("id", "id of the rule"), self.id);
    visit(defaulted("name", "name for people"), self.name);
    visit(defaulted("order", "rules run in ascending order; all that match apply"), self.order);
    visit(required("when", "condition on the activity"), self.when);
    visit(required("currency", "the currency it credits"), self.currency);
    visit(defaulted("measure",
                    "amount: points per major unit of money; units: per piece; "
                    "journals: per activity"),
          self.measure);
    visit(required("rate", "points per measured unit, exact decimal"), self.rate);
    visit(defaulted("multipliers", "by the tier held before the activity"), self.multipliers);
    visit(defaulted("rounding", "floor, half_up or ceil; once, at the end"), self.rounding);
    visit(defaulted("crediting", "real_time, next_day (00:00 local) or batch (run_batch)"),
          self.crediting);
  }
};

enum class RewardKind : std::uint8_t { product, service, voucher, discount };
template <>
struct EnumNames<RewardKind> {
  static constexpr std::array<std::string_view, 4> names{"product", "service", "voucher",
                                                         "discount"};
};

/// What points buy (domain.md F24, F54).
struct OfferDefinition {
  std::string id;
  std::string name;
  std::string currency;
  std::int64_t cost = 0;
  RewardKind reward = RewardKind::product;
  std::int64_t discount = 0;
  std::string voucher;
  std::vector<std::string> categories;
  std::string partner;
  std::int64_t near = 0;
  std::string product;

  friend bool operator==(const OfferDefinition&, const OfferDefinition&) = default;
  static void fields(auto& self, auto visit) {
    visit(required("id", "id of the offer"), self.id);
    visit(defaulted("name", "name for people"), self.name);
    visit(required("currency", "the currency it costs"), self.currency);
    visit(required("cost", "points for one"), self.cost);
    visit(defaulted("reward", "product, service, voucher or discount"), self.reward);
    visit(defaulted("discount", "money off for one, minor units"), self.discount);
    visit(defaulted("voucher", "the voucher definition it issues"), self.voucher);
    visit(defaulted("categories", "product categories it is good for"), self.categories);
    visit(defaulted("partner", "the partner whose product it is"), self.partner);
    visit(defaulted("near", "notify when this many points or fewer are missing"), self.near);
    visit(defaulted("product", "the partner's product that it gives, where none is named"),
          self.product);
  }
};

enum class VoucherKind : std::uint8_t { value, item };
template <>
struct EnumNames<VoucherKind> {
  static constexpr std::array<std::string_view, 2> names{"value", "item"};
};

struct VoucherDefinition {
  std::string id;
  std::string name;
  VoucherKind kind = VoucherKind::item;
  std::int64_t face_value = 0;
  std::string item;
  Period valid;

  friend bool operator==(const VoucherDefinition&, const VoucherDefinition&) = default;
  static void fields(auto& self, auto visit) {
    visit(required("id", "id of the voucher definition"), self.id);
    visit(defaulted("name", "name for people"), self.name);
    visit(defaulted("kind", "value (money, may be used in parts) or item"), self.kind);
    visit(defaulted("face_value", "money, minor units"), self.face_value);
    visit(defaulted("item", "what it is good for"), self.item);
    visit(defaulted("valid", "period of validity; empty = for ever"), self.valid);
  }
};

enum class MilestoneKind : std::uint8_t { percent, remaining, value };
template <>
struct EnumNames<MilestoneKind> {
  static constexpr std::array<std::string_view, 3> names{"percent", "remaining", "value"};
};

struct MilestoneDefinition {
  MilestoneKind kind = MilestoneKind::percent;
  std::int64_t at = 0;

  friend bool operator==(const MilestoneDefinition&, const MilestoneDefinition&) = default;
  static void fields(auto& self, auto visit) {
    visit(required("kind", "percent, remaining or value"), self.kind);
    visit(required("at", "the mark"), self.at);
  }
};

/// What completing a promotion gives; exactly one of points, voucher and benefit.
struct RewardDefinition {
  std::string currency;
  std::int64_t points = 0;
  std::string voucher;
  std::string benefit;

  friend bool operator==(const RewardDefinition&, const RewardDefinition&) = default;
  static void fields(auto& self, auto visit) {
    visit(defaulted("currency", "currency of the points; default: the primary one"), self.currency);
    visit(defaulted("points", "points to credit"), self.points);
    visit(defaulted("voucher", "voucher definition to issue"), self.voucher);
    visit(defaulted("benefit", "benefit to grant"), self.benefit);
  }
};

/// A cumulative promotion (domain.md F40-F45): a target reached over several activities.
struct PromotionDefinition {
  std::string id;
  std::string name;
  std::string unit = "step";
  std::string units = "steps";
  std::optional<std::string> starts;
  std::optional<std::string> ends;
  ConditionDefinition when;
  Measure measure = Measure::journals;
  std::int64_t target = 0;
  bool repeatable = false;
  bool enrollment_required = false;
  std::optional<std::string> enroll_from;
  std::optional<std::string> enroll_until;
  std::vector<MilestoneDefinition> milestones;
  RewardDefinition reward;

  friend bool operator==(const PromotionDefinition&, const PromotionDefinition&) = default;
  static void fields(auto& self, auto visit) {
    visit(required("id", "id of the promotion"), self.id);
    visit(defaulted("name", "name for people"), self.name);
    visit(defaulted("unit", "word for one unit of progress, such as latte"), self.unit);
    visit(defaulted("units", "word for several, such as lattes"), self.units);
    visit(defaulted("starts", "first local day, YYYY-MM-DD"), self.starts);
    visit(defaulted("ends", "first local day after it, YYYY-MM-DD"), self.ends);
    visit(required("when", "the activities that count"), self.when);
    visit(defaulted("measure", "journals (activities), units (pieces) or amount (minor units)"),
          self.measure);
    visit(required("target", "how much completes it"), self.target);
    visit(defaulted("repeatable", "starts again when completed, carrying the overflow"),
          self.repeatable);
    visit(defaulted("enrollment_required", "only enrolled members progress"),
          self.enrollment_required);
    visit(defaulted("enroll_from", "first local day of enrolment"), self.enroll_from);
    visit(defaulted("enroll_until", "first local day after the enrolment window"),
          self.enroll_until);
    visit(defaulted("milestones", "marks that are announced, each once a cycle"), self.milestones);
    visit(required("reward", "what completing it gives"), self.reward);
  }
};

enum class Billing : std::uint8_t { post_paid };
template <>
struct EnumNames<Billing> {
  static constexpr std::array<std::string_view, 1> names{"post_paid"};
};

struct PartnerProductDefinition {
  std::string id;
  std::string name;
  std::string category;
  bool earn = true;
  bool reward = false;

  friend bool operator==(const PartnerProductDefinition&,
                         const PartnerProductDefinition&) = default;
  static void fields(auto& self, auto visit) {
    visit(required("id", "id of the product"), self.id);
    visit(defaulted("name", "name for people"), self.name);
    visit(defaulted("category", "its product category"), self.category);
    visit(defaulted("earn", "buying it earns points"), self.earn);
    visit(defaulted("reward", "it can be obtained with points"), self.reward);
  }
};

/// What points are worth between program and partner (domain.md F49): money = points x factor x
/// price, in major units of money.
struct PartnerRateDefinition {
  std::string currency;
  Decimal accrual_factor = one;
  Decimal accrual_price;
  Decimal redemption_factor = one;
  Decimal redemption_price;

  friend bool operator==(const PartnerRateDefinition&, const PartnerRateDefinition&) = default;
  static void fields(auto& self, auto visit) {
    visit(required("currency", "the currency it values"), self.currency);
    visit(defaulted("accrual_factor", "partner points per point earned"), self.accrual_factor);
    visit(required("accrual_price", "what the partner owes per point earned there"),
          self.accrual_price);
    visit(defaulted("redemption_factor", "partner points per point redeemed"),
          self.redemption_factor);
    visit(required("redemption_price", "what the program owes per point redeemed there"),
          self.redemption_price);
  }
};

struct PartnerDefinition {
  std::string id;
  std::string name;
  Billing billing = Billing::post_paid;
  std::vector<PartnerProductDefinition> products;
  std::vector<PartnerRateDefinition> rates;

  friend bool operator==(const PartnerDefinition&, const PartnerDefinition&) = default;
  static void fields(auto& self, auto visit) {
    visit(required("id", "id of the partner"), self.id);
    visit(defaulted("name", "name for people"), self.name);
    visit(required("billing", "post_paid"), self.billing);
    visit(defaulted("products", "the partner's products"), self.products);
    visit(defaulted("rates", "price of points, per currency"), self.rates);
  }
};

struct ProgramDefinition {
  std::string id;
  std::string name;
  std::string time_zone = "UTC";
  std::string money = "USD";
  bool active = false;
  std::vector<CurrencyDefinition> currencies;
  std::vector<TierGroupDefinition> tier_groups;
  std::vector<BenefitTypeDefinition> benefit_types;
  std::vector<BenefitDefinition> benefits;
  std::vector<std::string> activities;
  std::vector<RuleDefinition> rules;
  std::vector<VoucherDefinition> vouchers;
  std::vector<OfferDefinition> offers;
  std::vector<PromotionDefinition> promotions;
  std::vector<PartnerDefinition> partners;

  friend bool operator==(const ProgramDefinition&, const ProgramDefinition&) = default;
  static void fields(auto& self, auto visit) {
    visit(required("id", "id of the program"), self.id);
    visit(defaulted("name", "name for people"), self.name);
    visit(defaulted("time_zone", "IANA name; all day arithmetic uses it"), self.time_zone);
    visit(defaulted("money", "ISO 4217 code of the money in which members pay"), self.money);
    visit(defaulted("active", "true: activated as soon as it is applied"), self.active);
    visit(defaulted("currencies", "kinds of points"), self.currencies);
    visit(defaulted("tier_groups", "ladders of tiers"), self.tier_groups);
    visit(defaulted("benefit_types", "classes of benefits"), self.benefit_types);
    visit(defaulted("benefits", "privileges that tiers and rewards grant"), self.benefits);
    visit(defaulted("activities", "custom activity types beside the built-in ones"),
          self.activities);
    visit(defaulted("rules", "accrual rules"), self.rules);
    visit(defaulted("vouchers", "voucher definitions"), self.vouchers);
    visit(defaulted("offers", "what points buy"), self.offers);
    visit(defaulted("promotions", "cumulative promotions"), self.promotions);
    visit(defaulted("partners", "partner companies"), self.partners);
  }
};

}  // namespace loyalty::domain
