// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <fstream>
#include <sstream>
#include <string>
#include <vector>

#include "config/program_loader.hpp"

namespace loyalty::config {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

/// "line:column path CODE" of every mistake, in the order of the report.
std::vector<std::string> mistakes_of(std::string_view text) {
  const auto loaded = parse_program(text, "p.toml");
  std::vector<std::string> found;
  if (loaded) return found;
  for (const Finding& finding : loaded.error()) {
    EXPECT_FALSE(finding.message.empty());
    EXPECT_FALSE(finding.warning);
    found.push_back(std::to_string(finding.line) + ":" + std::to_string(finding.column) + " " +
                    finding.path + " " + finding.code);
  }
  return found;
}

std::string message_of(std::string_view text) {
  const auto loaded = parse_program(text, "p.toml");
  if (loaded || loaded.error().size() != 1) {
    ADD_FAILURE() << "expected one mistake";
    return {};
  }
  return loaded.error()[0].message;
}

// The first eight lines of most rows.
const std::string head =
    "id = \"p\"\n"                 // 1
    "[[currencies]]\n"             // 2
    "id = \"points\"\n"            // 3
    "kind = \"non_qualifying\"\n"  // 4
    "[[currencies]]\n"             // 5
    "id = \"stars\"\n"             // 6
    "kind = \"qualifying\"\n"      // 7
    "\n";                          // 8

struct MistakeRow {
  std::string name;
  std::string text;
  std::vector<std::string> expected;
};

void expect_rows(const std::vector<MistakeRow>& rows) {
  for (const MistakeRow& row : rows) {
    SCOPED_TRACE(row.name);
    EXPECT_EQ(mistakes_of(row.text), row.expected);
  }
}

TEST(ProgramMistakes, OfTheShapeHaveTheirLineAndColumn) {
  expect_rows({
      {"syntax", "id = \"p\"\nname = \n", {"2:8  SYNTAX_ERROR"}},
      {"key twice", "id = \"p\"\nid = \"q\"\n", {"2:6  SYNTAX_ERROR"}},
      {"nothing at all", "", {"1:1 id INVALID_DEFINITION"}},
      {"unknown key", "id = \"p\"\ncolour = 1\n", {"2:1 colour INVALID_DEFINITION"}},
      {"string for a flag", "id = \"p\"\nactive = \"no\"\n", {"2:10 active INVALID_DEFINITION"}},
      {"number for a string", "id = 7\n", {"1:6 id INVALID_DEFINITION"}},
      {"number for a section", "id = \"p\"\nrules = 7\n", {"2:9 rules INVALID_DEFINITION"}},
      {"table for a section", "id = \"p\"\n[rules]\n", {"2:1 rules INVALID_DEFINITION"}},
      {"strings for tables", "id = \"p\"\nrules = [\"x\"]\n", {"2:10 rules[0] INVALID_DEFINITION"}},
      {"number in a list of strings",
       "id = \"p\"\nactivities = [\"run\", 5]\n",
       {"2:22 activities[1] INVALID_DEFINITION"}},
      {"number for a list of strings",
       "id = \"p\"\nactivities = 5\n",
       {"2:14 activities INVALID_DEFINITION"}},
      {"missing keys",
       "id = \"p\"\n\n[[currencies]]\nname = \"x\"\n",
       {"3:1 currencies[0].id INVALID_DEFINITION", "3:1 currencies[0].kind INVALID_DEFINITION"}},
      {"unknown word",
       "id = \"p\"\n[[currencies]]\nid = \"c\"\nkind = \"cash\"\n",
       {"4:8 currencies[0].kind INVALID_DEFINITION"}},
      {"number for a word",
       "id = \"p\"\n[[currencies]]\nid = \"c\"\nkind = 1\n",
       {"4:8 currencies[0].kind INVALID_DEFINITION"}},
      {"bad period",
       "id = \"p\"\n[[vouchers]]\nid = \"v\"\nvalid = \"3 weeks\"\n",
       {"4:9 vouchers[0].valid INVALID_DEFINITION"}},
      {"number for a period",
       "id = \"p\"\n[[vouchers]]\nid = \"v\"\nvalid = 90\n",
       {"4:9 vouchers[0].valid INVALID_DEFINITION"}},
      {"float for a whole number",
       head + "[[offers]]\nid = \"o\"\ncurrency = \"points\"\ncost = 9.5\n",
       {"12:8 offers[0].cost INVALID_DEFINITION"}},
      {"float for money",
       "id = \"p\"\n[[vouchers]]\nid = \"v\"\nkind = \"value\"\nface_value = 10.0\n",
       {"5:14 vouchers[0].face_value INVALID_DEFINITION"}},
      {"money without decimals",
       "id = \"p\"\n[[vouchers]]\nid = \"v\"\nkind = \"value\"\nface_value = \"10\"\n",
       {"5:14 vouchers[0].face_value INVALID_DEFINITION"}},
      {"money with three decimals",
       "id = \"p\"\n[[vouchers]]\nid = \"v\"\nkind = \"value\"\nface_value = \"1.000\"\n",
       {"5:14 vouchers[0].face_value INVALID_DEFINITION"}},
      {"rate that is no number",
       head +
           "[[rules]]\nid = \"r\"\ncurrency = \"points\"\nwhen = {activities = []}\nrate = nan\n",
       {"13:8 rules[0].rate INVALID_DEFINITION"}},
      {"rate with too many digits",
       head + "[[rules]]\nid = \"r\"\ncurrency = \"points\"\nwhen = {activities = []}\nrate = "
              "0.1234567891\n",
       {"13:8 rules[0].rate INVALID_DEFINITION"}},
      {"order beyond its range",
       head + "[[rules]]\nid = \"r\"\ncurrency = \"points\"\nwhen = {activities = []}\nrate = 1\n"
              "order = 3000000000\n",
       {"14:9 rules[0].order INVALID_DEFINITION"}},
      {"day with a time",
       head + "[[rules]]\nid = \"r\"\ncurrency = \"points\"\nrate = 1\n"
              "when = {activities = [], from = 2026-01-01T00:00:00}\n",
       {"13:33 rules[0].when.from INVALID_DEFINITION"}},
      {"unset is not a model",
       head + "[[tier_groups]]\nid = \"g\"\nmodel = \"unset\"\nqualification_period = \"1 year\"\n"
              "tier_period = \"1 year\"\ncurrencies = \"stars\"\n"
              "tiers = [{id = \"t\", threshold = 0}]\n",
       {"11:9 tier_groups[0].model INVALID_DEFINITION"}},
      {"threshold of two currencies",
       head + "[[tier_groups]]\nid = \"g\"\nmodel = \"fixed\"\nqualification_period = \"1 year\"\n"
              "tier_period = \"1 year\"\ncurrencies = [\"stars\", \"moons\"]\n"
              "tiers = [{id = \"t\", threshold = 0}]\n",
       {"14:24 tier_groups[0].currencies[1] INVALID_DEFINITION",
        "15:33 tier_groups[0].tiers[0].thresholds INVALID_DEFINITION"}},
      {"threshold and thresholds",
       head + "[[tier_groups]]\nid = \"g\"\nmodel = \"fixed\"\nqualification_period = \"1 year\"\n"
              "tier_period = \"1 year\"\ncurrencies = \"stars\"\n"
              "tiers = [{id = \"t\", threshold = 0, thresholds = {stars = 0}}]\n",
       {"15:33 tier_groups[0].tiers[0].thresholds INVALID_DEFINITION"}},
  });
}

TEST(ProgramMistakes, OfTheMeaningHaveTheirLineAndColumn) {
  const std::string group =
      "[[tier_groups]]\n"                    // 9
      "id = \"g\"\n"                         // 10
      "model = \"fixed\"\n"                  // 11
      "qualification_period = \"1 year\"\n"  // 12
      "tier_period = \"1 year\"\n"           // 13
      "currencies = \"stars\"\n";            // 14
  expect_rows({
      {"no currency", "id = \"p\"\nactive = true\n", {"1:1 currencies NO_CURRENCY"}},
      {"missing attributes of a tier group",
       head + "[[tier_groups]]\nid = \"g\"\ncurrencies = \"stars\"\n"
              "tiers = [{id = \"t\", threshold = 0}]\n",
       {"9:1 tier_groups[0].model MISSING_TIER_MODEL",
        "9:1 tier_groups[0].qualification_period MISSING_QUALIFICATION_PERIOD",
        "9:1 tier_groups[0].tier_period MISSING_TIER_PERIOD"}},
      {"falling thresholds",
       head + group +
           "[[tier_groups.tiers]]\nid = \"a\"\nthreshold = 10\n"
           "[[tier_groups.tiers]]\nid = \"b\"\nthreshold = 10\n",
       {"20:13 tier_groups[0].tiers[1].thresholds[0].minimum INVALID_THRESHOLDS"}},
      {"negative threshold by currency",
       head + group + "tiers = [{id = \"a\", thresholds = {stars = -5}}]\n",
       {"15:43 tier_groups[0].tiers[0].thresholds[0].minimum INVALID_THRESHOLDS"}},
      {"threshold of an unknown currency",
       head + group + "tiers = [{id = \"a\", thresholds = {moons = 5}}]\n",
       {"15:35 tier_groups[0].tiers[0].thresholds[0].currency INVALID_DEFINITION"}},
      {"spendable points in a tier group",
       head + "[[tier_groups]]\nid = \"g\"\nmodel = \"fixed\"\nqualification_period = \"1 year\"\n"
              "tier_period = \"1 year\"\ncurrencies = [\"points\"]\n"
              "tiers = [{id = \"t\", threshold = 0}]\n",
       {"14:15 tier_groups[0].currencies[0] TIER_GROUP_NOT_ALLOWED"}},
      {"currency of two groups",
       head + group + "tiers = [{id = \"t\", threshold = 0}]\n" + "[[tier_groups]]\nid = \"h\"\n" +
           "model = \"fixed\"\nqualification_period = \"1 year\"\ntier_period = \"1 year\"\n" +
           "currencies = \"stars\"\ntiers = [{id = \"u\", threshold = 0}]\n",
       {"21:14 tier_groups[1].currencies[0] CURRENCY_ALREADY_IN_TIER_GROUP"}},
      {"expiry of a qualifying currency",
       "id = \"p\"\n[[currencies]]\nid = \"c\"\nkind = \"qualifying\"\nexpiry = \"fixed\"\n"
       "expiry_period = \"1 year\"\n",
       {"5:10 currencies[0].expiry EXPIRY_NOT_ALLOWED"}},
      {"offer for tier points",
       head + "[[offers]]\nid = \"o\"\ncurrency = \"stars\"\ncost = 5\n",
       {"11:12 offers[0].currency QUALIFYING_NOT_REDEEMABLE"}},
      {"unknown tier of a multiplier",
       head + "[[rules]]\nid = \"r\"\ncurrency = \"points\"\nwhen = {activities = []}\nrate = 1\n"
              "multipliers = {iron = 2}\n",
       {"14:16 rules[0].multipliers[0].tier INVALID_DEFINITION"}},
      {"reserved activity in a single word",
       head + "[[rules]]\nid = \"r\"\ncurrency = \"points\"\nrate = 1\n"
              "[rules.when]\nactivities = \"redemption\"\n",
       {"14:14 rules[0].when.activities[0] INVALID_DEFINITION"}},
      {"no reward",
       head + "[[promotions]]\nid = \"q\"\ntarget = 5\nwhen = {activities = []}\nreward = {}\n",
       {"13:10 promotions[0].reward INVALID_DEFINITION"}},
  });
}

TEST(ProgramMistakes, AreAllReportedAtOnceInTheOrderOfTheFile) {
  EXPECT_THAT(
      mistakes_of(head + "[[offers]]\n"
                         "id = \"o o\"\n"
                         "currency = \"stars\"\n"
                         "cost = \"many\"\n"
                         "[[rules]]\n"
                         "id = \"r\"\n"
                         "rte = -1\n"
                         "currency = \"gold\"\n"
                         "[rules.when]\n"
                         "activities = []\n"
                         "from = \"soon\"\n"),
      ElementsAre("10:6 offers[0].id INVALID_DEFINITION",
                  "11:12 offers[0].currency QUALIFYING_NOT_REDEEMABLE",
                  "12:8 offers[0].cost INVALID_DEFINITION", "15:1 rules[0].rte INVALID_DEFINITION",
                  "15:7 rules[0].rate INVALID_DEFINITION",
                  "16:12 rules[0].currency INVALID_DEFINITION",
                  "19:8 rules[0].when.from INVALID_DEFINITION"));
}

TEST(ProgramMistakes, OfSpellingAreReportedOnceAndNotForEveryUse) {
  EXPECT_THAT(
      mistakes_of("id = \"p\"\n"
                  "[[currency]]\n"
                  "id = \"points\"\n"
                  "kind = \"non-qualifying\"\n"
                  "[[offers]]\n"
                  "id = \"o\"\n"
                  "currency = \"points\"\n"
                  "cost = 5\n"),
      ElementsAre("2:3 currency INVALID_DEFINITION", "4:8 currencies[0].kind INVALID_DEFINITION"));
}

TEST(ProgramMistakes, SayWhatIsExpected) {
  EXPECT_EQ(message_of("id = \"p\"\nmonney = \"USD\"\n"),
            "unknown key \"monney\"; did you mean \"money\"?");
  EXPECT_THAT(message_of("id = \"p\"\nxyz = 1\n"),
              HasSubstr("unknown key \"xyz\"; expected one of name, time_zone, money, active"));
  EXPECT_EQ(message_of("id = \"p\"\nactive = 1\n"), "expected true or false, found a whole number");
  EXPECT_EQ(message_of("id = \"p\"\n[[currencies]]\nid = \"c\"\nkind = \"cash\"\n"),
            "unknown word \"cash\"; expected one of non_qualifying, qualifying");
  EXPECT_EQ(
      message_of("id = \"p\"\n[[vouchers]]\nid = \"v\"\nkind = \"value\"\nface_value = 9.5\n"),
      "expected money: a string with two decimals such as \"10.00\", or a whole number of "
      "minor units such as 1000; write \"9.5\" in quotes, with two decimals");
  EXPECT_EQ(message_of("id = \"p\"\n[[currencies]]\nkind = \"qualifying\"\n"),
            "id is missing; expected name used in rules and replies");
}

TEST(ProgramMistakes, PrintAsEditorsReadThem) {
  const auto loaded = parse_program("id = \"p\"\nmoney = \"usd\"\n", "shop.toml");
  ASSERT_FALSE(loaded);
  EXPECT_EQ(to_string(loaded.error()[0]),
            "shop.toml:2:9: error: money: \"usd\" is not a currency code; expected three capitals "
            "such as USD [INVALID_DEFINITION]");
}

// Whatever is done to a good file, the loader answers: with a program or with placed mistakes.
RC_GTEST_PROP(ProgramMistakes, NeverCrashTheLoader, ()) {
  static const std::string whole = [] {
    std::ifstream file(LOYALTY_PROGRAMS_DIR "/cloud-kicks.toml");
    std::stringstream text;
    text << file.rdbuf();
    return text.str();
  }();
  std::string text = whole;
  const auto changes = *rc::gen::inRange(1, 4);
  for (int i = 0; i < changes; ++i) {
    const auto at = *rc::gen::inRange<std::size_t>(0, text.size());
    const auto length = *rc::gen::inRange<std::size_t>(0, 40);
    text.replace(at, length,
                 *rc::gen::element<std::string>("", "7", "\"", "[", "=", "\n", "x", "}",
                                                "[[rules]]\n", "-1", "\xff", "1e9"));
  }
  const auto loaded = parse_program(text, "p.toml");
  if (loaded) return;
  RC_ASSERT(!loaded.error().empty());
  for (const Finding& finding : loaded.error()) {
    RC_ASSERT(finding.line >= 1);
    RC_ASSERT(finding.column >= 1);
    RC_ASSERT(!finding.message.empty());
  }
}

}  // namespace
}  // namespace loyalty::config
