// SPDX-License-Identifier: Apache-2.0
#include "tests/support/shop.hpp"

#include "domain/decimal.hpp"

namespace loyalty::support {
namespace {

using namespace domain;

constexpr Period year{1, PeriodUnit::years};

Decimal decimal(std::string_view text) { return *Decimal::parse(text); }

std::vector<CurrencyDefinition> currencies() {
  return {{.id = "points",  // each lot lives a year
           .name = "Points",
           .kind = CurrencyKind::non_qualifying,
           .expiry = ExpiryModel::fixed,
           .expiry_period = year,
           .primary = true},
          {.id = "miles",  // all are lost after three years without activity
           .name = "Miles",
           .kind = CurrencyKind::non_qualifying,
           .expiry = ExpiryModel::activity,
           .expiry_period = {3, PeriodUnit::years},
           .primary = false},
          {.id = "stars",  // count for tiers
           .name = "Stars",
           .kind = CurrencyKind::qualifying,
           .expiry = ExpiryModel::none,
           .expiry_period = {},
           .primary = false}};
}

TierGroupDefinition club() {
  TierGroupDefinition group;
  group.id = "club";
  group.model = TierModel::fixed;
  group.qualification_period = year;
  group.tier_period = year;
  group.reset_day = "12-31";
  group.currencies = {"stars"};
  group.tiers = {{"silver", "Silver", {{"stars", 0}}},
                 {"gold", "Gold", {{"stars", 500}}},
                 {"platinum", "Platinum", {{"stars", 1'500}}}};
  return group;
}

std::vector<RuleDefinition> rules() {
  RuleDefinition base = rule("base", "purchase", "points", Measure::amount, "1");
  base.order = 10;
  base.multipliers = {{"gold", decimal("1.5")}, {"platinum", decimal("2")}};
  RuleDefinition shoes = rule("shoes", "purchase", "points", Measure::units, "5");
  shoes.order = 20;
  shoes.when.categories = {"shoes"};
  RuleDefinition stars = rule("stars", "purchase", "stars", Measure::amount, "1");
  stars.order = 30;
  RuleDefinition miles = rule("miles", "run", "miles", Measure::units, "1");
  RuleDefinition review = rule("review", "review", "points", Measure::journals, "50");
  review.crediting = Crediting::next_day;
  RuleDefinition lesson = rule("lesson", "training", "stars", Measure::units, "1");
  lesson.crediting = Crediting::next_day;
  RuleDefinition survey = rule("survey", "survey", "points", Measure::journals, "30");
  survey.crediting = Crediting::batch;
  return {base, shoes, stars, miles, review, lesson, survey};
}

std::vector<VoucherDefinition> vouchers() {
  VoucherDefinition drink;
  drink.id = "drink";
  drink.name = "A free drink";
  drink.kind = VoucherKind::item;
  drink.item = "drink";
  drink.valid = {90, PeriodUnit::days};
  VoucherDefinition cash;
  cash.id = "cash";
  cash.name = "20.00 off";
  cash.kind = VoucherKind::value;
  cash.face_value = 2'000;
  return {drink, cash};
}

OfferDefinition offer(const char* id, std::int64_t cost, RewardKind reward) {
  OfferDefinition result;
  result.id = id;
  result.currency = "points";
  result.cost = cost;
  result.reward = reward;
  return result;
}

std::vector<OfferDefinition> offers() {
  OfferDefinition ten_off = offer("ten-off", 100, RewardKind::discount);
  ten_off.discount = 1'000;
  ten_off.categories = {"court-shoes"};
  OfferDefinition mug = offer("mug", 30, RewardKind::product);
  OfferDefinition drink = offer("drink", 50, RewardKind::voucher);
  drink.voucher = "drink";
  OfferDefinition spa = offer("spa", 45, RewardKind::service);
  spa.partner = "hotel";
  OfferDefinition jacket = offer("jacket", 1'000, RewardKind::product);
  jacket.near = 20;
  return {ten_off, mug, drink, spa, jacket};
}

PromotionDefinition promotion(const char* id, const char* activity, Measure measure,
                              std::int64_t target) {
  PromotionDefinition result;
  result.id = id;
  result.when = on_activity(activity);
  result.measure = measure;
  result.target = target;
  return result;
}

std::vector<PromotionDefinition> promotions() {
  PromotionDefinition latte = promotion("latte", "purchase", Measure::journals, 10);
  latte.name = "The tenth latte";
  latte.unit = "latte";
  latte.units = "lattes";
  latte.when.products = {"latte"};
  latte.repeatable = true;
  latte.milestones = {{MilestoneKind::remaining, 2}, {MilestoneKind::percent, 50}};
  latte.reward.voucher = "drink";
  PromotionDefinition runner = promotion("runner", "run", Measure::units, 100);
  runner.unit = "mile";
  runner.units = "miles";
  runner.milestones = {{MilestoneKind::value, 30}, {MilestoneKind::percent, 75}};
  runner.reward.points = 500;
  // Within a window, for those who enrolled in time.
  PromotionDefinition lamps = promotion("lamps", "purchase", Measure::amount, 50'000);
  lamps.unit = "dollar";
  lamps.units = "dollars";
  lamps.when.categories = {"lamps"};
  lamps.starts = "2026-02-01";
  lamps.ends = "2026-04-01";
  lamps.enrollment_required = true;
  lamps.enroll_from = "2026-01-15";
  lamps.enroll_until = "2026-03-01";
  lamps.reward.benefit = "late-shopping";
  // For members of the higher tiers only.
  PromotionDefinition guests = promotion("guests", "certification", Measure::journals, 3);
  guests.when.tiers = {"gold", "platinum"};
  guests.reward.points = 10;
  guests.reward.currency = "miles";
  return {latte, runner, lamps, guests};
}

PartnerDefinition hotel() {
  PartnerDefinition partner;
  partner.id = "hotel";
  partner.products = {{"room", "", "rooms", true, false},
                      {"massage", "", "spa", true, true},
                      {"minibar", "", "drinks", false, false}};
  PartnerRateDefinition points;
  points.currency = "points";
  points.accrual_price = decimal("0.015");
  points.redemption_price = decimal("0.01");
  PartnerRateDefinition stars;
  stars.currency = "stars";
  stars.accrual_factor = decimal("0.5");
  stars.accrual_price = decimal("0.01");
  stars.redemption_price = decimal("0");
  partner.rates = {points, stars};
  return partner;
}

}  // namespace

ConditionDefinition on_activity(const char* type) {
  ConditionDefinition when;
  when.activities = {type};
  return when;
}

RuleDefinition rule(const char* id, const char* activity, const char* currency, Measure measure,
                    const char* rate) {
  RuleDefinition result;
  result.id = id;
  result.when = on_activity(activity);
  result.currency = currency;
  result.measure = measure;
  result.rate = decimal(rate);
  return result;
}

ProgramDefinition shop() {
  ProgramDefinition program;
  program.id = "shop";
  program.name = "The shop";
  program.time_zone = "America/Los_Angeles";
  program.active = true;
  program.currencies = currencies();
  program.tier_groups = {club()};
  program.benefit_types = {{"shipping", "Shipping", true}, {"event", "Events", false}};
  program.benefits = {{"ground", "", "shipping", 3, {"silver", "gold", "platinum"}},
                      {"express", "", "shipping", 2, {"gold", "platinum"}},
                      {"courier", "", "shipping", 1, {"platinum"}},
                      {"preview", "", "event", 1, {"gold", "platinum"}},
                      {"gala", "", "event", 1, {"platinum"}},
                      {"late-shopping", "", "event", 1, {}}};
  program.activities = {"run"};
  program.rules = rules();
  program.vouchers = vouchers();
  program.offers = offers();
  program.promotions = promotions();
  PartnerDefinition airline;
  airline.id = "airline";  // has no rates: nothing is owed
  program.partners = {hotel(), airline};
  return program;
}

domain::ProgramDefinition shop_with_spring() {
  auto program = shop();
  find(program.currencies, "points").cost_per_point = *domain::Decimal::parse("0.01");
  domain::PromotionDefinition spring;
  spring.id = "spring";
  spring.kind = domain::PromotionKind::standard;
  spring.when = on_activity("certification");
  spring.measure = domain::Measure::units;
  spring.reward.rate = *domain::Decimal::parse("10");
  program.promotions.push_back(spring);
  return program;
}

}  // namespace loyalty::support
