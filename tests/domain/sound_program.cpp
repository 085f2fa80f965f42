// SPDX-License-Identifier: Apache-2.0
#include "tests/domain/sound_program.hpp"

#include <gtest/gtest.h>

#include "domain/program/lint.hpp"

namespace loyalty::domain {

ProgramDefinition sound_program() {
  ProgramDefinition p;
  p.id = "shop";
  p.time_zone = "America/Los_Angeles";
  p.active = true;
  p.currencies = {{.id = "points",
                   .name = "Points",
                   .kind = CurrencyKind::non_qualifying,
                   .expiry = ExpiryModel::activity,
                   .expiry_period = {3, PeriodUnit::years},
                   .primary = true},
                  {.id = "stars",
                   .name = "",
                   .kind = CurrencyKind::qualifying,
                   .expiry = ExpiryModel::none,
                   .expiry_period = {},
                   .primary = false}};
  TierGroupDefinition group;
  group.id = "ladder";
  group.model = TierModel::fixed;
  group.qualification_period = {1, PeriodUnit::years};
  group.tier_period = {1, PeriodUnit::years};
  group.currencies = {"stars"};
  group.tiers = {{"silver", "Silver", {{"stars", 0}}},
                 {"gold", "Gold", {{"stars", 500}}},
                 {"platinum", "Platinum", {{"stars", 1'000}}}};
  p.tier_groups = {group};
  p.benefit_types = {{"shipping", "Shipping", true}};
  p.benefits = {{"free-shipping", "", "shipping", 1, {"gold", "platinum"}},
                {"gift", "", "shipping", 2, {}}};
  p.activities = {"run"};

  RuleDefinition base;
  base.id = "base";
  base.when.activities = {"purchase"};
  base.currency = "points";
  base.rate = one;
  base.multipliers = {{"gold", Decimal{125, 2}}};
  RuleDefinition stars;
  stars.id = "stars";
  stars.when.activities = {"purchase"};
  stars.currency = "stars";
  stars.rate = one;
  p.rules = {base, stars};

  VoucherDefinition drink;
  drink.id = "drink";
  drink.valid = {90, PeriodUnit::days};
  p.vouchers = {drink};

  OfferDefinition discount;
  discount.id = "ten-off";
  discount.currency = "points";
  discount.cost = 100;
  discount.reward = RewardKind::discount;
  discount.discount = 1'000;
  discount.near = 20;
  OfferDefinition lamp;
  lamp.id = "lamp";
  lamp.currency = "points";
  lamp.cost = 300;
  lamp.partner = "solar";
  p.offers = {discount, lamp};

  PromotionDefinition coffee;
  coffee.id = "coffee";
  coffee.when.activities = {"purchase"};
  coffee.target = 10;
  coffee.milestones = {{MilestoneKind::remaining, 2}, {MilestoneKind::percent, 75}};
  coffee.reward.voucher = "drink";
  PromotionDefinition runs;
  runs.id = "runs";
  runs.when.activities = {"run"};
  runs.target = 5;
  runs.enrollment_required = true;
  runs.reward.benefit = "gift";
  p.promotions = {coffee, runs};

  PartnerDefinition solar;
  solar.id = "solar";
  solar.products = {{"lamp", "", "", true, true}, {"panel", "", "", true, false}};
  solar.rates = {{"points", one, Decimal{1, 2}, one, Decimal{8, 3}}};
  p.partners = {solar};
  return p;
}

std::vector<std::string> as_text(const std::vector<Problem>& problems) {
  std::vector<std::string> text;
  for (const Problem& problem : problems) {
    EXPECT_FALSE(problem.message.empty());
    text.push_back(problem.path + " " + std::string(name_of(problem.code)));
  }
  return text;
}

void expect_mistakes(const std::vector<ChangedProgram>& rows) {
  for (const ChangedProgram& row : rows) {
    SCOPED_TRACE(row.name);
    ProgramDefinition program = sound_program();
    row.change(program);
    EXPECT_EQ(as_text(mistakes(program)), row.expected);
  }
}

void expect_doubts(const std::vector<ChangedProgram>& rows) {
  for (const ChangedProgram& row : rows) {
    SCOPED_TRACE(row.name);
    ProgramDefinition program = sound_program();
    row.change(program);
    EXPECT_EQ(as_text(mistakes(program)), std::vector<std::string>());
    EXPECT_EQ(as_text(warnings(program)), row.expected);
  }
}

std::string invalid(const std::string& path) { return path + " INVALID_DEFINITION"; }

}  // namespace loyalty::domain
