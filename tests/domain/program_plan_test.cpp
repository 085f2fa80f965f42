// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "domain/program/plan.hpp"
#include "tests/domain/sound_program.hpp"

/// What a change would do, told before it is done.
namespace loyalty::domain {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

std::vector<std::string> planned(const std::function<void(ProgramDefinition&)>& change) {
  ProgramDefinition to = sound_program();
  change(to);
  std::vector<std::string> lines;
  for (const PlanLine& line : plan(sound_program(), to)) {
    lines.push_back(std::string(name_of(line.what)) + " " + line.path + " [" + line.from + "] [" +
                    line.to + "]");
  }
  return lines;
}

TEST(Plan, OfNoChangeIsEmpty) {
  EXPECT_THAT(planned([](auto&) {}), IsEmpty());
}

TEST(Plan, MatchesEntriesByTheirId) {
  EXPECT_THAT(planned([](auto& p) { p.rules.erase(p.rules.begin()); }),
              ElementsAre("removed rules[base] [base] []"));
  EXPECT_THAT(planned([](auto& p) {
                OfferDefinition mug = p.offers[1];
                mug.id = "mug";
                mug.name = "A mug";
                p.offers.insert(p.offers.begin(), mug);
              }),
              ElementsAre("added offers[mug] [] [A mug]"));
}

TEST(Plan, ShowsEachChangedFieldWithBothValues) {
  EXPECT_THAT(planned([](auto& p) {
                p.name = "The shop";
                p.currencies[0].expiry_period = {1, PeriodUnit::years};
                p.tier_groups[0].tiers[1].thresholds = {{"stars", 400}};
                p.rules[0].rate = {15, 1};
                p.rules[0].when.min_amount = 250;
                p.rules[0].cap.per_activity = 40;
                p.offers[0].discount = 905;
                p.promotions[0].ends = "2026-12-01";
              }),
              ElementsAre("changed name [] [The shop]",
                          "changed currencies[points].expiry_period [3 years] [1 year]",
                          "changed tier_groups[ladder].tiers[gold].thresholds "
                          "[{currency stars, minimum 500}] [{currency stars, minimum 400}]",
                          "changed rules[base].when.min_amount [0.00] [2.50]",
                          "changed rules[base].rate [1] [1.5]",
                          "changed rules[base].cap.per_activity [0] [40]",
                          "changed offers[ten-off].discount [10.00] [9.05]",
                          "changed promotions[coffee].ends [] [2026-12-01]"));
}

TEST(Plan, ShowsAnOtherOrder) {
  EXPECT_THAT(planned([](auto& p) { std::swap(p.rules[0], p.rules[1]); }),
              ElementsAre("changed rules [base, stars] [stars, base]"));
}

TEST(Plan, TellsWhoIsAffected) {
  ProgramDefinition to = sound_program();
  to.currencies.push_back({.id = "gems"});
  to.tier_groups[0].tiers[1].thresholds = {{"stars", 400}};
  to.partners[0].rates.clear();
  const auto lines = plan(sound_program(), to);
  ASSERT_EQ(lines.size(), 3U);
  EXPECT_EQ(lines[0].note, "every member has it at once, with a balance of 0");
  EXPECT_EQ(lines[1].note, "members at their next assessment; nobody loses a tier before it ends");
  EXPECT_EQ(lines[2].note, "liabilities from now on; what is booked stays");
}

TEST(Stranding, ListsEveryReason) {
  ProgramDefinition to = sound_program();
  to.money = "EUR";
  to.currencies[0].id = "coins";
  to.currencies[1].kind = CurrencyKind::non_qualifying;
  to.tier_groups[0].tiers.pop_back();
  to.tier_groups[0].currencies = {"coins"};
  to.partners[0].billing = Billing::pre_paid;
  std::vector<std::string> paths;
  for (const auto& problem : strandings(sound_program(), to)) {
    EXPECT_EQ(problem.code, RefusalCode::invalid_definition);
    paths.push_back(problem.path);
  }
  EXPECT_THAT(paths, ElementsAre("money", "currencies", "currencies", "tier_groups", "tier_groups",
                                 "partners"));
}

TEST(Stranding, IsNoneOfWhatOnlyAdds) {
  ProgramDefinition to = sound_program();
  to.currencies.push_back({.id = "gems"});
  to.tier_groups[0].tiers.push_back({"diamond", "", {{"stars", 2'000}}});
  to.rules.clear();
  to.offers.clear();
  to.promotions.clear();
  to.vouchers.clear();
  EXPECT_THAT(strandings(sound_program(), to), IsEmpty());
}

}  // namespace
}  // namespace loyalty::domain
