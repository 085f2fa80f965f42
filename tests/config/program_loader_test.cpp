// SPDX-License-Identifier: Apache-2.0
#include "config/program_loader.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <string>

namespace loyalty::config {
namespace {

using domain::Decimal;
using domain::MilestoneKind;
using domain::PeriodUnit;
using testing::ElementsAre;

const auto& by_id(const auto& items, std::string_view id) {
  const auto found =
      std::find_if(items.begin(), items.end(), [&](const auto& item) { return item.id == id; });
  if (found == items.end()) ADD_FAILURE() << "there is no " << id;
  return *found;
}

domain::ProgramDefinition must_load(std::string_view text) {
  auto loaded = parse_program(text, "test.toml");
  if (loaded) return loaded->definition;
  for (const Finding& finding : loaded.error()) ADD_FAILURE() << to_string(finding);
  return {};
}

class CloudKicks : public testing::Test {
 protected:
  void SetUp() override {
    auto loaded = load_program(LOYALTY_PROGRAMS_DIR "/cloud-kicks.toml");
    if (!loaded) {
      for (const Finding& finding : loaded.error()) ADD_FAILURE() << to_string(finding);
      FAIL();
    }
    for (const Finding& finding : loaded->warnings) ADD_FAILURE() << to_string(finding);
    program = loaded->definition;
  }
  domain::ProgramDefinition program;
};

TEST_F(CloudKicks, IsAnActiveProgramWithTwoCurrencies) {
  EXPECT_EQ(program.id, "cloud-kicks");
  EXPECT_EQ(program.name, "Cloud Kicks Inner Circle");
  EXPECT_EQ(program.time_zone, "America/Los_Angeles");
  EXPECT_EQ(program.money, "USD");
  EXPECT_TRUE(program.active);
  EXPECT_THAT(program.activities, ElementsAre("run"));
  ASSERT_EQ(program.currencies.size(), 2U);
  const auto& points = by_id(program.currencies, "regular-points");
  EXPECT_EQ(points.kind, domain::CurrencyKind::non_qualifying);
  EXPECT_EQ(points.expiry, domain::ExpiryModel::activity);
  EXPECT_EQ(points.expiry_period, (domain::Period{3, PeriodUnit::years}));
  EXPECT_TRUE(points.primary);
  EXPECT_EQ(by_id(program.currencies, "tier-points").kind, domain::CurrencyKind::qualifying);
}

TEST_F(CloudKicks, HasFourTiersThatAreResetAtTheEndOfTheYear) {
  ASSERT_EQ(program.tier_groups.size(), 1U);
  const auto& group = program.tier_groups[0];
  EXPECT_EQ(group.model, domain::TierModel::fixed);
  EXPECT_EQ(group.qualification_period, (domain::Period{1, PeriodUnit::years}));
  EXPECT_EQ(group.tier_period, (domain::Period{1, PeriodUnit::years}));
  EXPECT_EQ(group.reset_day, "12-31");
  EXPECT_THAT(group.currencies, ElementsAre("tier-points"));
  ASSERT_EQ(group.tiers.size(), 4U);
  const std::vector<std::pair<std::string, std::int64_t>> expected{
      {"silver", 0}, {"gold", 500}, {"diamond", 1'500}, {"platinum", 3'000}};
  for (std::size_t i = 0; i < expected.size(); ++i) {
    EXPECT_EQ(group.tiers[i].id, expected[i].first);
    ASSERT_EQ(group.tiers[i].thresholds.size(), 1U);
    EXPECT_EQ(group.tiers[i].thresholds[0].currency, "tier-points");
    EXPECT_EQ(group.tiers[i].thresholds[0].minimum, expected[i].second);
  }
}

TEST_F(CloudKicks, GivesTheBestShippingOfSeveral) {
  EXPECT_TRUE(by_id(program.benefit_types, "shipping").exclusive);
  EXPECT_FALSE(by_id(program.benefit_types, "events").exclusive);
  EXPECT_EQ(by_id(program.benefits, "free-express-shipping").priority, 1);
  EXPECT_EQ(by_id(program.benefits, "free-shipping").priority, 2);
  EXPECT_THAT(by_id(program.benefits, "free-shipping").tiers,
              ElementsAre("gold", "diamond", "platinum"));
}

TEST_F(CloudKicks, EarnsByExactRates) {
  const auto& shoes = by_id(program.rules, "shoe-purchase");
  EXPECT_TRUE(shoes.when.own_products_only);
  EXPECT_THAT(shoes.when.activities, ElementsAre("purchase"));
  ASSERT_EQ(shoes.multipliers.size(), 3U);
  EXPECT_EQ(shoes.multipliers[0].tier, "gold");
  EXPECT_EQ(shoes.multipliers[0].multiplier, (Decimal{125, 2}));
  EXPECT_EQ(shoes.multipliers[1].multiplier, (Decimal{15, 1}));
  EXPECT_EQ(shoes.multipliers[2].tier, "platinum");
  EXPECT_EQ(by_id(program.rules, "kacy-retail-purchase").rate, (Decimal{2, 0}));
  EXPECT_EQ(by_id(program.rules, "web-review").crediting, domain::Crediting::next_day);
  EXPECT_EQ(by_id(program.rules, "certification").crediting, domain::Crediting::batch);
  EXPECT_EQ(by_id(program.rules, "welcome").crediting, domain::Crediting::real_time);
}

TEST_F(CloudKicks, OffersTenDollarsForAHundredPoints) {
  const auto& offer = by_id(program.offers, "court-shoes-discount");
  EXPECT_EQ(offer.cost, 100);
  EXPECT_EQ(offer.discount, 1'000);
  EXPECT_EQ(offer.near, 20);
  EXPECT_THAT(offer.categories, ElementsAre("court-shoes"));
  EXPECT_EQ(by_id(program.vouchers, "store-credit-20").face_value, 2'000);
  EXPECT_EQ(by_id(program.vouchers, "free-drink").valid, (domain::Period{90, PeriodUnit::days}));
}

TEST_F(CloudKicks, CountsLattesAndMoney) {
  const auto& lattes = by_id(program.promotions, "latte-lovers");
  EXPECT_EQ(lattes.measure, domain::Measure::units);
  EXPECT_EQ(lattes.target, 10);
  EXPECT_TRUE(lattes.repeatable);
  ASSERT_EQ(lattes.milestones.size(), 3U);
  EXPECT_EQ(lattes.milestones[2].kind, MilestoneKind::remaining);
  EXPECT_EQ(lattes.milestones[2].at, 2);
  EXPECT_EQ(lattes.reward.voucher, "free-drink");
  const auto& wellness = by_id(program.promotions, "wellness-week");
  EXPECT_EQ(wellness.target, 20'000);
  EXPECT_TRUE(wellness.enrollment_required);
  EXPECT_EQ(wellness.reward.points, 150);
  EXPECT_EQ(by_id(program.promotions, "run-club").reward.benefit, "run-club-night");
}

TEST_F(CloudKicks, OwesAndIsOwedByTwoPartners) {
  ASSERT_EQ(program.partners.size(), 2U);
  const auto& solar = by_id(program.partners, "ursa-major-solar");
  EXPECT_TRUE(by_id(solar.products, "solar-charger").reward);
  EXPECT_TRUE(by_id(solar.products, "battery").earn);
  EXPECT_FALSE(by_id(solar.products, "battery").reward);
  ASSERT_EQ(solar.rates.size(), 1U);
  EXPECT_EQ(solar.rates[0].accrual_price, (Decimal{1, 2}));
  EXPECT_EQ(solar.rates[0].redemption_price, (Decimal{8, 3}));
}

TEST(ProgramLoader, TakesANumberByItsDecimalText) {
  const auto rate_of = [](const std::string& rate) {
    const auto program = must_load(
        "id = 'p'\n[[currencies]]\nid = 'c'\nkind = 'non_qualifying'\n"
        "[[rules]]\nid = 'r'\ncurrency = 'c'\nwhen = {activities = []}\nrate = " +
        rate + "\n");
    return program.rules.empty() ? Decimal{-1, 0} : program.rules[0].rate;
  };
  EXPECT_EQ(rate_of("1.25"), (Decimal{125, 2}));
  EXPECT_EQ(rate_of("0.1"), (Decimal{1, 1}));
  EXPECT_EQ(rate_of("1e2"), (Decimal{100, 0}));
  EXPECT_EQ(rate_of("3"), (Decimal{3, 0}));
  EXPECT_EQ(rate_of("\"0.000000001\""), (Decimal{1, 9}));
}

TEST(ProgramLoader, TakesDaysAsDatesOrStringsAndOneWordForAList) {
  const auto program = must_load(R"(
id = "p"
activities = "run"
[[currencies]]
id = "c"
kind = "non_qualifying"
[[rules]]
id = "r"
currency = "c"
rate = 1
when = {activities = "run", from = 2026-02-01, until = "2026-03-01"}
)");
  ASSERT_EQ(program.rules.size(), 1U);
  EXPECT_EQ(program.rules[0].when.from, "2026-02-01");
  EXPECT_EQ(program.rules[0].when.until, "2026-03-01");
  EXPECT_THAT(program.activities, ElementsAre("run"));
}

TEST(ProgramLoader, TakesThresholdsByCurrencyAndInFull) {
  const auto program = must_load(R"(
id = "p"
currencies = [{id = "stars", kind = "qualifying"}, {id = "miles", kind = "qualifying"}]
[[tier_groups]]
id = "g"
model = "anniversary"
qualification_period = "1 year"
tier_period = "18 months"
currencies = ["stars", "miles"]
match = "all"
[[tier_groups.tiers]]
id = "low"
thresholds = {stars = 0, miles = 0}
[[tier_groups.tiers]]
id = "high"
[[tier_groups.tiers.thresholds]]
currency = "stars"
minimum = 10
[[tier_groups.tiers.thresholds]]
currency = "miles"
minimum = 20
)");
  ASSERT_EQ(program.tier_groups.size(), 1U);
  const auto& tiers = program.tier_groups[0].tiers;
  ASSERT_EQ(tiers.size(), 2U);
  ASSERT_EQ(tiers[0].thresholds.size(), 2U);
  EXPECT_EQ(tiers[0].thresholds[0].currency, "stars") << "in the order of the file";
  ASSERT_EQ(tiers[1].thresholds.size(), 2U);
  EXPECT_EQ(tiers[1].thresholds[1].minimum, 20);
}

TEST(ProgramLoader, TakesMoneyAsMajorUnitsInQuotesOrAsMinorUnits) {
  const auto program = must_load(R"(
id = "p"
vouchers = [{id = "a", kind = "value", face_value = "10.00"},
            {id = "b", kind = "value", face_value = 1000},
            {id = "c", kind = "value", face_value = "0.05"},
            {id = "d", kind = "value", face_value = "12.50"}]
[[promotions]]
id = "spend"
measure = "amount"
target = "200.00"
when = {activities = "purchase", min_amount = "5.00"}
milestones = [{kind = "remaining", at = "50.00"}, {kind = "percent", at = 50}]
reward = {voucher = "a"}
)");
  ASSERT_EQ(program.vouchers.size(), 4U);
  EXPECT_EQ(program.vouchers[0].face_value, 1'000);
  EXPECT_EQ(program.vouchers[1].face_value, 1'000);
  EXPECT_EQ(program.vouchers[2].face_value, 5);
  EXPECT_EQ(program.vouchers[3].face_value, 1'250);
  EXPECT_EQ(program.promotions[0].target, 20'000);
  EXPECT_EQ(program.promotions[0].when.min_amount, 500);
  EXPECT_EQ(program.promotions[0].milestones[0].at, 5'000);
  EXPECT_EQ(program.promotions[0].milestones[1].at, 50);
}

TEST(ProgramLoader, ReportsDoubtsAsWarningsWithTheirPlace) {
  const auto loaded = parse_program(
      "id = \"p\"\n"
      "\n"
      "[[vouchers]]\n"
      "id = \"drink\"\n",
      "p.toml");
  ASSERT_TRUE(loaded);
  ASSERT_EQ(loaded->warnings.size(), 1U);
  EXPECT_EQ(to_string(loaded->warnings[0]),
            "p.toml:3:1: warning: vouchers[0]: no offer, no rule, no benefit and no promotion "
            "gives \"drink\" [LINT]");
}

TEST(ProgramLoader, ReportsAFileThatCannotBeRead) {
  const auto missing = load_program("/nonexistent/program.toml");
  ASSERT_FALSE(missing);
  EXPECT_EQ(to_string(missing.error()[0]),
            "/nonexistent/program.toml: error: cannot be opened: No such file or directory "
            "[UNREADABLE_FILE]");
  const auto folder = load_program(LOYALTY_PROGRAMS_DIR);
  ASSERT_FALSE(folder);
  EXPECT_EQ(folder.error()[0].code, "UNREADABLE_FILE");
}

}  // namespace
}  // namespace loyalty::config
