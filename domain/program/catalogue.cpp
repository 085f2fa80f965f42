// SPDX-License-Identifier: Apache-2.0
#include "domain/program/catalogue.hpp"

#include <algorithm>

#include "domain/program/activities.hpp"

namespace loyalty::domain {
namespace {

template <class Table, class Id>
auto find_id(const Table& table, Id id) -> decltype(table.data()) {
  const auto found =
      std::find_if(table.begin(), table.end(), [id](const auto& entry) { return entry.id == id; });
  return found == table.end() ? nullptr : &*found;
}

LocalDay day_or(const std::optional<std::string>& text, LocalDay otherwise) {
  return text ? parse_day(*text).value_or(otherwise) : otherwise;
}

/// Turns names into numbers; every name has been interned before.
class Resolver {
 public:
  explicit Resolver(const Symbols& symbols) : symbols_(symbols) {}

  template <class Id>
  Id get(std::string_view kind, std::string_view name) const {
    return Id{name.empty() ? 0 : symbols_.find(kind, name)};
  }
  template <class Id>
  std::vector<Id> all(std::string_view kind, const std::vector<std::string>& names) const {
    std::vector<Id> ids;
    for (const auto& name : names) ids.push_back(get<Id>(kind, name));
    return ids;
  }
  Condition condition(const ConditionDefinition& when) const {
    Condition result{.activities = when.activities,
                     .subtypes = when.subtypes,
                     .categories = when.categories,
                     .products = when.products,
                     .partners = all<PartnerId>("partner", when.partners),
                     .channels = when.channels,
                     .tiers = all<TierId>("tier", when.tiers),
                     .min_amount = when.min_amount,
                     .max_amount = when.max_amount,
                     .from = day_or(when.from, LocalDay{INT32_MIN}),
                     .until = day_or(when.until, LocalDay{INT32_MAX}),
                     .own_products_only = when.own_products_only,
                     .segments = when.segments,
                     .enrolled_in = all<PromotionId>("promotion", when.enrolled_in),
                     .look_back = look_back(when.look_back)};
    result.simple = result.subtypes.empty() && result.categories.empty() &&
                    result.products.empty() && result.partners.empty() && result.channels.empty() &&
                    result.tiers.empty() && !result.own_products_only && result.segments.empty() &&
                    result.enrolled_in.empty() && result.look_back.empty();
    return result;
  }

 private:
  static std::vector<LookBack> look_back(const std::vector<LookBackDefinition>& definitions) {
    std::vector<LookBack> result;
    for (const auto& d : definitions) {
      result.push_back({d.activities, d.days, d.min_count, d.max_count.value_or(INT64_MAX)});
    }
    return result;
  }

