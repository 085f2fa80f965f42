// SPDX-License-Identifier: Apache-2.0
#include "domain/program/program.hpp"

#include <gmock/gmock.h>

#include "codec/stored.hpp"
#include "tests/support/shop.hpp"
#include "tests/support/story.hpp"

/// A program as an entity: created, applied, activated, run (domain.md F1).
namespace loyalty::domain {
namespace {

using support::find;
using testing::IsEmpty;
using testing::SizeIs;

constexpr Instant noon{1'767'639'600'000};

class ProgramTest : public testing::Test {
 protected:
  ProgramTest() { program_.id = "shop"; }

  ProgramOutcome run(const ProgramCommand& command) {
    const std::string before = codec::to_stored(program_);
    auto outcome = execute(program_, command, noon);
    if (!outcome.result || outcome.events.empty()) {
      EXPECT_EQ(codec::to_stored(program_), before) << "nothing was stated";
    }
    for (const auto& event : outcome.events) history_.push_back(event);
    Program replayed;
    for (const auto& event : history_) evolve(replayed, event);
    EXPECT_EQ(codec::to_stored(replayed), codec::to_stored(program_));
    return outcome;
  }
  RefusalCode refused(const ProgramCommand& command) {
    const auto outcome = run(command);
    EXPECT_FALSE(outcome.result);
    EXPECT_THAT(outcome.events, IsEmpty());
    return outcome.result.error().code;
  }

