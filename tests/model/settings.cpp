// SPDX-License-Identifier: Apache-2.0
#include "tests/model/settings.hpp"

#include <cstddef>

namespace loyalty::model {

using namespace domain;

namespace {

/// Gives out the knobs one after the other.
class Knobs {
 public:
  explicit Knobs(const std::vector<int>& values) : values_(values) {}
  template <class T, std::size_t n>
  T pick(const T (&choices)[n]) {
    return choices[static_cast<std::size_t>(values_.at(next_++)) % n];
  }
  bool flag() { return pick({false, true}); }

 private:
  const std::vector<int>& values_;
  std::size_t next_ = 0;
};

CurrencySettings spendable(Knobs& knobs) {
  CurrencySettings currency;
  currency.expiry = knobs.pick({ExpiryModel::fixed, ExpiryModel::activity, ExpiryModel::none});
  currency.period = knobs.pick<Period>({{1, PeriodUnit::years},
                                        {1, PeriodUnit::months},
                                        {45, PeriodUnit::days},
                                        {3, PeriodUnit::months}});
  if (currency.expiry == ExpiryModel::none) currency.period = {};
  currency.escrow_days = knobs.pick({0, 0, 7, 14});
  currency.limits = knobs.pick<std::array<std::int64_t, 3>>({{0, 0, 0}, {60, 150, 400}});
  currency.clawback =
      knobs.pick({Clawback::within_balance, Clawback::lot_only, Clawback::allow_negative});
  currency.subtypes = knobs.flag();
  const int life = knobs.pick({0, 1, 2, 3, 4});
  if (currency.expiry != ExpiryModel::fixed) return currency;
  currency.bonus_period = {20, PeriodUnit::days};
  currency.from_release = life == 1 && currency.escrow_days > 0;
  if (life == 2) currency.rounding = ExpiryRounding::month;
  if (life == 3) currency.rounding = ExpiryRounding::year;
  currency.extended = life == 4;
  return currency;
}

std::vector<RuleSettings> rules(Rounding rounding, bool subtypes) {
  RuleSettings base{.id = "base", .by_tier = true, .rounding = rounding};
  RuleSettings shoes{.id = "shoes", .category = "shoes", .measure = Measure::units};
  shoes.rate_hundredths = 500;
  if (subtypes) shoes.subtype = bonus;
  RuleSettings travel{.id = "travel", .currency = miles, .rounding = Rounding::half_up};
  travel.rate_hundredths = 25;
  RuleSettings big{.id = "big", .min_amount = 20'000, .currency = miles};
  big.measure = Measure::journals;
  big.rate_hundredths = 4'000;
  big.crediting = Crediting::batch;
  RuleSettings rank{.id = "rank", .currency = stars};
  RuleSettings word{.id = "word", .activity = "review", .measure = Measure::journals};
  word.rate_hundredths = 5'000;
  word.crediting = Crediting::next_day;
  RuleSettings lesson{.id = "lesson", .activity = "training", .currency = stars};
  lesson.measure = Measure::units;
  lesson.rate_hundredths = 4'000;
  lesson.crediting = Crediting::next_day;
  return {base, shoes, travel, big, rank, word, lesson};
}

Decimal hundredths(std::int64_t n) { return {n, 2}; }
Decimal thousandths(std::int64_t n) { return {n, 3}; }

CurrencyDefinition defined(Currency which, const CurrencySettings& settings) {
  CurrencyDefinition currency;
  currency.id = currency_names[which];
  currency.kind = settings.qualifying ? CurrencyKind::qualifying : CurrencyKind::non_qualifying;
  currency.expiry = settings.expiry;
  currency.expiry_period = settings.period;
  currency.primary = which == coins;
  currency.escrow_days = settings.escrow_days;
  currency.clawback = settings.clawback;
  if (settings.from_release) currency.expiry_from = ExpiryStart::release;
  currency.expiry_rounding = settings.rounding;
  if (settings.extended) {
    currency.extensions = {{"gold", extensions[1]}, {"platinum", extensions[2]}};
  }
  for (std::size_t tier = 0; tier < tier_names.size(); ++tier) {
    if (settings.limits[tier] > 0) {
      currency.negative_limits.push_back({tier_names[tier], settings.limits[tier]});
    }
  }
  if (settings.subtypes) {
    SubtypeDefinition own;
    own.id = "bonus";
    own.expiry_period = settings.bonus_period;
    SubtypeDefinition other;
    other.id = "gift";
    currency.subtypes = {own, other};
    currency.subtype_order = {"bonus"};
  }
  return currency;
}

TierGroupDefinition defined(const TierSettings& settings) {
  const auto two = [](unsigned n) { return (n < 10 ? "0" : "") + std::to_string(n); };
  TierGroupDefinition group;
  group.id = "club";
  group.model = settings.anniversary ? TierModel::anniversary : TierModel::fixed;
  group.qualification_period = {1, PeriodUnit::years};
  group.tier_period = settings.period;
  group.reset_day = two(settings.reset_month) + "-" + two(settings.reset_day);
  group.extend_to_reset = settings.extend;
  group.one_step_down = settings.one_down;
  group.currencies = {"stars"};
  for (std::size_t tier = 0; tier < tier_names.size(); ++tier) {
    group.tiers.push_back({tier_names[tier], "", {{"stars", thresholds[tier]}}});
  }
  return group;
}

RuleDefinition defined(const RuleSettings& settings, int order) {
  RuleDefinition rule;
  rule.id = settings.id;
  rule.order = order;
  rule.when.activities = {settings.activity};
  if (*settings.category != '\0') rule.when.categories = {settings.category};
  rule.when.min_amount = settings.min_amount;
  rule.currency = currency_names[settings.currency];
  rule.subtype = subtype_names[settings.subtype];
  rule.measure = settings.measure;
  rule.rate = hundredths(settings.rate_hundredths);
  if (settings.by_tier) rule.multipliers = {{"gold", {15, 1}}, {"platinum", {2, 0}}};
  rule.rounding = settings.rounding;
  rule.crediting = settings.crediting;
  rule.cap.per_activity = settings.cap;
  return rule;
}

OfferDefinition defined(const OfferSettings& settings) {
  OfferDefinition offer;
  offer.id = settings.id;
  offer.currency = currency_names[settings.currency];
  offer.cost = settings.cost;
  if (settings.at_partner) {
    offer.partner = "hotel";
    offer.product = "massage";
  }
  if (settings.bonus_only) offer.subtypes = {"bonus"};
  return offer;
}

PromotionDefinition defined(const PromotionSettings& settings) {
  PromotionDefinition promotion;
  promotion.id = "laps";
  promotion.when.activities = {"purchase"};
  promotion.measure = settings.measure;
  promotion.streak = settings.streak;
  promotion.target = settings.target;
  promotion.repeatable = true;
  promotion.milestones = {{MilestoneKind::value, settings.first_mark},
                          {MilestoneKind::remaining, settings.target - settings.second_mark}};
  promotion.reward.currency = currency_names[settings.currency];
  promotion.reward.points = settings.reward;
  return promotion;
}

std::string words_of(Currency which, const CurrencySettings& settings) {
  std::string text = currency_names[which];
  const auto add = [&](const std::string& more) { text += ", " + more; };
  if (settings.expiry == ExpiryModel::fixed) add("each lot lives " + to_string(settings.period));
  if (settings.expiry == ExpiryModel::activity) {
    add("live " + to_string(settings.period) + " after the last activity");
  }
  if (settings.escrow_days > 0) add(std::to_string(settings.escrow_days) + " days of escrow");
  if (settings.from_release) add("they live from their release");
  if (settings.rounding != ExpiryRounding::none) {
    add("to the end of the " +
        std::string(EnumNames<ExpiryRounding>::names[std::size_t(settings.rounding)]));
  }
  if (settings.extended) add("30 days longer for gold, 60 for platinum");
  if (settings.limits[2] > 0) {
    add("may be " + std::to_string(settings.limits[0]) + "/" + std::to_string(settings.limits[1]) +
        "/" + std::to_string(settings.limits[2]) + " below zero");
  }
  if (!settings.qualifying) {
    add("clawback " + std::string(EnumNames<Clawback>::names[std::size_t(settings.clawback)]));
  }
  if (settings.subtypes) {
    add("subtypes bonus (spent first, lives " + to_string(settings.bonus_period) + "), gift");
  }
  return text;
}

}  // namespace

Settings settings_of(const std::vector<int>& values) {
  Knobs knobs(values);
  Settings settings;
  settings.zone =
      knobs.pick<const char*>({"America/Los_Angeles", "America/Santiago", "Europe/Berlin"});
  const Day first =
      knobs.pick<Day>({date(2026, 1, 5), date(2028, 2, 29), date(2026, 8, 31), date(2026, 6, 30)});
  constexpr Ms minute = 60'000;
  settings.start =
      calendar_of(settings.zone).midnight(first) + knobs.pick({Ms{720}, Ms{0}, Ms{1'437}}) * minute;
  settings.currencies[coins] = spendable(knobs);
  settings.currencies[miles] = spendable(knobs);
  settings.currencies[stars].qualifying = true;
  settings.currencies[stars].escrow_days = settings.currencies[coins].escrow_days;
  const auto& rest = settings.currencies[coins];

  TierSettings& tiers = settings.tiers;
  const int model = knobs.pick({0, 1, 2, 3});
  tiers.anniversary = model == 1;
  if (model == 2) tiers.reset_month = 6, tiers.reset_day = 30;
  if (model == 3) tiers.reset_month = 2, tiers.reset_day = 28;
  const int term = knobs.pick({0, 1, 2, 3});
  tiers.period = term < 2 ? Period{1, PeriodUnit::years} : Period{6, PeriodUnit::months};
  tiers.extend = term % 2 == 0;
  const int last = knobs.pick({0, 1, 2, 3, 4, 5});
  tiers.one_down = last % 2 == 1;
  constexpr Rounding roundings[] = {Rounding::floor, Rounding::half_up, Rounding::ceil};
  const std::int64_t cap = knobs.pick({0, 0, 100});
  settings.rules = rules(roundings[last / 2], rest.subtypes);

  settings.rules.front().cap = cap;

  settings.offers = {{"mug", coins, 30}, {"treat", miles, 25}, {"spa", coins, 45, true}};
  if (rest.subtypes) {
    settings.offers.push_back({"sticker", coins, 5, false, true});
  }
  settings.rates = {{coins, 1'000, 15, 10}, {stars, 500, 10, 0}};
  switch (last) {
    case 0: settings.promotion = {Measure::amount, 50'000, 20'000, 40'000, coins, 25}; break;
    case 1: settings.promotion = {Measure::journals, 3, 1, 2, miles, 40}; break;
    case 2: settings.promotion = {Measure::units, 5, 2, 4, coins, 10}; break;
    case 3: settings.promotion = {Measure::amount, 9'000, 3'000, 8'000, miles, 5}; break;
    case 4: settings.promotion = {Measure::units, 2, 1, 1, miles, 3}; break;
    default: settings.promotion = {Measure::journals, 2, 1, 1, coins, 100}; break;
  }
  // Most promotions that count activities count months, weeks or days in a row.
  if (settings.promotion.measure == Measure::journals && term != 0) {
    constexpr Streak streaks[] = {Streak::month, Streak::week, Streak::month, Streak::day};
    settings.promotion.streak = streaks[model];
  }
  return settings;
}

ProgramDefinition program_of(const Settings& settings) {
  ProgramDefinition program;
  program.id = "bazaar";
  program.time_zone = settings.zone;
  program.active = true;
  for (const Currency which : all_currencies) {
    program.currencies.push_back(defined(which, settings.currencies[which]));
  }
  program.tier_groups = {defined(settings.tiers)};
  int order = 0;
  for (const auto& rule : settings.rules) program.rules.push_back(defined(rule, ++order));
  for (const auto& offer : settings.offers) program.offers.push_back(defined(offer));
  program.promotions = {defined(settings.promotion)};
  PartnerDefinition hotel;
  hotel.id = "hotel";
  hotel.products = {{"massage", "", "", true, true}};
  for (const auto& rate : settings.rates) {
    hotel.rates.push_back({currency_names[rate.currency], thousandths(rate.factor),
                           thousandths(rate.accrual_price), thousandths(rate.factor),
                           thousandths(rate.redemption_price)});
  }
  program.partners = {hotel};
  return program;
}

std::string Settings::words() const {
  std::string text = "in " + zone + ", enrolled on " + calendar_of(zone).words(start) + "\n";
  for (const Currency which : all_currencies) {
    text += "  " + words_of(which, currencies[which]) + "\n";
  }
  text += "  tiers " +
          (tiers.anniversary ? std::string("by anniversary")
                             : "reset after " + std::to_string(tiers.reset_month) + "-" +
                                   std::to_string(tiers.reset_day)) +
          ", held " + to_string(tiers.period) + (tiers.extend ? " and to the next reset" : "") +
          (tiers.one_down ? ", one step down" : "") + "\n";
  if (rules.front().cap > 0)
    text += "  at most " + std::to_string(rules.front().cap) + " coins of the base rule\n";
  text += "  base rule rounds " +
          std::string(EnumNames<Rounding>::names[std::size_t(rules.front().rounding)]) +
          "; promotion: " + std::to_string(promotion.target) + " " +
          std::string(EnumNames<Measure>::names[std::size_t(promotion.measure)]) + " give " +
          std::to_string(promotion.reward) + " " + currency_names[promotion.currency] +
          ", streak " + std::string(EnumNames<Streak>::names[std::size_t(promotion.streak)]) + "\n";
  return text;
}

}  // namespace loyalty::model
