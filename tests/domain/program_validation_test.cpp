// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "domain/program/lint.hpp"
#include "domain/program/validation.hpp"
#include "tests/domain/sound_program.hpp"

namespace loyalty::domain {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

TEST(ProgramValidation, ASoundProgramHasNoMistakesAndNoDoubts) {
  EXPECT_THAT(as_text(mistakes(sound_program())), IsEmpty());
  EXPECT_THAT(as_text(warnings(sound_program())), IsEmpty());
}

TEST(ProgramValidation, ADraftNeedsNoCurrencyButAnActiveProgramDoes) {
  ProgramDefinition draft;
  draft.id = "draft";
  EXPECT_THAT(as_text(mistakes(draft)), IsEmpty());
  draft.active = true;
  EXPECT_THAT(as_text(mistakes(draft)), ElementsAre("currencies NO_CURRENCY"));
}

TEST(ProgramValidation, ChecksTheProgramItself) {
  expect_mistakes({
      {"no id", [](auto& p) { p.id = ""; }, {invalid("id")}},
      {"space in id", [](auto& p) { p.id = "a b"; }, {invalid("id")}},
      {"id of 65", [](auto& p) { p.id = std::string(65, 'a'); }, {invalid("id")}},
      {"id of 64", [](auto& p) { p.id = std::string(64, 'a'); }, {}},
      {"zone", [](auto& p) { p.time_zone = "Mars/Olympus"; }, {invalid("time_zone")}},
      {"no zone", [](auto& p) { p.time_zone = ""; }, {invalid("time_zone")}},
      {"lower case money", [](auto& p) { p.money = "usd"; }, {invalid("money")}},
      {"long money", [](auto& p) { p.money = "USDX"; }, {invalid("money")}},
      {"built-in",
       [](auto& p) {
         p.activities = {"run", "review"};
       },
       {invalid("activities[1]")}},
      {"reserved",
       [](auto& p) {
         p.activities = {"run", "credit"};
       },
       {invalid("activities[1]")}},
      {"twice",
       [](auto& p) {
         p.activities = {"run", "run"};
       },
       {invalid("activities[1]")}},
  });
}

TEST(ProgramValidation, ChecksCurrencies) {
  const std::string unit = "currencies[0]";
  expect_mistakes({
      {"same id twice",
       [](auto& p) { p.currencies.push_back(p.currencies[1]); },
       {invalid("currencies[2].id")}},
      {"expiry without period",
       [](auto& p) { p.currencies[0].expiry_period = {}; },
       {invalid(unit + ".expiry_period")}},
      {"period without expiry",
       [](auto& p) { p.currencies[0].expiry = ExpiryModel::none; },
       {invalid(unit + ".expiry_period")}},
      {"qualifying with expiry",
       [](auto& p) {
         p.currencies[1].expiry = ExpiryModel::fixed;
         p.currencies[1].expiry_period = {1, PeriodUnit::years};
       },
       {"currencies[1].expiry EXPIRY_NOT_ALLOWED"}},
      {"qualifying with a period",
       [](auto& p) {
         p.currencies[1].expiry_period = {1, PeriodUnit::years};
       },
       {"currencies[1].expiry_period EXPIRY_NOT_ALLOWED"}},
      {"period beyond the calendar",
       [](auto& p) {
         p.currencies[0].expiry_period = {1'001, PeriodUnit::years};
       },
       {invalid(unit + ".expiry_period")}},
      {"two primary ones",
       [](auto& p) { p.currencies[1].primary = true; },
       {invalid("currencies[1].primary")}},
  });
}

TEST(ProgramValidation, ChecksTierGroups) {
  const std::string group = "tier_groups[0]";
  const std::string last = group + ".tiers[2].thresholds";
  expect_mistakes({
      {"no model",
       [](auto& p) { p.tier_groups[0].model = TierModel::unset; },
       {group + ".model MISSING_TIER_MODEL"}},
      {"no qualification period",
       [](auto& p) { p.tier_groups[0].qualification_period = {}; },
       {group + ".qualification_period MISSING_QUALIFICATION_PERIOD"}},
      {"no tier period",
       [](auto& p) { p.tier_groups[0].tier_period = {}; },
       {group + ".tier_period MISSING_TIER_PERIOD"}},
      {"reset on 31 April",
       [](auto& p) { p.tier_groups[0].reset_day = "04-31"; },
       {invalid(group + ".reset_day")}},
      {"reset on 29 February",
       [](auto& p) { p.tier_groups[0].reset_day = "02-29"; },
       {invalid(group + ".reset_day")}},
      {"non-qualifying",
       [](auto& p) { p.tier_groups[0].currencies.push_back("points"); },
       {group + ".currencies[1] TIER_GROUP_NOT_ALLOWED"}},
      {"unknown currency",
       [](auto& p) { p.tier_groups[0].currencies.push_back("moons"); },
       {invalid(group + ".currencies[1]")}},
      {"same currency in two groups",
       [](auto& p) {
         p.tier_groups.push_back(p.tier_groups[0]);
         p.tier_groups[1].id = "other";
         p.tier_groups[1].tiers = {{"member", "", {{"stars", 0}}}};
       },
       {"tier_groups[1].currencies[0] CURRENCY_ALREADY_IN_TIER_GROUP"}},
      {"a tier id of another group",
       [](auto& p) {
         p.currencies.push_back(p.currencies[1]);
         p.currencies[2].id = "moons";
         p.tier_groups.push_back(p.tier_groups[0]);
         p.tier_groups[1].id = "other";
         p.tier_groups[1].currencies = {"moons"};
         p.tier_groups[1].tiers = {{"silver", "", {{"moons", 0}}}};
       },
       {invalid("tier_groups[1].tiers[0].id")}},
      {"no currencies, no tiers",
       [](auto& p) {
         p.tier_groups.push_back(p.tier_groups[0]);
         p.tier_groups[1].id = "other";
         p.tier_groups[1].currencies.clear();
         p.tier_groups[1].tiers.clear();
       },
       {invalid("tier_groups[1].currencies")}},
      {"equal thresholds",
       [](auto& p) {
         p.tier_groups[0].tiers[2].thresholds = {{"stars", 500}};
       },
       {last + "[0].minimum INVALID_THRESHOLDS"}},
      {"falling thresholds",
       [](auto& p) {
         p.tier_groups[0].tiers[2].thresholds = {{"stars", 499}};
       },
       {last + "[0].minimum INVALID_THRESHOLDS"}},
      {"negative threshold",
       [](auto& p) {
         p.tier_groups[0].tiers[0].thresholds = {{"stars", -1}};
       },
       {group + ".tiers[0].thresholds[0].minimum INVALID_THRESHOLDS"}},
      {"no threshold",
       [](auto& p) { p.tier_groups[0].tiers[2].thresholds = {}; },
       {last + " INVALID_THRESHOLDS"}},
      {"threshold of a foreign currency",
       [](auto& p) {
         p.tier_groups[0].tiers[2].thresholds = {{"points", 2'000}};
       },
       {invalid(last + "[0].currency")}},
      {"two thresholds of one currency",
       [](auto& p) {
         p.tier_groups[0].tiers[2].thresholds = {{"stars", 1'000}, {"stars", 2'000}};
       },
       {invalid(last + "[1].currency")}},
  });
}

TEST(ProgramValidation, ChecksBenefits) {
  expect_mistakes({
      {"unknown type", [](auto& p) { p.benefits[0].type = "x"; }, {invalid("benefits[0].type")}},
      {"priority 0",
       [](auto& p) { p.benefits[0].priority = 0; },
       {invalid("benefits[0].priority")}},
      {"unknown tier",
       [](auto& p) {
         p.benefits[0].tiers = {"gold", "iron"};
       },
       {invalid("benefits[0].tiers[1]")}},
      {"same id",
       [](auto& p) { p.benefits[1].id = p.benefits[0].id; },
       // The promotion that gave the second one now gives what does not exist.
       {invalid("benefits[1].id"), invalid("promotions[1].reward.benefit")}},
  });
}

TEST(ProgramValidation, ChecksRulesAndConditions) {
  const std::string when = "rules[0].when";
  expect_mistakes({
      {"unknown currency",
       [](auto& p) { p.rules[0].currency = "x"; },
       {invalid("rules[0].currency")}},
      {"negative rate",
       [](auto& p) {
         p.rules[0].rate = {-1, 0};
       },
       {invalid("rules[0].rate")}},
      {"rate of too many digits",
       [](auto& p) {
         p.rules[0].rate = {1, 10};
       },
       {invalid("rules[0].rate")}},
      {"multiplier 0",
       [](auto& p) {
         p.rules[0].multipliers = {{"gold", {}}};
       },
       {invalid("rules[0].multipliers[0].multiplier")}},
      {"multiplier of no tier",
       [](auto& p) {
         p.rules[0].multipliers = {{"iron", one}};
       },
       {invalid("rules[0].multipliers[0].tier")}},
      {"two multipliers of a tier",
       [](auto& p) {
         p.rules[0].multipliers = {{"gold", one}, {"gold", one}};
       },
       {invalid("rules[0].multipliers[1].tier")}},
      {"unknown activity",
       [](auto& p) {
         p.rules[0].when.activities = {"purchase", "swim"};
       },
       {invalid(when + ".activities[1]")}},
      {"redemption",
       [](auto& p) { p.rules[0].when.activities = {"redemption"}; },
       {invalid(when + ".activities[0]")}},
      {"custom activity", [](auto& p) { p.rules[0].when.activities = {"run"}; }, {}},
      {"unknown tier",
       [](auto& p) { p.rules[0].when.tiers = {"iron"}; },
       {invalid(when + ".tiers[0]")}},
      {"unknown partner",
       [](auto& p) { p.rules[0].when.partners = {"acme"}; },
       {invalid(when + ".partners[0]")}},
      {"product of another partner",
       [](auto& p) {
         p.rules[0].when.partners = {"solar"};
         p.rules[0].when.products = {"panel", "shoe"};
       },
       {invalid(when + ".products[1]")}},
      {"own product", [](auto& p) { p.rules[0].when.products = {"shoe"}; }, {}},
      {"empty category",
       [](auto& p) { p.rules[0].when.categories = {""}; },
       {invalid(when + ".categories[0]")}},
      {"not a day",
       [](auto& p) { p.rules[0].when.from = "2026-02-30"; },
       {invalid(when + ".from")}},
      {"amounts crossed",
       [](auto& p) {
         p.rules[0].when.min_amount = 200;
         p.rules[0].when.max_amount = 100;
       },
       {invalid(when + ".max_amount")}},
      {"negative amount",
       [](auto& p) { p.rules[0].when.min_amount = -1; },
       {invalid(when + ".min_amount")}},
  });
}

TEST(ProgramValidation, ChecksVouchersAndOffers) {
  expect_mistakes({
      {"value without money",
       [](auto& p) { p.vouchers[0].kind = VoucherKind::value; },
       {invalid("vouchers[0].face_value")}},
      {"item with money",
       [](auto& p) { p.vouchers[0].face_value = 1; },
       {invalid("vouchers[0].face_value")}},
      {"costs nothing", [](auto& p) { p.offers[1].cost = 0; }, {invalid("offers[1].cost")}},
      {"costs too much",
       [](auto& p) { p.offers[1].cost = 1'000'000'000'001; },
       {invalid("offers[1].cost")}},
      {"costs tier points",
       [](auto& p) { p.offers[0].currency = "stars"; },
       {"offers[0].currency QUALIFYING_NOT_REDEEMABLE"}},
      {"no discount", [](auto& p) { p.offers[0].discount = 0; }, {invalid("offers[0].discount")}},
      {"discount of a product",
       [](auto& p) { p.offers[1].discount = 5; },
       {invalid("offers[1].discount")}},
      {"no voucher",
       [](auto& p) { p.offers[1].reward = RewardKind::voucher; },
       {invalid("offers[1].voucher")}},
      {"voucher of a product",
       [](auto& p) { p.offers[1].voucher = "drink"; },
       {invalid("offers[1].voucher")}},
      {"unknown partner",
       [](auto& p) { p.offers[1].partner = "acme"; },
       {invalid("offers[1].partner")}},
  });
}

TEST(ProgramValidation, ChecksPromotions) {
  const std::string promotion = "promotions[0]";
  const auto milestone = [](MilestoneKind kind, std::int64_t at) {
    return [=](ProgramDefinition& p) { p.promotions[0].milestones = {{kind, at}}; };
  };
  const std::vector<std::string> bad_milestone{invalid(promotion + ".milestones[0].at")};
  expect_mistakes({
      {"no target", [](auto& p) { p.promotions[0].target = 0; }, {invalid(promotion + ".target")}},
      {"no word", [](auto& p) { p.promotions[0].unit = ""; }, {invalid(promotion + ".unit")}},
      {"ends before it starts",
       [](auto& p) {
         p.promotions[0].starts = "2026-06-01";
         p.promotions[0].ends = "2026-06-01";
       },
       {invalid(promotion + ".ends")}},
      {"enrolment window without enrolment",
       [](auto& p) { p.promotions[0].enroll_from = "2026-06-01"; },
       {invalid(promotion + ".enroll_from")}},
      {"enrolment closes before it opens",
       [](auto& p) {
         p.promotions[1].enroll_from = "2026-06-02";
         p.promotions[1].enroll_until = "2026-06-01";
       },
       {invalid("promotions[1].enroll_until")}},
      {"percent 1", milestone(MilestoneKind::percent, 1), {}},
      {"percent 99", milestone(MilestoneKind::percent, 99), {}},
      {"percent 100", milestone(MilestoneKind::percent, 100), bad_milestone},
      {"remaining 9", milestone(MilestoneKind::remaining, 9), {}},
      {"remaining all", milestone(MilestoneKind::remaining, 10), bad_milestone},
      {"value 10", milestone(MilestoneKind::value, 10), bad_milestone},
      {"value 0", milestone(MilestoneKind::value, 0), bad_milestone},
      {"same milestone",
       [](auto& p) { p.promotions[0].milestones[1] = p.promotions[0].milestones[0]; },
       {invalid(promotion + ".milestones[1].at")}},
      {"no reward", [](auto& p) { p.promotions[0].reward = {}; }, {invalid(promotion + ".reward")}},
      {"two rewards",
       [](auto& p) { p.promotions[0].reward.benefit = "gift"; },
       {invalid(promotion + ".reward")}},
      {"unknown voucher",
       [](auto& p) { p.promotions[0].reward.voucher = "x"; },
       {invalid(promotion + ".reward.voucher")}},
      {"currency without points",
       [](auto& p) { p.promotions[0].reward.currency = "points"; },
       {invalid(promotion + ".reward.currency")}},
      {"points of no currency",
       [](auto& p) {
         p.currencies[0].primary = false;
         p.promotions[0].reward = {"", 50, "", ""};
       },
       {invalid(promotion + ".reward.currency")}},
      {"points of a primary currency that counts for tiers",
       [](auto& p) {
         p.currencies[0].primary = false;
         p.currencies[1].primary = true;
         p.promotions[0].reward = {"", 50, "", ""};
       },
       {invalid(promotion + ".reward.currency")}},
      {"points of the primary currency",
       [](auto& p) {
         p.promotions[0].reward = {"", 50, "", ""};
       },
       {}},
  });
}

TEST(ProgramValidation, ChecksPartners) {
  expect_mistakes({
      {"same product",
       [](auto& p) { p.partners[0].products[1].id = "lamp"; },
       {invalid("partners[0].products[1].id")}},
      {"two rates",
       [](auto& p) { p.partners[0].rates.push_back(p.partners[0].rates[0]); },
       {invalid("partners[0].rates[1].currency")}},
      {"rate of no currency",
       [](auto& p) { p.partners[0].rates[0].currency = "x"; },
       {invalid("partners[0].rates[0].currency")}},
      {"negative price",
       [](auto& p) {
         p.partners[0].rates[0].redemption_price = {-8, 3};
       },
       {invalid("partners[0].rates[0].redemption_price")}},
  });
}

TEST(ProgramValidation, BoundsEveryListStringAndNumber) {
  expect_mistakes({
      {"name of 257", [](auto& p) { p.name = std::string(257, 'n'); }, {invalid("name")}},
      {"name of 256", [](auto& p) { p.name = std::string(256, 'n'); }, {}},
      {"1025 rules",
       [](auto& p) {
         p.rules.resize(1'025, p.rules[0]);
         for (std::size_t i = 0; i < p.rules.size(); ++i) p.rules[i].id = std::to_string(i);
       },
       {invalid("rules")}},
      {"4097 categories",
       [](auto& p) { p.rules[0].when.categories.resize(4'097, "shoes"); },
       {invalid("rules[0].when.categories")}},
  });
}

TEST(ProgramValidation, ReportsAllMistakesAtOnceInOrder) {
  ProgramDefinition program = sound_program();
  program.money = "dollars";
  program.offers[0].cost = 0;
  program.rules[0].currency = "x";
  EXPECT_THAT(
      as_text(mistakes(program)),
      ElementsAre(invalid("money"), invalid("rules[0].currency"), invalid("offers[0].cost")));
}

TEST(ProgramValidation, SaysWhatIsExpected) {
  ProgramDefinition program = sound_program();
  program.rules[0].currency = "point";
  ASSERT_EQ(mistakes(program).size(), 1U);
  EXPECT_EQ(mistakes(program)[0].message,
            "there is no currency \"point\"; expected one of points, stars");
}

}  // namespace
}  // namespace loyalty::domain
