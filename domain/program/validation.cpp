// SPDX-License-Identifier: Apache-2.0
#include "domain/program/validation.hpp"

#include <algorithm>
#include <array>
#include <concepts>
#include <map>
#include <set>
#include <string_view>
#include <utility>

#include "domain/program/activities.hpp"
#include "domain/quantity.hpp"

namespace loyalty::domain {
namespace {

constexpr std::size_t most_rules = 1'024;
constexpr std::size_t most_of_a_kind = 4'096;
constexpr std::size_t longest_id = 64;
constexpr std::size_t longest_string_bytes = 256;
constexpr std::int64_t largest_number = max_amount_per_operation;
// Keeps every boundary of a period inside the calendar that day arithmetic knows.
constexpr std::int64_t longest_period_days = 366'000;

/// A member remembers in 64 bits which milestones were announced.
constexpr std::size_t max_milestones = 64;
// Journal types of the server itself; a custom activity of that name could not be told apart.
constexpr std::array<std::string_view, 3> reserved_activities{"redemption", "credit", "debit"};

bool is_one_of(const auto& names, std::string_view name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

bool is_id(std::string_view text) {
  return !text.empty() && text.size() <= longest_id &&
         std::all_of(text.begin(), text.end(), [](char c) {
           return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                  c == '_' || c == '-';
         });
}

std::string in_quotes(std::string_view text) {
  constexpr std::size_t longest_quote = 80;
  if (text.size() <= longest_quote) return "\"" + std::string(text) + "\"";
  return "\"" + std::string(text.substr(0, longest_quote)) + "...\"";
}

std::string element(const std::string& list, std::size_t index) {
  return list + "[" + std::to_string(index) + "]";
}

/// The ids of one kind of definition, in the order of the file.
struct KnownNames {
  std::string_view kind;     ///< such as "currency"
  std::string_view section;  ///< where such a thing is defined
  std::vector<std::string_view> names;
  std::set<std::string_view> index;

  bool has(std::string_view name) const { return index.contains(name); }
  bool insert(std::string_view name) {
    names.push_back(name);
    return index.insert(name).second;
  }
  std::string list() const {
    constexpr std::size_t most_listed = 12;
    if (names.empty()) return "none is defined under " + std::string(section);
    std::string text = "expected one of";
    for (std::size_t i = 0; i < std::min(names.size(), most_listed); ++i) {
      text += (i == 0 ? " " : ", ") + std::string(names[i]);
    }
    return names.size() > most_listed ? text + ", ..." : text;
  }
};

/// One pass over a definition, section by section in the order of its fields.
class DefinitionCheck {
 public:
  explicit DefinitionCheck(const ProgramDefinition& program) : program_(program) {}

  std::vector<Problem> run() {
    know_all_names();
    check_program();
    each("currencies", program_.currencies, &DefinitionCheck::check_currency);
    each("tier_groups", program_.tier_groups, &DefinitionCheck::check_tier_group);
    each("benefit_types", program_.benefit_types, &DefinitionCheck::check_benefit_type);
    each("benefits", program_.benefits, &DefinitionCheck::check_benefit);
    check_activities();
    each("rules", program_.rules, &DefinitionCheck::check_rule);
    each("vouchers", program_.vouchers, &DefinitionCheck::check_voucher);
    each("offers", program_.offers, &DefinitionCheck::check_offer);
    each("promotions", program_.promotions, &DefinitionCheck::check_promotion);
    each("partners", program_.partners, &DefinitionCheck::check_partner);
    return std::move(problems_);
  }

 private:
  using Seen = std::set<std::string_view>;

  void report(std::string path, std::string message,
              RefusalCode code = RefusalCode::invalid_definition) {
    problems_.push_back({std::move(path), code, std::move(message)});
  }

  template <class T>
  void each(const std::string& list, const std::vector<T>& items,
            void (DefinitionCheck::*check)(const std::string&, const T&)) {
    for (std::size_t i = 0; i < items.size(); ++i) (this->*check)(element(list, i), items[i]);
  }

  void know_all_names() {
    for (const auto& c : program_.currencies) currencies_.insert(c.id);
    for (const auto& g : program_.tier_groups) {
      for (const auto& t : g.tiers) tiers_.insert(t.id);
    }
    for (const auto& t : program_.benefit_types) benefit_types_.insert(t.id);
    for (const auto& b : program_.benefits) benefits_.insert(b.id);
    for (const auto& v : program_.vouchers) vouchers_.insert(v.id);
    for (const auto& p : program_.partners) partners_.insert(p.id);
    for (const std::string_view name : built_in_activities) activities_.insert(name);
    for (const auto& name : program_.activities) activities_.insert(name);
  }

  // ---- bounds that hold for every field, whatever it means ----

  template <class T>
  void check_bounds(const std::string& path, const T& item) {
    T::fields(item, [&](const Field& field, const auto& member) {
      check_bound(path.empty() ? std::string(field.name) : path + "." + std::string(field.name),
                  member);
    });
  }

  void check_bound(const std::string& path, const std::string& text) {
    if (text.size() > longest_string_bytes) {
      report(path, "is " + std::to_string(text.size()) + " bytes long; at most " +
                       std::to_string(longest_string_bytes) + " are allowed");
    }
  }
  void check_bound(const std::string& path, const std::optional<std::string>& text) {
    if (text) check_bound(path, *text);
  }
  void check_bound(const std::string& path, std::int64_t number) {
    if (number < 0 || number > largest_number) {
      report(path, "is " + std::to_string(number) + "; expected a number from 0 to " +
                       std::to_string(largest_number));
    }
  }
  void check_bound(const std::string& path, const Decimal& number) {
    constexpr std::int64_t too_large = 1'000'000'000'000'000'000;
    if (number.scale > Decimal::max_scale || number.mantissa >= too_large ||
        number.mantissa <= -too_large) {
      report(path, "expected a decimal with at most 9 digits before and 9 after the point");
    }
  }
  void check_bound(const std::string& path, const Period& period) {
    if (period.count < 0 || approximate_days(period) > longest_period_days) {
      report(path, "expected a period of at most 1000 years, such as \"3 years\" or \"30 days\"");
    }
  }
  template <class T>
  void check_bound(const std::string& path, const std::vector<T>& items) {
    const std::size_t most = std::same_as<T, RuleDefinition> ? most_rules : most_of_a_kind;
    if (items.size() > most) {
      report(path, "has " + std::to_string(items.size()) + " entries; at most " +
                       std::to_string(most) + " are allowed");
    }
    if constexpr (std::same_as<T, std::string>) {
      for (std::size_t i = 0; i < items.size(); ++i) {
        if (items[i].empty()) report(element(path, i), "must not be empty");
        check_bound(element(path, i), items[i]);
      }
    }
  }
  // Flags and enumerations have no bounds; nested definitions are checked in their own turn, and
  // the small numbers (order, priority) where their meaning is known.
  template <class T>
  void check_bound(const std::string&, const T&) {}

  static std::int64_t approximate_days(const Period& period) {
    switch (period.unit) {
      case PeriodUnit::days: return period.count;
      case PeriodUnit::months: return std::int64_t{period.count} * 30;
      case PeriodUnit::years: return std::int64_t{period.count} * 366;
    }
    return 0;
  }

  // ---- checks that several sections share ----

  void check_id(const std::string& path, std::string_view id, Seen& seen, std::string_view kind) {
    if (!is_id(id)) {
      report(path, (id.empty() ? "must not be empty" : in_quotes(id) + " is not an id") +
                       std::string("; expected 1 to 64 of the characters A-Z a-z 0-9 _ -"));
    } else if (!seen.insert(id).second) {
      report(path, "there is already a " + std::string(kind) + " " + in_quotes(id) +
                       "; each id may be given once");
    }
  }

  bool check_reference(const std::string& path, std::string_view name, const KnownNames& known) {
    if (known.has(name)) return true;
    report(path,
           "there is no " + std::string(known.kind) + " " + in_quotes(name) + "; " + known.list());
    return false;
  }

  void check_references(const std::string& path, const std::vector<std::string>& names,
                        const KnownNames& known) {
    for (std::size_t i = 0; i < names.size(); ++i) {
      check_reference(element(path, i), names[i], known);
    }
  }

  std::optional<LocalDay> check_day(const std::string& path,
                                    const std::optional<std::string>& text) {
    if (!text) return std::nullopt;
    const auto day = parse_day(*text);
    if (!day) report(path, in_quotes(*text) + " is not a day; expected YYYY-MM-DD");
    return day;
  }

  void check_window(const std::string& path, std::string_view first_name,
                    const std::optional<std::string>& first, std::string_view end_name,
                    const std::optional<std::string>& end) {
    const auto from = check_day(path + "." + std::string(first_name), first);
    const auto until = check_day(path + "." + std::string(end_name), end);
    if (from && until && *from >= *until) {
      report(path + "." + std::string(end_name),
             in_quotes(*end) + " must be later than " + std::string(first_name) + " " +
                 in_quotes(*first) + "; it is the first day after the window");
    }
  }

  const CurrencyDefinition* currency(std::string_view id) const {
    const auto found = std::find_if(program_.currencies.begin(), program_.currencies.end(),
                                    [&](const auto& c) { return c.id == id; });
    return found == program_.currencies.end() ? nullptr : &*found;
  }

  // ---- the sections ----

  void check_program() {
    check_bounds("", program_);
    Seen none;
    check_id("id", program_.id, none, "program");
    if (!Zone::find(program_.time_zone)) {
      report("time_zone", "there is no time zone " + in_quotes(program_.time_zone) +
                              "; expected an IANA name such as America/Los_Angeles");
    }
    const std::string& money = program_.money;
    if (money.size() != 3 ||
        !std::all_of(money.begin(), money.end(), [](char c) { return c >= 'A' && c <= 'Z'; })) {
      report("money",
             in_quotes(money) + " is not a currency code; expected three capitals such as USD");
    }
    if (program_.active && program_.currencies.empty()) {
      report("currencies", "an active program needs at least one currency",
             RefusalCode::no_currency);
    }
  }

  void check_currency(const std::string& path, const CurrencyDefinition& c) {
    check_bounds(path, c);
    check_id(path + ".id", c.id, currency_ids_, "currency");
    const bool expires = c.expiry != ExpiryModel::none;
    if (c.kind == CurrencyKind::qualifying && (expires || c.expiry_period)) {
      report(path + (expires ? ".expiry" : ".expiry_period"),
             "a qualifying currency cannot expire; it is reset with its tier group's period",
             RefusalCode::expiry_not_allowed);
    } else if (expires && !c.expiry_period) {
      report(path + ".expiry_period", "expiry " + std::string(name_of(c.expiry)) +
                                          " needs a period, such as expiry_period = \"3 years\"");
    } else if (!expires && c.expiry_period) {
      report(path + ".expiry_period",
             "has no effect without expiry = \"fixed\" or expiry = \"activity\"");
    }
    if (c.primary && std::exchange(primary_, &c) != nullptr) {
      report(path + ".primary", "another currency is already the primary one");
    }
  }

  void check_tier_group(const std::string& path, const TierGroupDefinition& group) {
    check_bounds(path, group);
    check_id(path + ".id", group.id, tier_group_ids_, "tier group");
    if (group.model == TierModel::unset) {
      report(path + ".model", "a tier group needs a model: fixed or anniversary",
             RefusalCode::missing_tier_model);
    }
    if (!group.qualification_period) {
      report(path + ".qualification_period",
             "a tier group needs a qualification_period, such as \"1 year\"",
             RefusalCode::missing_qualification_period);
    }
    if (!group.tier_period) {
      report(path + ".tier_period", "a tier group needs a tier_period, such as \"1 year\"",
             RefusalCode::missing_tier_period);
    }
    // Checked in a year without 29 February: a reset happens every year.
    if (group.reset_day.size() != 5 || !parse_day("2023-" + group.reset_day)) {
      report(path + ".reset_day", in_quotes(group.reset_day) +
                                      " is not a day of every year; expected MM-DD, such as 12-31");
    }
    if (group.currencies.empty()) {
      report(path + ".currencies", "a tier group needs at least one qualifying currency");
    }
    for (std::size_t i = 0; i < group.currencies.size(); ++i) {
      check_group_currency(element(path + ".currencies", i), group.currencies[i], group.id);
    }
    if (group.tiers.empty()) report(path + ".tiers", "a tier group needs at least one tier");
    check_tiers(path + ".tiers", group);
  }

  void check_group_currency(const std::string& path, std::string_view id, std::string_view group) {
    if (!check_reference(path, id, currencies_)) return;
    if (currency(id)->kind != CurrencyKind::qualifying) {
      report(path, in_quotes(id) + " is not a qualifying currency and cannot count for tiers",
             RefusalCode::tier_group_not_allowed);
    }
    const auto [owner, added] = group_of_currency_.emplace(id, group);
    if (!added) {
      report(path,
             in_quotes(id) + " already counts in tier group " + in_quotes(owner->second) +
                 "; a currency belongs to one tier group",
             RefusalCode::currency_already_in_tier_group);
    }
  }

  void check_tiers(const std::string& path, const TierGroupDefinition& group) {
    std::map<std::string_view, std::pair<std::int64_t, std::string_view>> highest;
    for (std::size_t i = 0; i < group.tiers.size(); ++i) {
      const TierDefinition& tier = group.tiers[i];
      const std::string at = element(path, i);
      check_bounds(at, tier);
      check_id(at + ".id", tier.id, tier_ids_, "tier");
      if (tier.thresholds.empty()) {
        report(at + ".thresholds", "a tier needs a threshold; 0 makes it the base tier",
               RefusalCode::invalid_thresholds);
      }
      Seen listed;
      for (std::size_t j = 0; j < tier.thresholds.size(); ++j) {
        const ThresholdDefinition& threshold = tier.thresholds[j];
        const std::string where = element(at + ".thresholds", j);
        if (!is_one_of(group.currencies, threshold.currency)) {
          report(where + ".currency",
                 in_quotes(threshold.currency) + " is not among the currencies of this tier group");
          continue;
        }
        if (!listed.insert(threshold.currency).second) {
          report(where + ".currency",
                 in_quotes(threshold.currency) + " already has a threshold here");
          continue;
        }
        check_threshold(where + ".minimum", threshold, tier.id, highest);
      }
    }
  }

  void check_threshold(
      const std::string& path, const ThresholdDefinition& threshold, std::string_view tier,
      std::map<std::string_view, std::pair<std::int64_t, std::string_view>>& highest) {
    const std::int64_t minimum = threshold.minimum;
    if (minimum < 0 || minimum > largest_number) {
      report(path,
             "is " + std::to_string(minimum) + "; expected a number from 0 to " +
                 std::to_string(largest_number),
             RefusalCode::invalid_thresholds);
      return;
    }
    const auto below = highest.find(threshold.currency);
    if (below != highest.end() && minimum <= below->second.first) {
      report(path,
             "is " + std::to_string(minimum) + "; expected more than " +
                 std::to_string(below->second.first) + ", the threshold of " +
                 in_quotes(below->second.second) + " below it",
             RefusalCode::invalid_thresholds);
    }
    highest[threshold.currency] = {minimum, tier};
  }

  void check_benefit_type(const std::string& path, const BenefitTypeDefinition& type) {
    check_bounds(path, type);
    check_id(path + ".id", type.id, benefit_type_ids_, "benefit type");
  }

  void check_benefit(const std::string& path, const BenefitDefinition& benefit) {
    check_bounds(path, benefit);
    check_id(path + ".id", benefit.id, benefit_ids_, "benefit");
    check_reference(path + ".type", benefit.type, benefit_types_);
    if (benefit.priority < 1) {
      report(path + ".priority",
             "is " + std::to_string(benefit.priority) + "; expected 1 (the highest) or more");
    }
    check_references(path + ".tiers", benefit.tiers, tiers_);
  }

  void check_activities() {
    Seen seen;
    for (std::size_t i = 0; i < program_.activities.size(); ++i) {
      const std::string& name = program_.activities[i];
      const std::string path = element("activities", i);
      if (is_one_of(built_in_activities, name)) {
        report(path, in_quotes(name) + " is built in and need not be listed");
      } else if (is_one_of(reserved_activities, name)) {
        report(path, in_quotes(name) + " is reserved for the server itself");
      } else {
        check_id(path, name, seen, "activity");
      }
    }
  }

  void check_condition(const std::string& path, const ConditionDefinition& when) {
    check_bounds(path, when);
    for (std::size_t i = 0; i < when.activities.size(); ++i) {
      const std::string where = element(path + ".activities", i);
      if (is_one_of(reserved_activities, when.activities[i])) {
        report(where, in_quotes(when.activities[i]) +
                          " is reserved for the server itself; no rule or promotion can use it");
      } else {
        check_reference(where, when.activities[i], activities_);
      }
    }
    check_references(path + ".tiers", when.tiers, tiers_);
    check_references(path + ".partners", when.partners, partners_);
    check_partner_products(path + ".products", when);
    if (when.max_amount > 0 && when.min_amount > when.max_amount) {
      report(path + ".max_amount", "is " + std::to_string(when.max_amount) +
                                       "; expected at least min_amount, " +
                                       std::to_string(when.min_amount) + " minor units");
    }
    check_day(path + ".from", when.from);
    check_day(path + ".until", when.until);
  }

  // The program's own products are not part of a definition, so ids can be checked only where the
  // condition speaks of partners.
  void check_partner_products(const std::string& path, const ConditionDefinition& when) {
    if (when.partners.empty()) return;
    KnownNames products{"product of these partners", "[[partners.products]]", {}, {}};
    for (const auto& partner : program_.partners) {
      if (!is_one_of(when.partners, partner.id)) continue;
      for (const auto& product : partner.products) products.insert(product.id);
    }
    check_references(path, when.products, products);
  }

  void check_rule(const std::string& path, const RuleDefinition& rule) {
    check_bounds(path, rule);
    check_id(path + ".id", rule.id, rule_ids_, "rule");
    check_condition(path + ".when", rule.when);
    check_reference(path + ".currency", rule.currency, currencies_);
    if (rule.rate.mantissa < 0) {
      report(path + ".rate", "is " + rule.rate.to_string() + "; expected 0 or more");
    }
    Seen tiers;
    for (std::size_t i = 0; i < rule.multipliers.size(); ++i) {
      const TierMultiplierDefinition& item = rule.multipliers[i];
      const std::string where = element(path + ".multipliers", i);
      check_bounds(where, item);
      check_reference(where + ".tier", item.tier, tiers_);
      if (!tiers.insert(item.tier).second) {
        report(where + ".tier", in_quotes(item.tier) + " already has a multiplier in this rule");
      }
      if (item.multiplier.mantissa <= 0) {
        report(where + ".multiplier",
               "is " + item.multiplier.to_string() + "; expected more than 0");
      }
    }
  }

  void check_voucher(const std::string& path, const VoucherDefinition& voucher) {
    check_bounds(path, voucher);
    check_id(path + ".id", voucher.id, voucher_ids_, "voucher");
    if (voucher.kind == VoucherKind::value && voucher.face_value == 0) {
      report(path + ".face_value", "a voucher of kind value needs a face_value above 0");
    } else if (voucher.kind == VoucherKind::item && voucher.face_value != 0) {
      report(path + ".face_value", "only a voucher of kind value has a face_value");
    }
  }

  void check_offer(const std::string& path, const OfferDefinition& offer) {
    check_bounds(path, offer);
    check_id(path + ".id", offer.id, offer_ids_, "offer");
    if (check_reference(path + ".currency", offer.currency, currencies_) &&
        currency(offer.currency)->kind == CurrencyKind::qualifying) {
      report(path + ".currency",
             in_quotes(offer.currency) + " is a qualifying currency; its points cannot be spent",
             RefusalCode::qualifying_not_redeemable);
    }
    if (offer.cost == 0) report(path + ".cost", "an offer needs a cost above 0");
    const bool gives_discount = offer.reward == RewardKind::discount;
    if (gives_discount && offer.discount == 0) {
      report(path + ".discount", "reward discount needs a discount above 0");
    } else if (!gives_discount && offer.discount != 0) {
      report(path + ".discount", "only an offer with reward = \"discount\" has a discount");
    }
    const bool gives_voucher = offer.reward == RewardKind::voucher;
    if (gives_voucher) {
      check_reference(path + ".voucher", offer.voucher, vouchers_);
    } else if (!offer.voucher.empty()) {
      report(path + ".voucher", "only an offer with reward = \"voucher\" issues a voucher");
    }
    if (!offer.partner.empty()) check_reference(path + ".partner", offer.partner, partners_);
    check_offer_product(path + ".product", offer);
  }

  void check_promotion(const std::string& path, const PromotionDefinition& promotion) {
    check_bounds(path, promotion);
    check_id(path + ".id", promotion.id, promotion_ids_, "promotion");
    if (promotion.unit.empty()) report(path + ".unit", "must not be empty");
    if (promotion.units.empty()) report(path + ".units", "must not be empty");
    check_window(path, "starts", promotion.starts, "ends", promotion.ends);
    check_condition(path + ".when", promotion.when);
    if (promotion.target == 0) report(path + ".target", "a promotion needs a target above 0");
    if (!promotion.enrollment_required && (promotion.enroll_from || promotion.enroll_until)) {
      report(path + (promotion.enroll_from ? ".enroll_from" : ".enroll_until"),
             "an enrolment window needs enrollment_required = true");
    }
    check_window(path, "enroll_from", promotion.enroll_from, "enroll_until",
                 promotion.enroll_until);
    check_milestones(path + ".milestones", promotion);
    check_reward(path + ".reward", promotion.reward);
  }

  void check_offer_product(const std::string& path, const OfferDefinition& offer) {
    if (offer.product.empty()) return;
    for (const auto& partner : program_.partners) {
      if (partner.id != offer.partner) continue;
      for (const auto& product : partner.products) {
        if (product.id != offer.product) continue;
        if (!product.reward) {
          report(path, "expected a product with reward = true", RefusalCode::not_reward_eligible);
        }
        return;
      }
    }
    report(path, "expected a product of the offer's partner, found " + in_quotes(offer.product));
  }

  void check_milestones(const std::string& path, const PromotionDefinition& promotion) {
    if (promotion.milestones.size() > max_milestones) {
      report(path, "expected at most 64 milestones");
    }
    std::set<std::pair<MilestoneKind, std::int64_t>> seen;
    for (std::size_t i = 0; i < promotion.milestones.size(); ++i) {
      const MilestoneDefinition& milestone = promotion.milestones[i];
      const std::string where = element(path, i) + ".at";
      // A mark at the target itself would never be announced: completion is.
      const bool percent = milestone.kind == MilestoneKind::percent;
      const std::int64_t last = percent ? 99 : promotion.target - 1;
      if (milestone.at < 1 || (milestone.at > last && (percent || promotion.target > 0))) {
        report(where, "is " + std::to_string(milestone.at) + "; expected " +
                          (percent ? "1 to 99 percent"
                                   : "at least 1 and less than the target, " +
                                         std::to_string(promotion.target)));
      } else if (!seen.insert({milestone.kind, milestone.at}).second) {
        report(where, "this milestone is already listed");
      }
    }
  }

  void check_reward(const std::string& path, const RewardDefinition& reward) {
    check_bounds(path, reward);
    const int kinds = (reward.points != 0 ? 1 : 0) + (reward.voucher.empty() ? 0 : 1) +
                      (reward.benefit.empty() ? 0 : 1);
    if (kinds != 1) {
      report(path, std::string(kinds == 0 ? "gives nothing" : "gives several things") +
                       "; expected exactly one of points, voucher and benefit");
    }
    if (!reward.voucher.empty()) check_reference(path + ".voucher", reward.voucher, vouchers_);
    if (!reward.benefit.empty()) check_reference(path + ".benefit", reward.benefit, benefits_);
    if (!reward.currency.empty()) {
      check_reference(path + ".currency", reward.currency, currencies_);
      if (reward.points == 0) report(path + ".currency", "has no effect without points");
    } else if (reward.points != 0 && primary_ == nullptr) {
      report(path + ".currency",
             "the points need a currency, because no currency of the program is primary");
    } else if (reward.points != 0 && primary_->kind == CurrencyKind::qualifying) {
      report(path + ".currency",
             "the primary currency is a qualifying one; expected its name, since "
             "points that count for tiers are given only where that is said");
    }
  }

  void check_partner(const std::string& path, const PartnerDefinition& partner) {
    check_bounds(path, partner);
    check_id(path + ".id", partner.id, partner_ids_, "partner");
    Seen products;
    for (std::size_t i = 0; i < partner.products.size(); ++i) {
      const std::string where = element(path + ".products", i);
      check_bounds(where, partner.products[i]);
      check_id(where + ".id", partner.products[i].id, products, "product of this partner");
    }
    Seen rated;
    for (std::size_t i = 0; i < partner.rates.size(); ++i) {
      check_rate(element(path + ".rates", i), partner.rates[i], rated);
    }
  }

  void check_rate(const std::string& path, const PartnerRateDefinition& rate, Seen& rated) {
    check_bounds(path, rate);
    check_reference(path + ".currency", rate.currency, currencies_);
    if (!rated.insert(rate.currency).second) {
      report(path + ".currency", in_quotes(rate.currency) + " already has a rate at this partner");
    }
    const auto not_negative = [&](std::string_view name, const Decimal& value) {
      if (value.mantissa < 0) {
        report(path + "." + std::string(name), "is " + value.to_string() + "; expected 0 or more");
      }
    };
    not_negative("accrual_factor", rate.accrual_factor);
    not_negative("accrual_price", rate.accrual_price);
    not_negative("redemption_factor", rate.redemption_factor);
    not_negative("redemption_price", rate.redemption_price);
  }

  const ProgramDefinition& program_;
  std::vector<Problem> problems_;
  KnownNames currencies_{"currency", "[[currencies]]", {}, {}};
  KnownNames tiers_{"tier", "[[tier_groups.tiers]]", {}, {}};
  KnownNames benefit_types_{"benefit type", "[[benefit_types]]", {}, {}};
  KnownNames benefits_{"benefit", "[[benefits]]", {}, {}};
  KnownNames vouchers_{"voucher", "[[vouchers]]", {}, {}};
  KnownNames partners_{"partner", "[[partners]]", {}, {}};
  KnownNames activities_{"activity", "activities", {}, {}};
  Seen currency_ids_, tier_group_ids_, tier_ids_, benefit_type_ids_, benefit_ids_, rule_ids_,
      voucher_ids_, offer_ids_, promotion_ids_, partner_ids_;
  std::map<std::string_view, std::string_view> group_of_currency_;
  const CurrencyDefinition* primary_ = nullptr;
};

}  // namespace

std::vector<Problem> mistakes(const ProgramDefinition& definition) {
  return DefinitionCheck(definition).run();
}

}  // namespace loyalty::domain
