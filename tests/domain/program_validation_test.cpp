// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "domain/program/lint.hpp"
#include "domain/program/validation.hpp"

namespace loyalty::domain {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

/// A small program that uses every section and has neither mistakes nor doubts.
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

using Change = std::function<void(ProgramDefinition&)>;

struct ChangedProgram {
  std::string name;
  Change change;
  std::vector<std::string> expected;  ///< "path CODE"
};

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

std::string invalid(const std::string& path) { return path + " INVALID_DEFINITION"; }

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
       {invalid("tier_groups[1].currencies"), invalid("tier_groups[1].tiers")}},
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

TEST(ProgramLint, DoubtsWhatIsCertainlyUseless) {
  const std::vector<ChangedProgram> rows{
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
      {"rate 0",
       [](auto& p) {
         p.rules.push_back(p.rules[0]);
         p.rules[2].id = "zero";
         p.rules[2].when.categories = {"shoes"};
         p.rules[2].rate = {};
       },
       {invalid("rules[2].rate")}},
  };
  for (const ChangedProgram& row : rows) {
    SCOPED_TRACE(row.name);
    ProgramDefinition program = sound_program();
    row.change(program);
    EXPECT_THAT(as_text(mistakes(program)), IsEmpty());
    EXPECT_EQ(as_text(warnings(program)), row.expected);
  }
}

}  // namespace
}  // namespace loyalty::domain