  const Symbols& symbols_;
};

Currency compile(const CurrencyDefinition& currency, const Resolver& resolve) {
  Currency result{.id = resolve.get<CurrencyId>("currency", currency.id),
                  .name = currency.name,
                  .kind = currency.kind,
                  .expiry = currency.expiry,
                  .expiry_period = currency.expiry_period,
                  .escrow_days = currency.escrow_days,
                  .expiry_from = currency.expiry_from,
                  .expiry_rounding = currency.expiry_rounding,
                  .extensions = {},
                  .reinstatements = {},
                  .negative_limits = {},
                  .subtypes = {},
                  .subtype_order = resolve.all<SubtypeId>("subtype", currency.subtype_order),
                  .clawback = currency.clawback,
                  .cost_per_point = currency.cost_per_point};
  for (const auto& e : currency.extensions) {
    result.extensions.push_back({resolve.get<TierId>("tier", e.tier), e.period});
  }
  for (const auto& r : currency.reinstatements) {
    result.reinstatements.push_back({resolve.get<TierId>("tier", r.tier), r.window, r.valid});
  }
  for (const auto& n : currency.negative_limits) {
    result.negative_limits.push_back({resolve.get<TierId>("tier", n.tier), {n.limit}});
  }
  for (const auto& t : currency.subtypes) {
    const bool priced = t.cost_per_point.mantissa != 0;
    result.subtypes.push_back({resolve.get<SubtypeId>("subtype", t.id), t.name,
                               priced ? t.cost_per_point : currency.cost_per_point, t.expiry_period,
                               t.categories});
  }
  return result;
}

TierGroup compile(const TierGroupDefinition& group, const Resolver& resolve) {
  TierGroup result{
      .id = resolve.get<TierGroupId>("tier_group", group.id),
      .name = group.name,
      .model = group.model,
      .qualification_period = group.qualification_period,
      .tier_period = group.tier_period,
      .reset_month = static_cast<unsigned>(std::stoul(group.reset_day.substr(0, 2))),
      .reset_day_of_month = static_cast<unsigned>(std::stoul(group.reset_day.substr(3, 2))),
      .extend_to_reset = group.extend_to_reset,
      .match = group.match,
      .currencies = resolve.all<CurrencyId>("currency", group.currencies),
      .tiers = {},
      .one_step_down = group.one_step_down,
      .reassess_on_return = group.reassess_on_return};
  for (const auto& tier : group.tiers) {
    Tier compiled{.id = resolve.get<TierId>("tier", tier.id),
                  .name = tier.name,
                  .thresholds = {},
                  .base = true};
    for (const auto& threshold : tier.thresholds) {
      compiled.thresholds.push_back(
          {resolve.get<CurrencyId>("currency", threshold.currency), threshold.minimum});
      if (threshold.minimum > 0) compiled.base = false;
    }
    result.tiers.push_back(std::move(compiled));
  }
  return result;
}

Promotion compile(const PromotionDefinition& promotion, const Resolver& resolve,
                  CurrencyId primary) {
  Promotion result{
      .id = resolve.get<PromotionId>("promotion", promotion.id),
      .name = promotion.name,
      .unit = promotion.unit,
      .units = promotion.units,
      .starts = day_or(promotion.starts, LocalDay{INT32_MIN}),
      .ends = day_or(promotion.ends, LocalDay{INT32_MAX}),
      .when = resolve.condition(promotion.when),
      .measure = promotion.measure,
      .target = promotion.target,
      .repeatable = promotion.repeatable,
      .enrollment_required = promotion.enrollment_required,
      .enroll_from = day_or(promotion.enroll_from, LocalDay{INT32_MIN}),
      .enroll_until = day_or(promotion.enroll_until, LocalDay{INT32_MAX}),
      .milestones = promotion.milestones,
      .reward = {.currency = resolve.get<CurrencyId>("currency", promotion.reward.currency),
                 .points = {promotion.reward.points},
                 .voucher = resolve.get<VoucherDefId>("voucher", promotion.reward.voucher),
                 .benefit = resolve.get<BenefitId>("benefit", promotion.reward.benefit),
                 .subtype = resolve.get<SubtypeId>("subtype", promotion.reward.subtype),
                 .rate = promotion.reward.rate,
                 .rounding = promotion.reward.rounding},
      .kind = promotion.kind,
      .limits = promotion.limits,
      .member_limits = promotion.member_limits,
      .limit_policy = promotion.limit_policy,
      .sponsor = resolve.get<PartnerId>("partner", promotion.sponsor),
      .revoke_on_return = promotion.revoke_on_return,
      .streak = promotion.streak};
  if (!result.reward.currency) result.reward.currency = primary;
  std::stable_sort(result.milestones.begin(), result.milestones.end(),
                   [&](const auto& a, const auto& b) { return result.mark(a) < result.mark(b); });
  return result;
}

}  // namespace

int TierGroup::rank(TierId tier) const {
  for (std::size_t i = 0; i < tiers.size(); ++i) {
    if (tiers[i].id == tier) return static_cast<int>(i);
  }
  return -1;
}

std::int64_t Promotion::mark(const MilestoneDefinition& milestone) const {
  switch (milestone.kind) {
    // Reached when floor(100 x completed / target) >= at, as GetProgress shows it (domain.md F41).
    case MilestoneKind::percent: return (target * milestone.at + 99) / 100;
    case MilestoneKind::remaining: return target - milestone.at;
    case MilestoneKind::value: return milestone.at;
  }
  return milestone.at;
}

const PartnerProduct* Partner::product(std::string_view wanted) const {
  for (const auto& entry : products) {
    if (entry.id == wanted) return &entry;
  }
  return nullptr;
}

const PartnerRate* Partner::rate(CurrencyId currency) const {
  for (const auto& entry : rates) {
    if (entry.currency == currency) return &entry;
  }
  return nullptr;
}

void intern_names(const ProgramDefinition& definition, Symbols& symbols) {
  for (const auto& c : definition.currencies) symbols.intern("currency", c.id);
  for (const auto& group : definition.tier_groups) {
    symbols.intern("tier_group", group.id);
    for (const auto& tier : group.tiers) symbols.intern("tier", tier.id);
  }
  for (const auto& b : definition.benefits) symbols.intern("benefit", b.id);
  for (const auto& r : definition.rules) symbols.intern("rule", r.id);
  for (const auto& v : definition.vouchers) symbols.intern("voucher", v.id);
  for (const auto& o : definition.offers) symbols.intern("offer", o.id);
  for (const auto& p : definition.promotions) symbols.intern("promotion", p.id);
  for (const auto& p : definition.partners) symbols.intern("partner", p.id);
  for (const auto& c : definition.currencies) {
    for (const auto& s : c.subtypes) symbols.intern("subtype", s.id);
  }
}

bool is_built_in_activity(std::string_view type) {
  return std::find(built_in_activities.begin(), built_in_activities.end(), type) !=
         built_in_activities.end();
}

template <class Table>
void Catalogue::remember_places(const Table& table) {
  for (std::size_t i = 0; i < table.size(); ++i) {
    const std::size_t number = table[i].id.number;
    if (number >= places_.size()) places_.resize(number + 1);
    places_[number] = static_cast<std::uint32_t>(i + 1);
  }
}

template <class Table, class Id>
auto Catalogue::find_in(const Table& table, Id wanted) const -> decltype(table.data()) {
  const std::uint32_t place = wanted.number < places_.size() ? places_[wanted.number] : 0;
  return place == 0 ? nullptr : &table[place - 1];
}

Catalogue::Catalogue(const Catalogue&) = default;
Catalogue::Catalogue(Catalogue&&) noexcept = default;
Catalogue& Catalogue::operator=(const Catalogue&) = default;
Catalogue& Catalogue::operator=(Catalogue&&) noexcept = default;
Catalogue::~Catalogue() = default;

Catalogue::Catalogue(const ProgramDefinition& definition, const Symbols& known,
                     std::uint32_t number, ProgramStatus program_status)
    : id(definition.id),
      name(definition.name),
      money(definition.money),
      version(number),
      status(program_status),
      zone(Zone::find(definition.time_zone).value_or(*Zone::find("UTC"))),
      symbols(known),
      activities(definition.activities) {
  const Resolver resolve(symbols);
  for (const auto& c : definition.currencies) {
    const auto currency_id = resolve.get<CurrencyId>("currency", c.id);
    currencies.push_back(compile(c, resolve));
    const bool spendable = c.kind == CurrencyKind::non_qualifying;
    if (spendable && (c.primary || !primary)) primary = currency_id;
  }
  remember_places(currencies);  // looked up by what follows
  for (const auto& c : definition.currencies) {
    if (c.primary) primary = resolve.get<CurrencyId>("currency", c.id);
  }
  for (const auto& group : definition.tier_groups) tier_groups.push_back(compile(group, resolve));
  for (const auto& b : definition.benefits) {
    const auto type = std::find_if(definition.benefit_types.begin(), definition.benefit_types.end(),
                                   [&](const auto& candidate) { return candidate.id == b.type; });
    benefits.push_back({.id = resolve.get<BenefitId>("benefit", b.id),
                        .name = b.name,
                        .type = b.type,
                        .exclusive = type == definition.benefit_types.end() || type->exclusive,
                        .priority = b.priority,
                        .tiers = resolve.all<TierId>("tier", b.tiers),
                        .payload = b.payload,
                        .voucher = resolve.get<VoucherDefId>("voucher", b.voucher),
                        .valid = b.valid});
  }
  std::vector<const RuleDefinition*> ordered;
  for (const auto& rule : definition.rules) ordered.push_back(&rule);
  std::stable_sort(ordered.begin(), ordered.end(),
                   [](const auto* a, const auto* b) { return a->order < b->order; });
  for (const auto* rule : ordered) {
    Rule compiled{.id = resolve.get<RuleId>("rule", rule->id),
                  .name = rule->name,
                  .when = resolve.condition(rule->when),
                  .currency = resolve.get<CurrencyId>("currency", rule->currency),
                  .qualifying = false,
                  .measure = rule->measure,
                  .rate = rule->rate,
                  .multipliers = {},
                  .rounding = rule->rounding,
                  .crediting = rule->crediting,
                  .subtype = resolve.get<SubtypeId>("subtype", rule->subtype),
                  .cap = rule->cap,
                  .voucher = resolve.get<VoucherDefId>("voucher", rule->voucher),
                  .benefit = resolve.get<BenefitId>("benefit", rule->benefit),
                  .segment = rule->segment,
                  .rate_text = rule->rate.to_string()};
    if (!compiled.currency && rule->rate.mantissa != 0) compiled.currency = primary;
    const Currency* credited = currency(compiled.currency);
    compiled.qualifying = credited != nullptr && credited->qualifying();
    for (const auto& m : rule->multipliers) {
      compiled.multipliers.push_back(
          {resolve.get<TierId>("tier", m.tier), m.multiplier, m.multiplier.to_string()});
    }
    rules.push_back(std::move(compiled));
  }
  for (const auto& v : definition.vouchers) {
    vouchers.push_back({resolve.get<VoucherDefId>("voucher", v.id), v.name, v.kind,
                        Money{v.face_value}, v.item, v.valid});
  }
  for (const auto& o : definition.offers) {
    offers.push_back({.id = resolve.get<OfferId>("offer", o.id),
                      .name = o.name,
                      .currency = resolve.get<CurrencyId>("currency", o.currency),
                      .cost = {o.cost},
                      .reward = o.reward,
                      .discount = {o.discount},
                      .voucher = resolve.get<VoucherDefId>("voucher", o.voucher),
                      .categories = o.categories,
                      .partner = resolve.get<PartnerId>("partner", o.partner),
                      .near = {o.near},
                      .product = o.product,
                      .subtypes = resolve.all<SubtypeId>("subtype", o.subtypes),
                      .products = o.products});
    announces_reach = announces_reach || o.near > 0;
  }
  for (const auto& p : definition.promotions) promotions.push_back(compile(p, resolve, primary));
  for (const auto& p : definition.partners) {
    Partner partner{.id = resolve.get<PartnerId>("partner", p.id),
                    .name = p.name,
                    .products = {},
                    .rates = {},
                    .billing = p.billing,
                    .alert_below = {p.alert_below}};
    for (const auto& product : p.products) {
      partner.products.push_back({product.id, product.earn, product.reward});
    }
    for (const auto& r : p.rates) {
      partner.rates.push_back({resolve.get<CurrencyId>("currency", r.currency), r.accrual_factor,
                               r.accrual_price, r.redemption_factor, r.redemption_price});
    }
    partners.push_back(std::move(partner));
  }
  has_budgets_ =
      std::ranges::any_of(promotions,
                          [](const Promotion& p) { return p.limits != LimitDefinition{}; }) ||
      std::ranges::any_of(partners,
                          [](const Partner& p) { return p.billing == Billing::pre_paid; });
  index();
}

void Catalogue::index() {
  remember_places(tier_groups);
  remember_places(benefits);
  remember_places(rules);
  remember_places(vouchers);
  remember_places(offers);
  remember_places(promotions);
  remember_places(partners);
  std::vector<ConditionIndex::Entry> conditions;
  for (const auto& rule : rules) conditions.push_back({.when = &rule.when});
  rule_index = ConditionIndex(conditions);
  conditions.clear();
  for (const auto& promotion : promotions) {
    conditions.push_back({&promotion.when, promotion.starts, promotion.ends});
  }
  promotion_index = ConditionIndex(conditions);
}

const Currency* Catalogue::currency(CurrencyId wanted) const { return find_in(currencies, wanted); }
const Currency* Catalogue::currency(std::string_view wanted) const {
  return currency(CurrencyId{symbols.find("currency", wanted)});
}
const Subtype* Currency::subtype(SubtypeId wanted) const { return find_id(subtypes, wanted); }
const TierGroup* Catalogue::tier_group(TierGroupId wanted) const {
  return find_in(tier_groups, wanted);
}
const TierGroup* Catalogue::group_of(CurrencyId qualifying) const {
  for (const auto& group : tier_groups) {
    for (const auto candidate : group.currencies) {
      if (candidate == qualifying) return &group;
    }
  }
  return nullptr;
}
const Benefit* Catalogue::benefit(BenefitId wanted) const { return find_in(benefits, wanted); }
const Rule* Catalogue::rule(RuleId wanted) const { return find_in(rules, wanted); }
const VoucherDef* Catalogue::voucher(VoucherDefId wanted) const {
  return find_in(vouchers, wanted);
}
const VoucherDef* Catalogue::voucher(std::string_view wanted) const {
  return voucher(VoucherDefId{symbols.find("voucher", wanted)});
}
const Offer* Catalogue::offer(std::string_view wanted) const {
  return find_in(offers, OfferId{symbols.find("offer", wanted)});
}
const Promotion* Catalogue::promotion(PromotionId wanted) const {
  return find_in(promotions, wanted);
}
const Promotion* Catalogue::promotion(std::string_view wanted) const {
  return promotion(PromotionId{symbols.find("promotion", wanted)});
}
const Partner* Catalogue::partner(PartnerId wanted) const { return find_in(partners, wanted); }
const Partner* Catalogue::partner(std::string_view wanted) const {
  return partner(PartnerId{symbols.find("partner", wanted)});
}
bool Catalogue::knows_activity(std::string_view type) const {
  return is_built_in_activity(type) ||
         std::find(activities.begin(), activities.end(), type) != activities.end();
}

}  // namespace loyalty::domain