  Program program_;
  std::vector<ProgramEvent> history_;
};

TEST_F(ProgramTest, IsCreatedAsADraftThatCannotBeActivatedWithoutACurrency) {
  const auto outcome = run(CreateProgram{.title = "The shop"});
  EXPECT_THAT(outcome.events, SizeIs(2));
  EXPECT_EQ(outcome.result->status, ProgramStatus::draft);
  EXPECT_EQ(outcome.result->version, 1U);
  EXPECT_EQ(refused(ActivateProgram{}), RefusalCode::no_currency);
  EXPECT_EQ(refused(CreateProgram{}), RefusalCode::program_exists);
}

TEST_F(ProgramTest, IsRefusedToBeActiveWithoutACurrency) {
  ProgramDefinition empty;
  empty.id = "shop";
  empty.active = true;
  EXPECT_EQ(refused(ApplyProgram{empty}), RefusalCode::no_currency);
}

TEST_F(ProgramTest, IsUnknownBeforeItIsCreated) {
  EXPECT_EQ(refused(ActivateProgram{}), RefusalCode::unknown_program);
  EXPECT_EQ(refused(DeactivateProgram{}), RefusalCode::unknown_program);
  EXPECT_EQ(refused(RunBatch{}), RefusalCode::unknown_program);
  EXPECT_FALSE(answer(DescribeProgram{}, program_));
}

TEST_F(ProgramTest, AppliesADefinitionOnceHoweverOftenItIsSent) {
  EXPECT_TRUE(run(ApplyProgram{support::shop()}).result->changed);
  EXPECT_EQ(program_.status, ProgramStatus::active);
  const auto again = run(ApplyProgram{support::shop()});
  EXPECT_THAT(again.events, IsEmpty());
  EXPECT_FALSE(again.result->changed);
  EXPECT_EQ(again.result->version, 1U);
}

TEST_F(ProgramTest, CountsItsVersions) {
  run(ApplyProgram{support::shop()});
  auto changed = support::shop();
  find(changed.rules, "base").rate = *Decimal::parse("2");
  EXPECT_EQ(run(ApplyProgram{changed}).result->version, 2U);
  EXPECT_EQ(run(ApplyProgram{support::shop()}).result->version, 3U);
  EXPECT_EQ(version_of(history_.back()), 3U);
}

TEST_F(ProgramTest, KeepsTheNumbersOfNamesOverItsVersions) {
  run(ApplyProgram{support::shop()});
  const auto mug = program_.symbols.find("offer", "mug");
  auto changed = support::shop();
  std::erase_if(changed.offers, [](const auto& offer) { return offer.id == "mug"; });
  changed.offers.front().id = "other";
  run(ApplyProgram{changed});
  EXPECT_EQ(program_.symbols.name(mug), "mug");
  run(ApplyProgram{support::shop()});
  EXPECT_EQ(program_.symbols.find("offer", "mug"), mug);
}

TEST_F(ProgramTest, RefusesADefinitionWithMistakesWhole) {
  auto wrong = support::shop();
  wrong.rules.at(2).currency = "gems";
  const auto outcome = run(ApplyProgram{wrong});
  ASSERT_FALSE(outcome.result);
  EXPECT_EQ(outcome.result.error().code, RefusalCode::invalid_definition);
  EXPECT_EQ(outcome.result.error().param, "definition.rules[2].currency");
  EXPECT_FALSE(program_.exists);
  wrong = support::shop();
  wrong.id = "other";
  EXPECT_EQ(refused(ApplyProgram{wrong}), RefusalCode::invalid_param);
}

TEST_F(ProgramTest, KeepsTheCurrenciesThatMembersMayHold) {
  run(ApplyProgram{support::shop()});
  auto without = support::shop();
  std::erase_if(without.currencies, [](const auto& c) { return c.id == "miles"; });
  std::erase_if(without.rules, [](const auto& rule) { return rule.currency == "miles"; });
  find(without.promotions, "guests").reward.currency = "points";
  EXPECT_EQ(refused(ApplyProgram{without}), RefusalCode::invalid_definition);
  auto other_kind = support::shop();
  auto& miles = find(other_kind.currencies, "miles");
  miles.kind = CurrencyKind::qualifying;
  miles.expiry = ExpiryModel::none;
  miles.expiry_period = {};
  EXPECT_EQ(refused(ApplyProgram{other_kind}), RefusalCode::invalid_definition);
}

TEST_F(ProgramTest, OfADraftMayStillLoseACurrency) {
  auto draft = support::shop();
  draft.active = false;
  run(ApplyProgram{draft});
  std::erase_if(draft.currencies, [](const auto& c) { return c.id == "miles"; });
  std::erase_if(draft.rules, [](const auto& rule) { return rule.currency == "miles"; });
  find(draft.promotions, "guests").reward.currency = "points";
  EXPECT_TRUE(run(ApplyProgram{draft}).result);
}

TEST_F(ProgramTest, ChangesItsStatusOnce) {
  auto draft = support::shop();
  draft.active = false;
  EXPECT_EQ(run(ApplyProgram{draft}).result->status, ProgramStatus::draft);
  EXPECT_EQ(refused(RunBatch{}), RefusalCode::program_not_active);
  EXPECT_TRUE(run(ActivateProgram{}).result->changed);
  EXPECT_FALSE(run(ActivateProgram{}).result->changed);
  EXPECT_TRUE(run(DeactivateProgram{}).result->changed);
  EXPECT_EQ(refused(RunBatch{}), RefusalCode::program_not_active);
  EXPECT_EQ(run(ActivateProgram{}).result->status, ProgramStatus::active);
}

TEST_F(ProgramTest, RemembersWhenItsBatchWasRun) {
  run(ApplyProgram{support::shop()});
  const auto outcome = run(RunBatch{});
  EXPECT_EQ(outcome.result->batch_run, noon);
  EXPECT_THAT(view_of(program_)->batch_runs, testing::ElementsAre(noon));
}

TEST_F(ProgramTest, IsDescribedInOnePlace) {
  run(ApplyProgram{support::shop()});
  const auto described = get<DescribeResult>(*answer(DescribeProgram{}, program_));
  EXPECT_EQ(described.definition, support::shop());
  EXPECT_EQ(described.status, ProgramStatus::active);
}

TEST_F(ProgramTest, ListsItsWaysToEarnAndToSpend) {
  run(ApplyProgram{support::shop()});
  const auto listed = get<ActivitiesResult>(*answer(ListActivities{}, program_));
  EXPECT_THAT(listed.types, testing::IsSupersetOf({"purchase", "review", "survey", "run"}));
  EXPECT_THAT(listed.activities, SizeIs(7 + 5 + 4));
  EXPECT_EQ(listed.activities.at(0).kind, "accrual");
  EXPECT_EQ(listed.activities.at(0).terms, "1 points per 1.00 USD, real_time");
  EXPECT_EQ(listed.activities.at(8).terms, "30 points for a product");
}

TEST(NewCurrency, IsThereForExistingMembersWithZero) {
  support::Story story;
  auto program = support::shop();
  CurrencyDefinition gems;
  gems.id = "gems";
  program.currencies.push_back(gems);
  story.change(program).then_balance("gems", 0);
  story.when(CreditPoints{.currency = "gems", .points = 5}).then_balance("gems", 5);
}

TEST(ProgramVersion, IsStoredWithEveryFact) {
  support::Story story;
  story.at("2026-03-10 12:00").given(Purchase{.amount = 100});
  auto program = support::shop();
  program.name = "The new shop";
  story.change(program).given(Purchase{.amount = 100});
  EXPECT_EQ(story.history().front().version, 1U);
  EXPECT_EQ(story.history().back().version, 2U);
}

}  // namespace
}  // namespace loyalty::domain
