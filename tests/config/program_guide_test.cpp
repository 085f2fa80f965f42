// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <sstream>
#include <string>

#include "config/program_loader.hpp"
#include "domain/program/definition.hpp"

// docs/program-files.md is written by hand; these facts keep it true.
namespace loyalty::config {
namespace {

using testing::HasSubstr;

std::string text_of(const std::string& file) {
  std::ifstream stream(file);
  EXPECT_TRUE(stream) << file;
  std::stringstream text;
  text << stream.rdbuf();
  return text.str();
}

class ProgramGuide : public testing::Test {
 protected:
  const std::string guide = text_of(LOYALTY_DOCS_DIR "/program-files.md");

  template <class T>
  void expect_every_key_under(const std::string& heading) const {
    SCOPED_TRACE(heading);
    const auto start = guide.find("\n" + heading + "\n");
    ASSERT_NE(start, std::string::npos);
    const auto end = std::min(guide.find("\n## ", start + 1), guide.find("\n### ", start + 1));
    const std::string section = guide.substr(start, end - start);
    T definition;
    T::fields(definition, [&](const domain::Field& field, auto&) {
      SCOPED_TRACE(field.name);
      const auto row = section.find("\n| `" + std::string(field.name) + "` |");
      ASSERT_NE(row, std::string::npos);
      if (field.required) {
        EXPECT_THAT(section.substr(row, section.find('\n', row + 1) - row),
                    HasSubstr("**needed**"));
      }
    });
  }
};

TEST_F(ProgramGuide, ListsEveryKeyOfEverySection) {
  expect_every_key_under<domain::ProgramDefinition>("## The program");
  expect_every_key_under<domain::CurrencyDefinition>("## currencies");
  expect_every_key_under<domain::TierExtensionDefinition>("### currencies.extensions");
  expect_every_key_under<domain::ReinstatementDefinition>("### currencies.reinstatements");
  expect_every_key_under<domain::NegativeLimitDefinition>("### currencies.negative_limits");
  expect_every_key_under<domain::SubtypeDefinition>("### currencies.subtypes");
  expect_every_key_under<domain::TierGroupDefinition>("## tier_groups");
  expect_every_key_under<domain::TierDefinition>("### tier_groups.tiers");
  expect_every_key_under<domain::BenefitTypeDefinition>("## benefit_types");
  expect_every_key_under<domain::BenefitDefinition>("## benefits");
  expect_every_key_under<domain::RuleDefinition>("## rules");
  expect_every_key_under<domain::ConditionDefinition>("### rules.when");
  expect_every_key_under<domain::LookBackDefinition>("### rules.when.look_back");
  expect_every_key_under<domain::CapDefinition>("### rules.cap");
  expect_every_key_under<domain::VoucherDefinition>("## vouchers");
  expect_every_key_under<domain::OfferDefinition>("## offers");
  expect_every_key_under<domain::PromotionDefinition>("## promotions");
  expect_every_key_under<domain::MilestoneDefinition>("### promotions.milestones");
  expect_every_key_under<domain::RewardDefinition>("### promotions.reward");
  expect_every_key_under<domain::LimitDefinition>("### promotions.limits");
  expect_every_key_under<domain::PartnerDefinition>("## partners");
  expect_every_key_under<domain::PartnerProductDefinition>("### partners.products");
  expect_every_key_under<domain::PartnerRateDefinition>("### partners.rates");
}

// An example is copied out of a shipped program, word for word. Those programs are loaded, checked
// and free of warnings, so the examples are too.
TEST_F(ProgramGuide, TakesItsExamplesFromTheProgramsThatAreShipped) {
  std::string programs;
  for (const char* file : {"/cloud-kicks.toml", "/every-feature.toml"}) {
    const auto loaded = load_program(std::string(LOYALTY_PROGRAMS_DIR) + file);
    ASSERT_TRUE(loaded) << to_string(loaded.error().front());
    for (const Finding& warning : loaded->warnings) ADD_FAILURE() << to_string(warning);
    programs += text_of(std::string(LOYALTY_PROGRAMS_DIR) + file) + "\n\n";
  }
  const std::string fence = "```toml\n";
  int examples = 0;
  for (auto at = guide.find(fence); at != std::string::npos; at = guide.find(fence, at + 1)) {
    const auto start = at + fence.size();
    const std::string example = guide.substr(start, guide.find("```", start) - start);
    EXPECT_THAT(programs, HasSubstr(example));
    ++examples;
  }
  EXPECT_GE(examples, 30);
}

}  // namespace
}  // namespace loyalty::config
