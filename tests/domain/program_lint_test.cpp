// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "domain/program/lint.hpp"
#include "tests/domain/sound_program.hpp"

/// Doubts about sound definitions (domain.md U12).
namespace loyalty::domain {
namespace {

TEST(ProgramLint, DoubtsWhatIsCertainlyUseless) {
  expect_doubts({
      {"tier that nothing credits",
       [](auto& p) { p.rules.pop_back(); },
       {invalid("currencies[1]"), invalid("tier_groups[0].tiers[1]"),
        invalid("tier_groups[0].tiers[2]")}},
      {"tier points only for those who have the tier",
       [](auto& p) { p.rules[1].when.tiers = {"gold"}; },
       {invalid("currencies[1]"), invalid("tier_groups[0].tiers[1]"),
        invalid("tier_groups[0].tiers[2]"), invalid("rules[1].when.tiers")}},
      {"points that nothing credits",
       [](auto& p) { p.rules.erase(p.rules.begin()); },
       {invalid("currencies[0]"), invalid("offers[0].currency"), invalid("offers[1].currency")}},
      {"qualifying currency of no tier group",
       [](auto& p) {
         p.tier_groups.clear();
         p.benefits.clear();
         p.benefit_types.clear();
         p.promotions.pop_back();
         p.rules[0].multipliers.clear();
       },
       {invalid("currencies[1]")}},
      {"same rule twice",
       [](auto& p) {
         p.rules.push_back(p.rules[0]);
         p.rules[2].id = "again";
       },
       {invalid("rules[2]")}},
      {"same currency, other condition",
       [](auto& p) {
         p.rules.push_back(p.rules[0]);
         p.rules[2].id = "shoes";
         p.rules[2].when.categories = {"shoes"};
       },
       {}},
      {"empty window",
       [](auto& p) {
         p.rules.push_back(p.rules[0]);
         p.rules[2].id = "never";
         p.rules[2].when.from = "2026-06-01";
         p.rules[2].when.until = "2026-06-01";
       },
       {invalid("rules[2].when")}},
      {"own products of a partner",
       [](auto& p) {
         p.promotions[0].when.own_products_only = true;
         p.promotions[0].when.partners = {"solar"};
       },
       {invalid("promotions[0].when")}},
      {"amount of an enrolment",
       [](auto& p) {
         p.rules.push_back(p.rules[0]);
         p.rules[2].id = "welcome";
         p.rules[2].when.activities = {"enrollment"};
       },
       {invalid("rules[2].measure")}},
      {"multiplier for a tier that the rule excludes",
       [](auto& p) { p.rules[0].when.tiers = {"silver"}; },
       {invalid("rules[0].multipliers[0]")}},
      {"unused voucher",
       [](auto& p) {
         p.vouchers.push_back(p.vouchers[0]);
         p.vouchers[1].id = "cake";
       },
       {invalid("vouchers[1]")}},
      {"unused benefit and type",
       [](auto& p) {
         p.benefit_types.push_back({"events", "", false});
         p.benefits.push_back({"gala", "", "shipping", 3, {}});
       },
       {invalid("benefit_types[1]"), invalid("benefits[2]")}},
      {"equal priorities",
       [](auto& p) {
         p.benefits[1] = {"gift", "", "shipping", 1, {"platinum"}};
       },
       {invalid("benefits[1].priority")}},
      {"equal priorities of different tiers",
       [](auto& p) {
         p.benefits[1] = {"gift", "", "shipping", 1, {"silver"}};
       },
       {}},
      {"near as far as the cost",
       [](auto& p) { p.offers[0].near = 100; },
       {invalid("offers[0].near")}},
      {"partner without rewards",
       [](auto& p) { p.partners[0].products[0].reward = false; },
       {invalid("offers[1].partner")}},
      {"partner without rates",
       [](auto& p) { p.partners[0].rates.clear(); },
       {invalid("partners[0]")}},
      {"ends before enrolment opens",
       [](auto& p) {
         p.promotions[1].ends = "2026-06-01";
         p.promotions[1].enroll_from = "2026-06-01";
       },
       {invalid("promotions[1].enroll_from")}},
      {"counts only days after its end",
       [](auto& p) {
         p.promotions[0].ends = "2026-06-01";
         p.promotions[0].when.from = "2026-07-01";
       },
       {invalid("promotions[0].when")}},
      {"many enrolments",
       [](auto& p) { p.promotions[0].when.activities = {"enrollment"}; },
       {invalid("promotions[0].target")}},
      {"money without cents", [](auto& p) { p.money = "JPY"; }, {invalid("money")}},
  });
}

TEST(ProgramLint, DoubtsWhatOneSettingTakesFromAnother) {
  const auto only_base = [](ProgramDefinition& p) { p.rules[0].multipliers.clear(); };
  expect_doubts({
      {"escrow and negative limits",
       [](auto& p) {
         p.currencies[0].escrow_days = 14;
         p.currencies[0].negative_limits = {{"gold", 100}};
       },
       {invalid("currencies[0].negative_limits")}},
      {"a tier above the cap of its balance",
       [](auto& p) { p.rules[1].cap.balance = 999; },
       {invalid("tier_groups[0].tiers[2]")}},
      {"a tier at the cap of its balance", [](auto& p) { p.rules[1].cap.balance = 1'000; }, {}},
      {"a tier group without tiers",
       [](auto& p) {
         p.tier_groups.push_back(p.tier_groups[0]);
         p.tier_groups[1].id = "new";
         p.tier_groups[1].tiers.clear();
         p.currencies.push_back(p.currencies[1]);
         p.currencies[2].id = "moons";
         p.tier_groups[1].currencies = {"moons"};
         p.rules.push_back(p.rules[1]);
         p.rules[2].id = "moons";
         p.rules[2].currency = "moons";
       },
       {invalid("tier_groups[1].tiers")}},
      {"an offer above every balance",
       [](auto& p) { p.rules[0].cap.balance = 299; },
       {invalid("offers[1].cost")}},
      {"an offer within balance and negative limit",
       [](auto& p) {
         p.rules[0].cap.balance = 250;
         p.currencies[0].negative_limits = {{"gold", 50}};
       },
       {}},
      {"an offer that a promotion makes affordable",
       [](auto& p) {
         p.rules[0].cap.balance = 100;
         p.promotions[1].reward = {};
         p.promotions[1].reward.points = 500;
         p.benefits[1].tiers = {"silver"};
       },
       {}},
      {"a cap above the one for the period",
       [](auto& p) {
         p.rules[0].cap = {.per_activity = 50, .per_period = 40, .period = CapPeriod::day};
       },
       {invalid("rules[0].cap.per_activity")}},
      {"a cap that cuts every activity",
       [&](auto& p) {
         only_base(p);
         p.rules[0].measure = Measure::journals;
         p.rules[0].rate = {50, 0};
         p.rules[0].cap.per_activity = 20;
       },
       {invalid("rules[0].cap.per_activity")}},
      {"a cap below the smallest purchase",
       [&](auto& p) {
         only_base(p);
         p.rules[0].when.min_amount = 10'000;
         p.rules[0].cap.per_activity = 99;
       },
       {invalid("rules[0].cap.per_activity")}},
      {"a cap at the smallest purchase",
       [&](auto& p) {
         only_base(p);
         p.rules[0].when.min_amount = 10'000;
         p.rules[0].cap.per_activity = 100;
       },
       {}},
  });
}

TEST(ProgramLint, TellsOverlappingRulesFromOnesThatFollowEachOther) {
  const auto second = [](const char* from) {
    return [=](ProgramDefinition& p) {
      p.rules.push_back(p.rules[0]);
      p.rules[2].id = "next";
      p.rules[0].when.until = "2026-07-01";
      p.rules[2].when.from = from;
    };
  };
  expect_doubts({
      {"a day in common", second("2026-06-30"), {invalid("rules[2]")}},
      {"one after the other", second("2026-07-01"), {}},
  });
}

TEST(ProgramLint, DoubtsStreaksThatAreLongerThanTheirWindow) {
  const auto streak = [](Streak period, const char* starts, const char* ends) {
    return [=](ProgramDefinition& p) {
      PromotionDefinition& promotion = p.promotions[0];
      promotion.measure = Measure::journals;
      promotion.milestones.clear();
      promotion.streak = period;
      promotion.target = 3;
      promotion.starts = starts;
      promotion.ends = ends;
    };
  };
  const std::string target = "promotions[0].target";
  // 1 March 2026 is a Sunday: the week of it, and those of the 2nd and the 9th.
  expect_doubts({
      {"two days", streak(Streak::day, "2026-03-01", "2026-03-03"), {invalid(target)}},
      {"three days", streak(Streak::day, "2026-03-01", "2026-03-04"), {}},
      {"two weeks", streak(Streak::week, "2026-03-01", "2026-03-09"), {invalid(target)}},
      {"a day of a third week", streak(Streak::week, "2026-03-01", "2026-03-10"), {}},
      {"two months", streak(Streak::month, "2026-03-31", "2026-05-01"), {invalid(target)}},
      {"a day of a third month", streak(Streak::month, "2026-03-31", "2026-05-02"), {}},
  });
}

TEST(ProgramLint, DoubtsPromotionsThatCannotPay) {
  const auto points = [](ProgramDefinition& p) -> PromotionDefinition& {
    p.vouchers.clear();
    p.promotions[0].reward = {};
    p.promotions[0].reward.points = 100;
    return p.promotions[0];
  };
  const std::string promotion = "promotions[0]";
  expect_doubts({
      {"limit below one reward",
       [&](auto& p) { points(p).limits.points = 99; },
       {invalid(promotion + ".limits.points")}},
      {"limit of one reward", [&](auto& p) { points(p).limits.points = 100; }, {}},
      {"voucher limit of points",
       [&](auto& p) { points(p).limits.vouchers = 5; },
       {invalid(promotion + ".limits.vouchers")}},
      {"point limit of a voucher",
       [](auto& p) { p.promotions[0].member_limits.points = 5; },
       {invalid(promotion + ".member_limits.points")}},
      {"liability of points that cost nothing",
       [&](auto& p) { points(p).limits.liability = 10'000; },
       {invalid(promotion + ".limits.liability")}},
      {"liability of points that cost",
       [&](auto& p) {
         p.currencies[0].cost_per_point = {1, 2};
         points(p).limits.liability = 10'000;
       },
       {}},
      {"a member's share above the whole",
       [](auto& p) {
         p.promotions[0].limits.rewards = 5;
         p.promotions[0].member_limits.rewards = 6;
       },
       {invalid(promotion + ".member_limits")}},
      {"sponsor of a voucher",
       [](auto& p) { p.promotions[0].sponsor = "solar"; },
       {invalid(promotion + ".sponsor")}},
      {"sponsor of points", [&](auto& p) { points(p).sponsor = "solar"; }, {}},
      {"sponsor without a rate",
       [&](auto& p) {
         points(p).sponsor = "solar";
         points(p).reward.currency = "stars";
       },
       {invalid(promotion + ".sponsor")}},
      {"enrolment opens after the last activity",
       [](auto& p) {
         p.promotions[1].when.until = "2026-06-01";
         p.promotions[1].enroll_from = "2026-06-01";
       },
       {invalid("promotions[1].enroll_from")}},
  });
}

}  // namespace
}  // namespace loyalty::domain
