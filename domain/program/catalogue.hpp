// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "domain/program/condition.hpp"
#include "domain/program/condition_index.hpp"
#include "domain/program/definition.hpp"
#include "domain/program/symbols.hpp"
#include "domain/quantity.hpp"
#include "domain/time.hpp"

namespace loyalty::domain {

struct Subtype {
  SubtypeId id;
  std::string name;
  Decimal cost_per_point;
  Period expiry_period;
  std::vector<std::string> categories;
};

struct TierExtension {
  TierId tier;
  Period period;
};

struct Reinstatement {
  TierId tier;
  Period window;
  Period valid;
};

struct NegativeLimit {
  TierId tier;
  Points limit;
};

struct Currency {
  CurrencyId id;
  std::string name;
  CurrencyKind kind = CurrencyKind::non_qualifying;
  ExpiryModel expiry = ExpiryModel::none;
  Period expiry_period;
  std::int32_t escrow_days = 0;
  ExpiryStart expiry_from = ExpiryStart::activity;
  ExpiryRounding expiry_rounding = ExpiryRounding::none;
  std::vector<TierExtension> extensions;
  std::vector<Reinstatement> reinstatements;
  std::vector<NegativeLimit> negative_limits;
  std::vector<Subtype> subtypes;
  std::vector<SubtypeId> subtype_order;
  Clawback clawback = Clawback::within_balance;
  Decimal cost_per_point;

  bool qualifying() const { return kind == CurrencyKind::qualifying; }
  const Subtype* subtype(SubtypeId wanted) const;
};

struct Threshold {
  CurrencyId currency;
  std::int64_t minimum = 0;
};

struct Tier {
  TierId id;
  std::string name;
  std::vector<Threshold> thresholds;
  bool base = false;  ///< all thresholds are 0: everybody has it, and it never expires
};

struct TierGroup {
  TierGroupId id;
  std::string name;
  TierModel model = TierModel::fixed;
  Period qualification_period;
  Period tier_period;
  unsigned reset_month = 12;
  unsigned reset_day_of_month = 31;
  bool extend_to_reset = true;
  ThresholdMatch match = ThresholdMatch::any;
  std::vector<CurrencyId> currencies;
  std::vector<Tier> tiers;  ///< lowest first
  bool one_step_down = false;
  bool reassess_on_return = false;

  /// Position of a tier in the ladder; -1 when it is none of this group.
  int rank(TierId tier) const;
};

struct Benefit {
  BenefitId id;
  std::string name;
  std::string type;
  bool exclusive = true;
  std::int32_t priority = 1;
  std::vector<TierId> tiers;
  std::string payload;
  VoucherDefId voucher;
  Period valid;
};

struct TierMultiplier {
  TierId tier;
  Decimal multiplier;
  std::string text;  ///< the multiplier for people
};

struct Rule {
  RuleId id;
  std::string name;
  Condition when;
  CurrencyId currency;
  bool qualifying = false;
  Measure measure = Measure::amount;
  Decimal rate;
  std::vector<TierMultiplier> multipliers;
  Rounding rounding = Rounding::floor;
  Crediting crediting = Crediting::real_time;
  SubtypeId subtype;
  CapDefinition cap;
  VoucherDefId voucher;
  BenefitId benefit;
  std::string segment;
  std::string rate_text;  ///< the rate for people
};

struct VoucherDef {
  VoucherDefId id;
  std::string name;
  VoucherKind kind = VoucherKind::item;
  Money face_value;
  std::string item;
  Period valid;
};

struct Offer {
  OfferId id;
  std::string name;
  CurrencyId currency;
  Points cost;
  RewardKind reward = RewardKind::product;
  Money discount;
  VoucherDefId voucher;
  std::vector<std::string> categories;
  PartnerId partner;
  Points near;
  std::string product;
  std::vector<SubtypeId> subtypes;
  std::vector<std::string> products;
};

struct Reward {
  CurrencyId currency;
  Points points;
  VoucherDefId voucher;
  BenefitId benefit;
  SubtypeId subtype;
  Decimal rate;
  Rounding rounding = Rounding::floor;
};

struct Promotion {
  PromotionId id;
  std::string name;
  std::string unit;
  std::string units;
  LocalDay starts{INT32_MIN};
  LocalDay ends{INT32_MAX};
  Condition when;
  Measure measure = Measure::journals;
  std::int64_t target = 1;
  bool repeatable = false;
  bool enrollment_required = false;
  LocalDay enroll_from{INT32_MIN};
  LocalDay enroll_until{INT32_MAX};
  std::vector<MilestoneDefinition> milestones;  ///< in the order in which they are reached
  Reward reward;
  PromotionKind kind = PromotionKind::cumulative;
  LimitDefinition limits;
  LimitDefinition member_limits;
  LimitPolicy limit_policy = LimitPolicy::cut;
  PartnerId sponsor;
  bool revoke_on_return = false;
  Streak streak = Streak::none;

