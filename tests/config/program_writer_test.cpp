// SPDX-License-Identifier: Apache-2.0
#include "config/program_writer.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <type_traits>

#include "config/program_loader.hpp"
#include "config/program_reader.hpp"
#include "domain/program/plan.hpp"
#include "tests/support/property.hpp"

namespace loyalty::config {
namespace {

using domain::ProgramDefinition;
using testing::IsEmpty;

domain::Expected<ProgramDefinition, std::string> read_again(const std::string& text) {
  const auto table = parse_toml(text, "written.toml");
  if (!table) return domain::Unexpected{to_string(table.error())};
  ReadProgram read = read_program(*table, "written.toml");
  if (!read.findings.empty()) return domain::Unexpected{to_string(read.findings.front())};
  return std::move(read.definition);
}

/// Fills a definition with anything its types can hold and a file can say.
class RandomDefinition {
 public:
  template <class T>
  void fill(T& value) {
    if constexpr (std::is_same_v<T, bool>) {
      value = *rc::gen::arbitrary<bool>();
    } else if constexpr (std::is_same_v<T, domain::TierModel>) {
      value = *rc::gen::element(domain::TierModel::fixed, domain::TierModel::anniversary);
    } else if constexpr (std::is_enum_v<T>) {
      value = static_cast<T>(*rc::gen::inRange<std::size_t>(0, domain::EnumNames<T>::names.size()));
    } else if constexpr (std::is_integral_v<T>) {
      value = *rc::gen::oneOf(rc::gen::arbitrary<T>(), rc::gen::inRange<T>(0, 100'000));
    } else if constexpr (std::is_same_v<T, std::string>) {
      value = text();
    } else if constexpr (std::is_same_v<T, domain::Decimal>) {
      value = decimal();
    } else if constexpr (std::is_same_v<T, domain::Period>) {
      value = {*rc::gen::inRange(1, 100'001),
               static_cast<domain::PeriodUnit>(*rc::gen::inRange(0, 3))};
    } else if constexpr (std::is_same_v<T, std::optional<std::string>>) {
      value = *rc::gen::inRange(0, 3) == 0
                  ? text()
                  : to_string(domain::LocalDay{*rc::gen::inRange(0, 100'000)});
    } else if constexpr (std::is_same_v<T, std::optional<std::int64_t>>) {
      value = *rc::gen::arbitrary<std::int64_t>();
    } else if constexpr (requires { value.resize(1); }) {
      value.resize(*rc::gen::inRange<std::size_t>(0, 4));
      for (auto& element : value) fill(element);
    } else {
      T::fields(value, [&](const domain::Field& field, auto& member) {
        if (field.required || *rc::gen::inRange(0, 3) > 0) fill(member);
      });
    }
  }

 private:
  static std::string text() {
    return *rc::gen::element<std::string>(
        "", "gold", "tier-points", "two words", "a.b", "\"quoted\"", "back\\slash", "line\nbreak",
        "caf\xC3\xA9 \xE2\x82\xAC", "tab\tand\x01\x7f", "#", "=", "'single'", "true", "12");
  }
  static domain::Decimal decimal() {
    const auto digits = *rc::gen::inRange<std::int64_t>(0, 1'000'000'000);
    const auto more = *rc::gen::inRange<std::int64_t>(0, 1'000'000'000);
    const auto places = static_cast<std::size_t>(*rc::gen::inRange(0, 10));
    const bool negative = *rc::gen::inRange(0, 8) == 0;
    std::string after = std::to_string(1'000'000'000 + more).substr(1, places);
    return *domain::Decimal::parse((negative ? "-" : "") + std::to_string(digits) +
                                   (after.empty() ? "" : "." + after));
  }
};

TEST(ProgramWriter, WritesWhatTheReaderReadsBack) {
  support::check_property(2'000, [] {
    ProgramDefinition definition;
    RandomDefinition().fill(definition);
    const std::string text = write_program(definition);
    const auto again = read_again(text);
    if (!again) RC_FAIL(again.error() + "\n" + text);
    const auto differences = domain::plan(definition, *again);
    if (!differences.empty()) RC_LOG() << differences.front().path << "\n" << text;
    RC_ASSERT(*again == definition);
  });
}

TEST(ProgramWriter, WritesEveryProgramThatIsShipped) {
  int programs = 0;
  for (const auto& entry : std::filesystem::directory_iterator(LOYALTY_PROGRAMS_DIR)) {
    SCOPED_TRACE(entry.path());
    const auto loaded = load_program(entry.path().string());
    ASSERT_TRUE(loaded);
    const std::string text = write_program(loaded->definition);
    const auto again = parse_program(text, "written.toml");
    ASSERT_TRUE(again) << to_string(again.error().front());
    EXPECT_THAT(domain::plan(loaded->definition, again->definition), IsEmpty());
    EXPECT_EQ(again->definition, loaded->definition);
    EXPECT_EQ(write_program(again->definition), text);
    ++programs;
  }
  EXPECT_GE(programs, 2);
}

TEST(ProgramWriter, WritesLikePeopleDo) {
  ProgramDefinition definition;
  definition.id = "shop";
  domain::PromotionDefinition promotion;
  promotion.id = "week";
  promotion.when.activities = {"purchase"};
  promotion.when.min_amount = 1'050;
  promotion.measure = domain::Measure::amount;
  promotion.target = 20'000;
  promotion.milestones = {{domain::MilestoneKind::percent, 50},
                          {domain::MilestoneKind::remaining, 1'005}};
  promotion.starts = "2026-11-02";
  promotion.reward.points = 150;
  promotion.limits.liability = 50'000;
  definition.promotions = {promotion};
  domain::RuleDefinition rule;
  rule.id = "base";
  rule.rate = domain::one;
  rule.multipliers = {{"gold", {125, 2}}, {"top tier", {2, 0}}};
  definition.rules = {rule};
  EXPECT_EQ(write_program(definition), R"(id = "shop"

[[rules]]
id = "base"
rate = 1
multipliers = {gold = 1.25, "top tier" = 2}

[rules.when]
activities = []

[[promotions]]
id = "week"
starts = 2026-11-02
measure = "amount"
target = "200.00"
milestones = [
  {kind = "percent", at = 50},
  {kind = "remaining", at = "10.05"},
]
reward = {points = 150}
limits = {liability = "500.00"}

[promotions.when]
activities = ["purchase"]
min_amount = "10.50"
)");
}

}  // namespace
}  // namespace loyalty::config
