// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "domain/program/validation.hpp"
#include "tests/domain/sound_program.hpp"

/// What definitions must say about escrow, expiry, limits, subtypes, caps and looking back.
namespace loyalty::domain {
namespace {

TEST(CurrencyFields, AreCheckedWhereTheyHaveAnEffect) {
  const std::string points = "currencies[0]";
  const std::string stars = "currencies[1]";
  const auto fixed = [](ProgramDefinition& p) { p.currencies[0].expiry = ExpiryModel::fixed; };
  const auto never = [](ProgramDefinition& p) {
    p.currencies[0].expiry = ExpiryModel::none;
    p.currencies[0].expiry_period = {};
  };
  const Period month{1, PeriodUnit::months};
  expect_mistakes({
      {"everything at once",
       [&](auto& p) {
         fixed(p);
         CurrencyDefinition& c = p.currencies[0];
         c.escrow_days = 14;
         c.expiry_from = ExpiryStart::release;
         c.expiry_rounding = ExpiryRounding::quarter;
         c.extensions = {{"gold", month}, {"platinum", {2, PeriodUnit::months}}};
         c.reinstatements = {{"gold", month, month}};
         c.negative_limits = {{"gold", 100}, {"silver", 0}};
         c.subtypes = {{"bonus", "Bonus", {1, 2}, month, {"shoes"}}, {"gift", "", {}, {}, {}}};
         c.subtype_order = {"gift", "bonus"};
         c.cost_per_point = {5, 3};
       },
       {}},
      {"negative escrow",
       [](auto& p) { p.currencies[0].escrow_days = -1; },
       {invalid(points + ".escrow_days")}},
      {"escrow for ever",
       [](auto& p) { p.currencies[0].escrow_days = 3'661; },
       {invalid(points + ".escrow_days")}},
      {"escrow of qualifying points", [](auto& p) { p.currencies[1].escrow_days = 14; }, {}},
      {"from release without fixed expiry",
       [](auto& p) { p.currencies[0].expiry_from = ExpiryStart::release; },
       {invalid(points + ".expiry_from")}},
      {"rounding without expiry",
       [&](auto& p) {
         never(p);
         p.currencies[0].expiry_rounding = ExpiryRounding::year;
       },
       {invalid(points + ".expiry_rounding")}},
      {"extension without fixed expiry",
       [&](auto& p) {
         p.currencies[0].extensions = {{"gold", month}};
       },
       {invalid(points + ".extensions")}},
      {"extension of no tier, of no length, and twice",
       [&](auto& p) {
         fixed(p);
         p.currencies[0].extensions = {{"iron", month}, {"gold", {}}, {"gold", month}};
       },
       {invalid(points + ".extensions[0].tier"), invalid(points + ".extensions[1].period"),
        invalid(points + ".extensions[2].tier")}},
      {"reinstatement of what never expires",
       [&](auto& p) {
         never(p);
         p.currencies[0].reinstatements = {{"gold", month, month}};
       },
       {invalid(points + ".reinstatements")}},
      {"reinstatement without a window",
       [&](auto& p) {
         p.currencies[0].reinstatements = {{"gold", {}, month}};
       },
       {invalid(points + ".reinstatements[0].window")}},
      {"negative negative limit",
       [](auto& p) {
         p.currencies[0].negative_limits = {{"gold", -1}};
       },
       {invalid(points + ".negative_limits[0].limit")}},
      {"negative limit of qualifying points",
       [](auto& p) {
         p.currencies[1].negative_limits = {{"gold", 10}};
       },
       {invalid(stars + ".negative_limits")}},
      {"qualifying points that are extended",
       [&](auto& p) {
         p.currencies[1].extensions = {{"gold", month}};
       },
       {stars + ".extensions EXPIRY_NOT_ALLOWED"}},
      {"qualifying points that are rounded",
       [](auto& p) { p.currencies[1].expiry_rounding = ExpiryRounding::year; },
       {stars + ".expiry_rounding EXPIRY_NOT_ALLOWED"}},
      {"subtypes of qualifying points",
       [](auto& p) {
         p.currencies[1].subtypes = {{"bonus", "", {}, {}, {}}};
       },
       {}},
      {"a subtype of qualifying points that expires",
       [&](auto& p) {
         p.currencies[1].subtypes = {{"bonus", "", {}, month, {}}};
       },
       {stars + ".subtypes[0].expiry_period EXPIRY_NOT_ALLOWED"}},
      {"a subtype that expires in a currency that does not",
       [&](auto& p) {
         never(p);
         p.currencies[0].subtypes = {{"bonus", "", {}, month, {}}};
       },
       {invalid(points + ".subtypes[0].expiry_period")}},
      {"two subtypes of one id",
       [](auto& p) {
         p.currencies[0].subtypes = {{"bonus", "", {}, {}, {}}, {"bonus", "", {}, {}, {}}};
       },
       {invalid(points + ".subtypes[1].id")}},
      {"order of unknown and repeated subtypes",
       [](auto& p) {
         p.currencies[0].subtypes = {{"bonus", "", {}, {}, {}}};
         p.currencies[0].subtype_order = {"gift", "bonus", "bonus"};
       },
       {invalid(points + ".subtype_order[0]"), invalid(points + ".subtype_order[2]")}},
      {"negative costs",
       [](auto& p) {
         p.currencies[0].cost_per_point = {-1, 2};
         p.currencies[0].subtypes = {{"bonus", "", {-1, 2}, {}, {}}};
       },
       {invalid(points + ".subtypes[0].cost_per_point"), invalid(points + ".cost_per_point")}},
  });
}

TEST(BenefitFields, NameAVoucherThatExists) {
  expect_mistakes({
      {"unknown", [](auto& p) { p.benefits[0].voucher = "x"; }, {invalid("benefits[0].voucher")}},
      {"known", [](auto& p) { p.benefits[0].voucher = "drink"; }, {}},
  });
}

TEST(RuleFields, DoSomething) {
  const auto nothing = [](ProgramDefinition& p) -> RuleDefinition& {
    RuleDefinition& rule = p.rules[0];
    rule.currency.clear();
    rule.rate = {};
    rule.multipliers.clear();
    return rule;
  };
  expect_mistakes({
      {"nothing", [&](auto& p) { nothing(p); }, {invalid("rules[0]")}},
      {"a voucher", [&](auto& p) { nothing(p).voucher = "drink"; }, {}},
      {"a benefit", [&](auto& p) { nothing(p).benefit = "gift"; }, {}},
      {"a segment", [&](auto& p) { nothing(p).segment = "runners"; }, {}},
      {"points of the primary currency", [&](auto& p) { nothing(p).rate = one; }, {}},
      {"points of no currency",
       [&](auto& p) {
         p.currencies[0].primary = false;
         nothing(p).rate = one;
       },
       {invalid("rules[0].currency")}},
      {"a currency without a rate",
       [](auto& p) { p.rules[0].rate = {}; },
       {invalid("rules[0].rate")}},
      {"an unknown voucher",
       [&](auto& p) { nothing(p).voucher = "x"; },
       {invalid("rules[0].voucher")}},
      {"an unknown benefit",
       [&](auto& p) { nothing(p).benefit = "x"; },
       {invalid("rules[0].benefit")}},
      {"caps and subtypes of no points",
       [&](auto& p) {
         RuleDefinition& rule = nothing(p);
         rule.segment = "runners";
         rule.cap.balance = 5;
         rule.subtype = "bonus";
       },
       {invalid("rules[0].subtype"), invalid("rules[0].cap")}},
      {"a subtype of another currency",
       [](auto& p) {
         p.currencies[1].subtypes = {{"bonus", "", {}, {}, {}}};
         p.rules[0].subtype = "bonus";
       },
       {invalid("rules[0].subtype")}},
      {"a subtype of its own",
       [](auto& p) {
         p.currencies[0].subtypes = {{"bonus", "", {}, {}, {}}};
         p.rules[0].subtype = "bonus";
       },
       {}},
      {"a negative cap",
       [](auto& p) { p.rules[0].cap.per_activity = -1; },
       {invalid("rules[0].cap.per_activity")}},
      {"a period without a cap",
       [](auto& p) { p.rules[0].cap.period = CapPeriod::week; },
       {invalid("rules[0].cap.period")}},
  });
}

TEST(ConditionFields, LookBackAtKnownActivities) {
  const std::string look_back = "rules[0].when.look_back[0]";
  const auto looks = [](LookBackDefinition definition) {
    return [=](ProgramDefinition& p) { p.rules[0].when.look_back = {definition}; };
  };
  expect_mistakes({
      {"frequent", looks({{"purchase"}, 90, 3, std::nullopt}), {}},
      {"infrequent", looks({{}, 366, 0, 0}), {}},
      {"unknown", looks({{"swim"}, 90, 1, std::nullopt}), {invalid(look_back + ".activities[0]")}},
      {"no days", looks({{}, 0, 1, std::nullopt}), {invalid(look_back + ".days")}},
      {"too many days", looks({{}, 367, 1, std::nullopt}), {invalid(look_back + ".days")}},
      {"asks nothing", looks({{}, 30, 0, std::nullopt}), {invalid(look_back)}},
      {"crossed", looks({{}, 30, 3, 2}), {invalid(look_back + ".max_count")}},
      {"unknown promotion",
       [](auto& p) {
         p.rules[0].when.enrolled_in = {"runs", "x"};
       },
       {invalid("rules[0].when.enrolled_in[1]")}},
      {"an empty segment",
       [](auto& p) { p.rules[0].when.segments = {""}; },
       {invalid("rules[0].when.segments[0]")}},
  });
}

TEST(OfferFields, NameSubtypesOfTheirCurrency) {
  const auto with_subtypes = [](std::vector<std::string> names) {
    return [=](ProgramDefinition& p) {
      p.currencies[0].subtypes = {{"bonus", "", {}, {}, {}}};
      p.offers[0].subtypes = names;
    };
  };
  expect_mistakes({
      {"known", with_subtypes({"bonus"}), {}},
      {"unknown", with_subtypes({"gift"}), {invalid("offers[0].subtypes[0]")}},
      {"twice", with_subtypes({"bonus", "bonus"}), {invalid("offers[0].subtypes[1]")}},
  });
}

TEST(PromotionFields, FitTheirKind) {
  const auto standard = [](ProgramDefinition& p) -> PromotionDefinition& {
    PromotionDefinition& promotion = p.promotions[0];
    promotion.kind = PromotionKind::standard;
    promotion.target = 0;
    promotion.milestones.clear();
    return promotion;
  };
  const auto by_rate = [&](ProgramDefinition& p) -> PromotionDefinition& {
    PromotionDefinition& promotion = standard(p);
    promotion.reward = {};
    promotion.reward.rate = {2, 0};
    promotion.measure = Measure::amount;
    return promotion;
  };
  const std::string promotion = "promotions[0]";
  expect_mistakes({
      {"standard", [&](auto& p) { standard(p); }, {}},
      {"standard with a target",
       [&](auto& p) { standard(p).target = 3; },
       {invalid(promotion + ".target")}},
      {"standard and repeatable",
       [&](auto& p) { standard(p).repeatable = true; },
       {invalid(promotion + ".repeatable")}},
      {"standard and a streak",
       [&](auto& p) { standard(p).streak = Streak::week; },
       {invalid(promotion + ".streak")}},
      {"a streak",
       [](auto& p) {
         p.promotions[0].measure = Measure::journals;
         p.promotions[0].streak = Streak::week;
       },
       {}},
      {"a streak of pieces",
       [](auto& p) {
         p.promotions[0].measure = Measure::units;
         p.promotions[0].streak = Streak::week;
       },
       {invalid(promotion + ".measure")}},
      {"standard by rate", [&](auto& p) { by_rate(p); }, {}},
      {"points and rate",
       [&](auto& p) { by_rate(p).reward.points = 5; },
       {invalid(promotion + ".reward")}},
      {"negative rate",
       [&](auto& p) {
         by_rate(p).reward.rate = {-2, 0};
       },
       {invalid(promotion + ".reward.rate")}},
      {"cumulative by rate",
       [&](auto& p) {
         p.promotions[0].reward = {};
         p.promotions[0].reward.rate = one;
       },
       {invalid(promotion + ".reward.rate")}},
      {"subtype of its currency",
       [&](auto& p) {
         p.currencies[0].subtypes = {{"bonus", "", {}, {}, {}}};
         by_rate(p).reward.subtype = "bonus";
       },
       {}},
      {"subtype of nothing",
       [&](auto& p) { by_rate(p).reward.subtype = "bonus"; },
       {invalid(promotion + ".reward.subtype")}},
      {"subtype of a voucher",
       [](auto& p) { p.promotions[0].reward.subtype = "bonus"; },
       {invalid(promotion + ".reward.subtype")}},
      {"limits",
       [](auto& p) {
         p.promotions[0].limits = {.points = -1, .liability = -2};
         p.promotions[0].member_limits.vouchers = -3;
       },
       {invalid(promotion + ".limits.points"), invalid(promotion + ".limits.liability"),
        invalid(promotion + ".member_limits.vouchers")}},
      {"unknown sponsor",
       [](auto& p) { p.promotions[0].sponsor = "acme"; },
       {invalid(promotion + ".sponsor")}},
      {"known sponsor", [](auto& p) { p.promotions[0].sponsor = "solar"; }, {}},
  });
}

TEST(PartnerFields, AlertOnlyWherePacksRunLow) {
  expect_mistakes({
      {"post-paid",
       [](auto& p) { p.partners[0].alert_below = 100; },
       {invalid("partners[0].alert_below")}},
      {"pre-paid",
       [](auto& p) {
         p.partners[0].billing = Billing::pre_paid;
         p.partners[0].alert_below = 100;
       },
       {}},
  });
}

}  // namespace
}  // namespace loyalty::domain