  /// The value at which a milestone is reached.
  std::int64_t mark(const MilestoneDefinition& milestone) const;
};

struct PartnerProduct {
  std::string id;
  bool earn = true;
  bool reward = false;
};

struct PartnerRate {
  CurrencyId currency;
  Decimal accrual_factor;
  Decimal accrual_price;
  Decimal redemption_factor;
  Decimal redemption_price;
};

struct Partner {
  PartnerId id;
  std::string name;
  std::vector<PartnerProduct> products;
  std::vector<PartnerRate> rates;
  Billing billing = Billing::post_paid;
  Points alert_below;

  const PartnerProduct* product(std::string_view id) const;
  const PartnerRate* rate(CurrencyId currency) const;
};

enum class ProgramStatus : std::uint8_t { draft, active, inactive };
template <>
struct EnumNames<ProgramStatus> {
  static constexpr std::array<std::string_view, 3> names{"draft", "active", "inactive"};
};

/// One version of a program, checked and compiled: names resolved, rules in order. Immutable and
/// shared by all members; a change of the program makes a new one.
class Catalogue {
 public:
  /// `definition` must be free of mistakes (validation.hpp) and all its names interned.
  Catalogue(const ProgramDefinition& definition, const Symbols& symbols, std::uint32_t version,
            ProgramStatus status);
  // Compiled once: each is the sum of those of all its parts.
  Catalogue(const Catalogue&);
  Catalogue(Catalogue&&) noexcept;
  Catalogue& operator=(const Catalogue&);
  Catalogue& operator=(Catalogue&&) noexcept;
  ~Catalogue();

  std::string id;
  std::string name;
  std::string money;
  std::uint32_t version = 0;
  ProgramStatus status = ProgramStatus::draft;
  Zone zone;
  Symbols symbols;
  CurrencyId primary;

  std::vector<Currency> currencies;
  std::vector<TierGroup> tier_groups;
  std::vector<Benefit> benefits;
  std::vector<std::string> activities;
  std::vector<Rule> rules;  ///< in ascending order of their order number, then as written
  std::vector<VoucherDef> vouchers;
  std::vector<Offer> offers;
  std::vector<Promotion> promotions;
  std::vector<Partner> partners;
  bool announces_reach = false;  ///< some offer has `near`
  ConditionIndex rule_index;
  ConditionIndex promotion_index;

  /// Finding something costs the same however much the program has.
  const Currency* currency(CurrencyId wanted) const;
  const Currency* currency(std::string_view wanted) const;
  const TierGroup* tier_group(TierGroupId wanted) const;
  const TierGroup* group_of(CurrencyId qualifying) const;
  const Benefit* benefit(BenefitId wanted) const;
  const Rule* rule(RuleId wanted) const;
  const VoucherDef* voucher(VoucherDefId wanted) const;
  const VoucherDef* voucher(std::string_view wanted) const;
  const Offer* offer(std::string_view wanted) const;
  const Promotion* promotion(PromotionId wanted) const;
  const Promotion* promotion(std::string_view wanted) const;
  const Partner* partner(PartnerId wanted) const;
  const Partner* partner(std::string_view wanted) const;
  bool knows_activity(std::string_view type) const;
  /// Whether members share anything that can run out: limits of promotions, packs of partners.
  bool has_budgets() const { return has_budgets_; }

  template <class Tag>
  std::string_view text(Symbol<Tag> symbol) const {
    return symbols.name(symbol.number);
  }

 private:
  void index();
  template <class Table>
  void remember_places(const Table& table);
  template <class Table, class Id>
  auto find_in(const Table& table, Id wanted) const -> decltype(table.data());

  /// By the number of a name: its place in the table of its kind, from 1. One list does for all
  /// tables, since no two names share a number.
  std::vector<std::uint32_t> places_;
  bool has_budgets_ = false;
};

/// Interns every name of a definition.
void intern_names(const ProgramDefinition& definition, Symbols& symbols);

/// The activity types every program has.
bool is_built_in_activity(std::string_view type);

}  // namespace loyalty::domain
