// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>

#include <functional>

#include "tests/support/story.hpp"

/// How rules turn an activity into points (domain.md 2.1 "Rule evaluation", F5-F7).
namespace loyalty::domain {
namespace {

using support::find;
using support::named;
using support::Story;
using testing::ElementsAre;

TEST(Rules, CreditAtOnceWhatThePurchaseEarns) {
  Story story;
  story.at("2026-03-10 12:00").when(Purchase{.amount = 1'999});
  story.then_facts({"journal_recorded", "points_credited", "points_credited"})
      .then_balance("points", 19)
      .then_balance("stars", 19);
  EXPECT_EQ(story.result<ActivityResult>().status, JournalStatus::processed);
}

TEST(Rules, AllThatMatchAddUpAndEachRoundsForItself) {
  auto program = support::shop();
  find(program.rules, "shoes").measure = Measure::amount;
  find(program.rules, "shoes").rate = *Decimal::parse("0.5");
  Story story(program);
  // 1.99 gives floor(1.99) and floor(0.995), not floor(2.985).
  story.when(Purchase{.amount = 199, .category = "shoes"}).then_balance("points", 1);
  story.when(Purchase{.amount = 300, .category = "shoes"}).then_balance("points", 1 + 3 + 1);
}

TEST(Rules, RunInAscendingOrderThenAsWritten) {
  auto program = support::shop();
  find(program.rules, "stars").order = 5;
  find(program.rules, "shoes").order = 10;  // as "base", but written after it
  Story story(program);
  story.when(Purchase{.amount = 100, .category = "shoes"});
  std::vector<std::string_view> order;
  for (const auto& line : story.result<ActivityResult>().rules) order.push_back(line.rule);
  EXPECT_THAT(order, ElementsAre("stars", "base", "shoes"));
}

TEST(Rules, ShowTheirArithmetic) {
  Story story;
  story.when(Purchase{.amount = 1'999});
  const RuleLine line = story.result<ActivityResult>().rules.at(0);
  EXPECT_EQ(line.rule, "base");
  EXPECT_EQ(line.currency, "points");
  EXPECT_EQ(line.base, 1'999);
  EXPECT_EQ(line.rate, "1");
  EXPECT_EQ(line.multiplier, "1");
  EXPECT_EQ(line.rounding, Rounding::floor);
  EXPECT_EQ(line.points, Points{19});
  EXPECT_FALSE(line.due);
}

TEST(Rules, UseTheTierHeldBeforeTheActivity) {
  Story story;
  story.when(Purchase{.amount = 50'000}).then_tier("gold").then_balance("points", 500);
  EXPECT_EQ(story.result<ActivityResult>().rules.at(0).multiplier, "1");
  story.when(Purchase{.amount = 101}).then_balance("points", 500 + 1);  // floor(1.01 x 1.5)
  EXPECT_EQ(story.result<ActivityResult>().rules.at(0).multiplier, "1.5");
  story.when(Purchase{.amount = 200}).then_balance("points", 501 + 3);
}

TEST(Rules, RoundAsTheySayAndOnceAfterAllFactors) {
  // 3.35 x 0.9 x 1.5 = 4.5225 for a gold member.
  for (const auto& [rounding, points] :
       {std::pair{Rounding::floor, 4}, {Rounding::half_up, 5}, {Rounding::ceil, 5}}) {
    auto program = support::shop();
    auto& base = find(program.rules, "base");
    base.rate = *Decimal::parse("0.9");
    base.rounding = rounding;
    Story story(program);
    story.given(CreditPoints{.currency = "stars", .points = 500});
    story.when(Purchase{.amount = 335}).then_balance("points", points);
  }
}

TEST(Rules, ThatGiveNothingMakeNoEntry) {
  Story story;
  story.when(Purchase{.amount = 99}).then_facts({"journal_recorded"}).then_balance("points", 0);
  const auto& result = story.result<ActivityResult>();
  EXPECT_EQ(result.rules.at(0).points, Points{0});
  EXPECT_TRUE(result.credited.empty());
}

TEST(Rules, EarnOnTheEligibleAmountOnly) {
  Story story;
  story.when(Purchase{.amount = 5'000, .eligible_amount = 3'000}).then_balance("points", 30);
  story.when(Purchase{.amount = 5'000, .eligible_amount = 0}).then_balance("points", 30);
  story.when(Purchase{.amount = 5'000, .eligible_amount = 5'001})
      .then_refused(RefusalCode::invalid_param, "eligible_amount");
}

TEST(Rules, MeasureActivitiesPiecesOrMoney) {
  auto program = support::shop();
  program.rules = {support::rule("each", "survey", "points", Measure::journals, "7"),
                   support::rule("piece", "review", "points", Measure::units, "2.5"),
                   support::rule("money", "purchase", "points", Measure::amount, "0.1")};
  Story story(program);
  story.given(RecordActivity{.type = "survey", .amount = 900, .units = 3});
  story.then_balance("points", 7);
  story.given(RecordActivity{.type = "review", .amount = 900, .units = 3});
  story.then_balance("points", 7 + 7);  // floor(7.5)
  story.given(Purchase{.amount = 1'999, .units = 3}).then_balance("points", 14 + 1);
}

TEST(Rules, FireOnEnrolment) {
  auto program = support::shop();
  program.rules.push_back(
      support::rule("welcome", "enrollment", "points", Measure::journals, "100"));
  auto story = Story::without_member(program);
  story.when(EnrollMember{});
  story.then_facts({"member_enrolled", "benefit_granted", "journal_recorded", "points_credited"})
      .then_balance("points", 100)
      .then_tier("silver");
}

TEST(Rules, KnowActivitiesOfTheProgramAndNoOthers) {
  Story story;
  story.when(RecordActivity{.type = "run", .units = 12}).then_balance("miles", 12);
  story.when(RecordActivity{.type = "swim"}).then_refused(RefusalCode::unknown_activity, "type");
  story.when(RecordActivity{.type = "enrollment"}).then_refused(RefusalCode::invalid_param, "type");
}

TEST(Rules, DecideALateActivityByItsOwnDate) {
  auto program = support::shop();
  find(program.rules, "base").when.until = "2026-03-10";
  Story story(program);
  story.at("2026-03-12 09:00");
  story.when(Purchase{.amount = 1'000, .at = story.instant("2026-03-09 23:59")});
  story.then_balance("points", 10);
  EXPECT_TRUE(story.result<ActivityResult>().late);
  story.when(Purchase{.amount = 1'000, .at = story.instant("2026-03-10 00:00")});
  story.then_balance("points", 10);
  story.when(Purchase{.amount = 1'000, .at = story.instant("2026-03-12 00:00")});
  EXPECT_FALSE(story.result<ActivityResult>().late);
}

/// One condition at a time: the purchase that meets it, and the one that just does not.
struct ConditionCase {
  const char* name;
  std::function<void(ConditionDefinition&)> set;
  Purchase meets;
  Purchase misses;
};

class Conditions : public testing::TestWithParam<ConditionCase> {};

TEST_P(Conditions, DecideWhetherARuleApplies) {
  auto program = support::shop();
  auto& base = find(program.rules, "base");
  base.measure = Measure::journals;
  GetParam().set(base.when);
  std::erase_if(program.rules, [](const auto& rule) { return rule.id != "base"; });
  Story story(program);
  story.at("2026-03-10 12:00");
  story.when(GetParam().misses).then_accepted().then_balance("points", 0);
  story.when(GetParam().meets).then_accepted().then_balance("points", 1);
}

INSTANTIATE_TEST_SUITE_P(
    Each, Conditions,
    testing::Values(ConditionCase{"Subtype",
                                  [](auto& when) {
                                    when.subtypes = {"web", "gift"};
                                  },
                                  {.amount = 1, .subtype = "gift"},
                                  {.amount = 1}},
                    ConditionCase{"Category",
                                  [](auto& when) { when.categories = {"shoes"}; },
                                  {.amount = 1, .category = "shoes"},
                                  {.amount = 1, .category = "Shoes"}},
                    ConditionCase{"Product",
                                  [](auto& when) { when.products = {"latte"}; },
                                  {.amount = 1, .product = "latte"},
                                  {.amount = 1, .product = "mocha"}},
                    ConditionCase{"Partner",
                                  [](auto& when) { when.partners = {"hotel"}; },
                                  {.amount = 1, .partner = "hotel"},
                                  {.amount = 1, .partner = "airline"}},
                    ConditionCase{"OwnProducts",
                                  [](auto& when) { when.own_products_only = true; },
                                  {.amount = 1},
                                  {.amount = 1, .partner = "airline"}},
                    ConditionCase{"Channel",
                                  [](auto& when) { when.channels = {"app"}; },
                                  {.amount = 1, .channel = "app"},
                                  {.amount = 1, .channel = "web"}},
                    ConditionCase{"SmallestAmount",
                                  [](auto& when) { when.min_amount = 500; },
                                  {.amount = 500},
                                  {.amount = 900, .eligible_amount = 499}},
                    ConditionCase{"LargestAmount",
                                  [](auto& when) { when.max_amount = 500; },
                                  {.amount = 900, .eligible_amount = 500},
                                  {.amount = 501}}),
    [](const auto& instance) { return std::string(instance.param.name); });

TEST(Rules, ForATierApplyOnlyToThoseWhoHoldIt) {
  auto program = support::shop();
  find(program.rules, "base").when.tiers = {"gold", "platinum"};
  Story story(program);
  story.when(Purchase{.amount = 50'000}).then_tier("gold").then_balance("points", 0);
  story.when(Purchase{.amount = 1'000}).then_balance("points", 15);
}

TEST(Rules, InAWindowApplyFromItsFirstDayToBeforeItsLast) {
  auto program = support::shop();
  find(program.rules, "base").when.from = "2026-03-10";
  find(program.rules, "base").when.until = "2026-03-12";
  Story story(program);
  for (const auto& [time, points] : {std::pair{"2026-03-09 23:59", 0},
                                     {"2026-03-10 00:00", 10},
                                     {"2026-03-11 23:59", 20},
                                     {"2026-03-12 00:00", 20}}) {
    story.at(time).when(Purchase{.amount = 1'000}).then_balance("points", points);
  }
}

TEST(Purchases, AreRefusedWhenTheyMakeNoSense) {
  Story story;
  story.at("2026-03-10 12:00");
  const std::string long_text(65, 'x');
  const Instant future{story.now().ms + 5 * 60'000 + 1};
  const auto before = story.instant("2026-01-04 23:59");
  using Code = RefusalCode;
  struct Row {
    Purchase purchase;
    Code code;
    const char* param;
  };
  for (const auto& [purchase, code, param] :
       {Row{{.amount = -1}, Code::invalid_param, "amount"},
        Row{{.amount = 1'000'000'000'001}, Code::invalid_param, "amount"},
        Row{{.amount = 1, .at = future}, Code::invalid_param, "at"},
        Row{{.amount = 1, .at = before}, Code::invalid_param, "at"},
        Row{{.amount = 1, .category = long_text}, Code::invalid_param, "category"},
        Row{{.amount = 1, .product = long_text}, Code::invalid_param, "product"},
        Row{{.amount = 1, .partner = "nobody"}, Code::unknown_partner, "partner"},
        Row{{.amount = 1, .product = "boat", .partner = "hotel"}, Code::unknown_product, "product"},
        Row{{.amount = 1, .channel = long_text}, Code::invalid_param, "channel"},
        Row{{.amount = 1, .units = -1}, Code::invalid_param, "units"},
        Row{{.amount = 1, .units = 1'000'000'001}, Code::invalid_param, "units"},
        Row{{.amount = 1, .subtype = long_text}, Code::invalid_param, "subtype"},
        Row{{.amount = 1, .money = "EUR"}, Code::invalid_param, "money"},
        Row{{.amount = 1, .reference = long_text}, Code::invalid_param, "reference"}}) {
    story.when(purchase).then_refused(code, param).then_facts({});
  }
  story.when(Purchase{.amount = 0}).then_accepted();
  story.when(Purchase{.amount = 1, .money = "USD"}).then_accepted();
  // The clocks of tills run a little ahead; what they send happened now.
  story.when(Purchase{.amount = 1, .at = Instant{future.ms - 1}}).then_accepted();
  EXPECT_EQ(story.facts<JournalRecorded>().at(0).at, story.now());
}

TEST(Purchases, AreRefusedWhenTheyWouldGiveMoreThanTheBounds) {
  auto program = support::shop();
  find(program.rules, "base").rate = *Decimal::parse("1000");
  Story story(program);
  story.when(Purchase{.amount = 1'000'000'000'000})
      .then_refused(RefusalCode::limit_exceeded, "amount")
      .then_facts({});
}

TEST(Enrolment, GivesTheBaseTierAndItsBenefits) {
  auto story = Story::without_member();
  story.when(Purchase{.amount = 1}).then_refused(RefusalCode::unknown_member, "member");
  story.when(EnrollMember{}).then_accepted().then_tier("silver").then_benefits({"ground"});
  EXPECT_EQ(story.tier_expires(), "never");
  story.when(EnrollMember{}).then_refused(RefusalCode::member_exists, "member");
}

TEST(Enrolment, MayBeReportedLater) {
  auto story = Story::without_member();
  story.at("2026-03-10 12:00");
  story.when(EnrollMember{.at = Instant{story.now().ms + 1}})
      .then_refused(RefusalCode::invalid_param, "at");
  story.when(EnrollMember{.at = story.instant("2025-12-24 18:00")}).then_accepted();
  EXPECT_EQ(to_string(story.member().enrolled_on), "2025-12-24");
  EXPECT_TRUE(story.result<ActivityResult>().late);
}

TEST(Enrolment, StatesOnlyTextThatCanBeStored) {
  auto story = Story::without_member();
  // 65 bytes whose last character takes two: it must not be cut in half.
  story.when(EnrollMember{.channel = std::string(63, 'x') + "\xc3\xa9"})
      .then_refused(RefusalCode::invalid_param, "channel")
      .then_facts({});
  story.when(EnrollMember{.channel = std::string(62, 'x') + "\xc3\xa9"}).then_accepted();
}

TEST(Enrolment, StatesNothingWhenItsPointsExceedTheBounds) {
  auto program = support::shop();
  auto welcome = support::rule("welcome", "enrollment", "points", Measure::journals, "999999999");
  welcome.multipliers = {{"silver", *Decimal::parse("999999999")}};
  program.rules.push_back(welcome);
  auto story = Story::without_member(program);
  story.when(EnrollMember{}).then_refused(RefusalCode::limit_exceeded, "amount").then_facts({});
}

TEST(Programs, ThatAreNotActiveAcceptNothing) {
  Story story;
  story.deactivate();
  story.when(Purchase{.amount = 1}).then_refused(RefusalCode::program_not_active, "program");
  story.when(CreditPoints{.points = 1}).then_refused(RefusalCode::program_not_active, "program");
  story.when(Redeem{.offer = "mug"}).then_refused(RefusalCode::program_not_active, "program");
}

}  // namespace
}  // namespace loyalty::domain
