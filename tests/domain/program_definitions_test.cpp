// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "domain/program/program.hpp"
#include "tests/domain/sound_program.hpp"

/// The commands that change one part of a program (domain.md part 4), and its versions.
namespace loyalty::domain {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

constexpr Period year{1, PeriodUnit::years};

class DefinitionsTest : public testing::Test {
 protected:
  DefinitionsTest() {
    program_.id = "shop";
    run(CreateProgram{});
  }

  ProgramResult run(const ProgramCommand& command) {
    auto outcome = execute(program_, command, Instant{0});
    if (!outcome.result) {
      ADD_FAILURE() << name_of(outcome.result.error().code) << " " << outcome.result.error().detail;
      return {};
    }
    return *outcome.result;
  }
  Refusal refused(const ProgramCommand& command) {
    const ProgramDefinition before = program_.definition;
    const auto outcome = execute(program_, command, Instant{0});
    EXPECT_THAT(outcome.events, IsEmpty());
    EXPECT_EQ(program_.definition, before);
    if (outcome.result) {
      ADD_FAILURE() << "it was not refused";
      return {};
    }
    return outcome.result.error();
  }
  std::string code(const ProgramCommand& command) {
    const Refusal refusal = refused(command);
    return std::string(name_of(refusal.code)) + " " + refusal.param;
  }
  void apply_sound(bool active = true) {
    ProgramDefinition definition = sound_program();
    definition.active = active;
    run(ApplyProgram{definition});
  }

  static DefineCurrency currency(std::string id, CurrencyKind kind) {
    return {{.id = std::move(id), .kind = kind}};
  }
  static DefineTierGroup group() {
    DefineTierGroup command;
    command.group.id = "club";
    command.group.model = TierModel::fixed;
    command.group.qualification_period = year;
    command.group.tier_period = year;
    command.inline_currencies = {{.id = "stars", .kind = CurrencyKind::qualifying}};
    return command;
  }

  Program program_;
};

TEST_F(DefinitionsTest, BuildAProgramStepByStep) {
  EXPECT_EQ(code(ActivateProgram{}), "NO_CURRENCY program");
  EXPECT_EQ(run(currency("points", CurrencyKind::non_qualifying)).version, 2U);
  EXPECT_EQ(run(group()).version, 3U);
  run(DefineTiers{"club", {{"silver", "", {{"stars", 0}}}, {"gold", "", {{"stars", 500}}}}});
  run(DefineBenefitType{{"shipping", "", true}});
  run(DefineBenefit{{"free-shipping", "", "shipping", 1, {}}});
  run(AssignBenefit{"free-shipping", {"gold"}});
  run(DefineActivity{"run"});
  DefineRule rule;
  rule.definition.id = "base";
  rule.definition.when.activities = {"purchase", "run"};
  rule.definition.currency = "points";
  rule.definition.rate = one;
  run(rule);
  run(DefineVoucher{{.id = "drink"}});
  DefineOffer offer;
  offer.definition.id = "drink";
  offer.definition.currency = "points";
  offer.definition.cost = 50;
  offer.definition.reward = RewardKind::voucher;
  offer.definition.voucher = "drink";
  run(offer);
  DefinePromotion promotion;
  promotion.definition.id = "runs";
  promotion.definition.when.activities = {"run"};
  promotion.definition.target = 5;
  promotion.definition.reward.voucher = "drink";
  run(promotion);
  run(ActivateProgram{});
  run(RegisterPartner{{.id = "solar"}});
  run(AddPartnerProduct{"solar", {.id = "lamp"}});
  run(SetPartnerRate{"solar", {"points", one, {1, 2}, one, {8, 3}}});
  const auto last = run(DefineCurrencySubtype{"points", {.id = "bonus"}});
  EXPECT_EQ(last.version, 16U);
  EXPECT_THAT(last.plan, SizeIs(1));
  EXPECT_EQ(last.plan[0].path, "currencies[points].subtypes[bonus]");
  EXPECT_EQ(program_.definition.tier_groups[0].tiers[1].thresholds[0].minimum, 500);
  EXPECT_THAT(program_.definition.benefits[0].tiers, ElementsAre("gold"));
  EXPECT_THAT(program_.definition.partners[0].products, SizeIs(1));
  EXPECT_THAT(mistakes(program_.definition), IsEmpty());
}

TEST_F(DefinitionsTest, OfATierGroupNeedItsThreeAttributes) {
  const auto without = [](auto member) {
    DefineTierGroup command = group();
    command.group.*member = {};
    return command;
  };
  EXPECT_EQ(code(without(&TierGroupDefinition::model)), "MISSING_TIER_MODEL model");
  EXPECT_EQ(code(without(&TierGroupDefinition::qualification_period)),
            "MISSING_QUALIFICATION_PERIOD qualification_period");
  EXPECT_EQ(code(without(&TierGroupDefinition::tier_period)), "MISSING_TIER_PERIOD tier_period");
  EXPECT_THAT(program_.definition.currencies, IsEmpty()) << "with its currency, or not at all";
}

TEST_F(DefinitionsTest, KeepEachCurrencyInOneGroup) {
  run(group());
  DefineTierGroup other = group();
  other.group.id = "other";
  other.group.currencies = {"stars"};
  other.inline_currencies.clear();
  EXPECT_EQ(code(other), "CURRENCY_ALREADY_IN_TIER_GROUP currencies[0]");
  other.group.currencies.clear();
  other.inline_currencies = {{.id = "points", .kind = CurrencyKind::non_qualifying}};
  EXPECT_EQ(code(other), "TIER_GROUP_NOT_ALLOWED currencies[0]");
  EXPECT_THAT(program_.definition.currencies, SizeIs(1));
}

TEST_F(DefinitionsTest, AnswerTheStableCodes) {
  apply_sound(false);
  DefineCurrency expiring = currency("moons", CurrencyKind::qualifying);
  expiring.definition.expiry = ExpiryModel::fixed;
  expiring.definition.expiry_period = year;
  EXPECT_EQ(code(expiring), "EXPIRY_NOT_ALLOWED expiry");
  EXPECT_EQ(code(DefineTiers{"ladder", {{"a", "", {{"stars", 5}}}, {"b", "", {{"stars", 5}}}}})
                .substr(0, 18),
            "INVALID_THRESHOLDS");
  EXPECT_EQ(code(DefineTiers{"stairs", {}}), "INVALID_PARAM tier_group");
  EXPECT_EQ(code(AssignBenefit{"nothing", {}}), "INVALID_PARAM benefit");
  EXPECT_EQ(code(AssignBenefit{"gift", {"iron"}}), "INVALID_DEFINITION tiers[0]");
  EXPECT_EQ(code(DefineCurrencySubtype{"gems", {.id = "bonus"}}), "UNKNOWN_CURRENCY currency");
  EXPECT_EQ(code(AddPartnerProduct{"acme", {.id = "x"}}), "UNKNOWN_PARTNER partner");
  EXPECT_EQ(code(SetPartnerRate{"acme", {.currency = "points"}}), "UNKNOWN_PARTNER partner");
  DefineRule rule{program_.definition.rules[0]};
  rule.definition.currency = "gems";
  EXPECT_EQ(code(rule), "INVALID_DEFINITION currency");
  Program none;
  const auto outcome = execute(none, rule, Instant{0});
  EXPECT_EQ(outcome.result.error().code, RefusalCode::unknown_program);
}

TEST_F(DefinitionsTest, ReplaceOneEntryAndKeepPartsWithACommandOfTheirOwn) {
  apply_sound();
  run(DefineCurrencySubtype{"points", {.id = "bonus"}});
  DefineCurrency points{program_.definition.currencies[0]};
  points.definition.name = "Coins";
  points.definition.subtypes.clear();
  run(points);
  EXPECT_EQ(program_.definition.currencies[0].name, "Coins");
  EXPECT_THAT(program_.definition.currencies[0].subtypes, SizeIs(1));
  run(RegisterPartner{{.id = "solar", .name = "Solar"}});
  EXPECT_EQ(program_.definition.partners[0].name, "Solar");
  EXPECT_THAT(program_.definition.partners[0].products, SizeIs(2));
  EXPECT_THAT(program_.definition.partners[0].rates, SizeIs(1));
  const auto again = run(RegisterPartner{{.id = "solar", .name = "Solar"}});
  EXPECT_FALSE(again.changed);
  EXPECT_THAT(again.plan, IsEmpty());
}

TEST_F(DefinitionsTest, AreRemovedWhereNobodyIsStranded) {
  apply_sound();
  run(RemoveDefinition{DefinitionKind::promotion, "coffee", ""});
  run(RemoveDefinition{DefinitionKind::voucher, "drink", ""});
  run(RemoveDefinition{DefinitionKind::offer, "lamp", ""});
  run(RemoveDefinition{DefinitionKind::partner_product, "lamp", "solar"});
  run(RemoveDefinition{DefinitionKind::partner_rate, "points", "solar"});
  run(RemoveDefinition{DefinitionKind::rule, "stars", ""});
  EXPECT_EQ(code(RemoveDefinition{DefinitionKind::offer, "lamp", ""}), "UNKNOWN_OFFER id");
  const Refusal tier = refused(RemoveDefinition{DefinitionKind::tier, "platinum", ""});
  EXPECT_EQ(tier.code, RefusalCode::invalid_definition);
  EXPECT_THAT(tier.detail, HasSubstr("members may hold tier \"platinum\""));
  EXPECT_THAT(refused(RemoveDefinition{DefinitionKind::partner, "solar", ""}).detail,
              HasSubstr("may have a ledger"));
  const Refusal currency = refused(RemoveDefinition{DefinitionKind::currency, "stars", ""});
  EXPECT_THAT(currency.detail, HasSubstr("members may hold \"stars\""));
  EXPECT_THAT(currency.detail, HasSubstr("there is no currency \"stars\""));
}

TEST_F(DefinitionsTest, AreRemovedFromADraftAsLongAsNothingNamesThem) {
  apply_sound(false);
  EXPECT_EQ(refused(RemoveDefinition{DefinitionKind::tier, "platinum", ""}).code,
            RefusalCode::invalid_definition)
      << "a benefit names it";
  run(AssignBenefit{"free-shipping", {"gold"}});
  run(RemoveDefinition{DefinitionKind::tier, "platinum", ""});
  EXPECT_THAT(program_.definition.tier_groups[0].tiers, SizeIs(2));
}

TEST_F(DefinitionsTest, AreShownBeforeTheyAreApplied) {
  apply_sound();
  ProgramDefinition changed = sound_program();
  changed.rules[0].rate = {2, 0};
  const auto shown = run(ApplyProgram{changed, true});
  EXPECT_FALSE(shown.changed);
  EXPECT_EQ(shown.version, 2U);
  ASSERT_THAT(shown.plan, SizeIs(1));
  EXPECT_EQ(shown.plan[0].path, "rules[base].rate");
  EXPECT_EQ(program_.definition, sound_program());
  const auto done = run(ApplyProgram{changed});
  EXPECT_EQ(done.plan, shown.plan);
  EXPECT_EQ(done.version, 3U);
  changed.currencies.clear();
  EXPECT_FALSE(execute(program_, ApplyProgram{changed, true}, Instant{0}).result);
}

TEST_F(DefinitionsTest, ChangeNothingWhenTheyAreDescribedAndAppliedAgain) {
  apply_sound(false);
  run(ActivateProgram{});
  const auto described = [&] {
    return get<DescribeResult>(*answer(DescribeProgram{}, program_)).definition;
  };
  EXPECT_TRUE(described().active);
  EXPECT_FALSE(run(ApplyProgram{described()}).changed);
  run(DeactivateProgram{});
  EXPECT_FALSE(described().active);
  EXPECT_FALSE(run(ApplyProgram{described()}).changed);
  EXPECT_FALSE(run(ApplyProgram{sound_program()}).changed) << "a file does not undo the command";
  EXPECT_EQ(program_.status, ProgramStatus::inactive);
  EXPECT_EQ(run(ActivateProgram{}).status, ProgramStatus::active);
}

TEST_F(DefinitionsTest, AreDescribedWithTheirWarnings) {
  ProgramDefinition doubtful = sound_program();
  doubtful.currencies[0].escrow_days = 14;
  doubtful.currencies[0].negative_limits = {{"gold", 100}};
  run(ApplyProgram{doubtful});
  const auto warnings = get<DescribeResult>(*answer(DescribeProgram{}, program_)).warnings;
  ASSERT_THAT(warnings, SizeIs(1));
  EXPECT_EQ(warnings[0].path, "currencies[0].negative_limits");
  EXPECT_THAT(warnings[0].message, HasSubstr("escrow"));
}

TEST_F(DefinitionsTest, AreKeptInEveryVersionSinceTheFirstActivation) {
  apply_sound(false);
  EXPECT_THAT(program_.versions, IsEmpty()) << "nobody acts under a draft";
  run(ActivateProgram{});
  auto changed = sound_program();
  changed.rules[0].rate = {2, 0};
  run(ApplyProgram{changed});
  run(DeactivateProgram{});
  run(DefineActivity{"swim"});
  std::vector<std::uint32_t> kept;
  for (const auto& version : program_.versions) kept.push_back(version.version);
  EXPECT_THAT(kept, ElementsAre(2U, 3U, 4U));
  EXPECT_EQ(program_.versions[0].definition.rules[0].rate, one);
  EXPECT_EQ(program_.versions[1].definition.rules[0].rate, (Decimal{2, 0}));
}

TEST_F(DefinitionsTest, AreCompiledOnceForEachVersion) {
  apply_sound();
  const auto first = view_of(program_);
  EXPECT_EQ(first->versions.find(2), &first->catalogue);
  EXPECT_EQ(first->versions.find(1), nullptr) << "a draft";
  run(RunBatch{});
  const auto second = view_of(program_, first.get());
  EXPECT_EQ(&second->catalogue, &first->catalogue);
  EXPECT_THAT(second->batch_runs, SizeIs(1));
  auto changed = sound_program();
  changed.rules[0].rate = {2, 0};
  run(ApplyProgram{changed});
  const auto third = view_of(program_, second.get());
  EXPECT_EQ(third->versions.find(2), &first->catalogue);
  EXPECT_EQ(third->versions.find(3), &third->catalogue);
  EXPECT_EQ(third->versions.find(2)->rules[0].rate, one);
  const auto restarted = view_of(program_);
  EXPECT_EQ(restarted->versions.find(2)->rules[0].rate, one);
  EXPECT_EQ(restarted->versions.find(3)->rules[0].rate, (Decimal{2, 0}));
}

}  // namespace
}  // namespace loyalty::domain
