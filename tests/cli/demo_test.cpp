// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <set>

#include "cli/demo_story.hpp"
#include "cli/exit_code.hpp"
#include "cli/json.hpp"
#include "tests/cli/domain_server.hpp"
#include "tests/cli/run_loyalty.hpp"

namespace loyalty::cli {
namespace {

using testing::HasSubstr;

std::int64_t points(const Value& member, std::string_view currency, std::string_view what) {
  return member["balances"][currency][what].number();
}

// Each number follows from config/programs/cloud-kicks.toml; the comments in demo_story.cpp say
// how.
TEST(Demo, EndsWithTheNumbersThatFollowFromTheProgram) {
  DomainServer server;
  const Ran ran = run_loyalty({"demo", "--connect", server.address(), "--json"});
  ASSERT_EQ(ran.code, exit_ok) << ran.err;
  const auto day = parse_json(ran.out);
  ASSERT_TRUE(day) << day.error();
  const Value& members = (*day)["members"];

  EXPECT_EQ(points(members["ada"], "regular-points", "available"), 2056);
  EXPECT_EQ(points(members["ada"], "tier-points", "available"), 1738);
  EXPECT_EQ(members["ada"]["tiers"].items().at(0)["tier"].text(), "diamond");
  EXPECT_EQ(members["ada"]["benefits"].items().size(), 4U);
  EXPECT_EQ((*day)["vouchers"]["ada"]["vouchers"].items().at(0)["status"].text(), "redeemed");
  EXPECT_EQ((*day)["tier_progress"]["ada"]["groups"]
                .items()
                .at(0)["missing_to_reach"]["tier-points"]
                .number(),
            3000 - 1738);

  EXPECT_EQ(points(members["ben"], "regular-points", "available"), 70);
  EXPECT_EQ(points(members["ben"], "regular-points", "pending"), 50);
  EXPECT_EQ(points(members["ben"], "tier-points", "available"), 0);
  EXPECT_EQ(points(members["chloe"], "regular-points", "available"), 283);
  EXPECT_EQ(points(members["dan"], "regular-points", "available"), 125);
  EXPECT_EQ(points(members["dan"], "regular-points", "pending"), 0);

  const Value& answers = (*day)["answers"];
  EXPECT_EQ(answers["dan-wishes"]["refused"].text(), "INSUFFICIENT_POINTS");
  EXPECT_EQ(answers["dan-certificate"]["pending"]["regular-points"].number(), 200);
  EXPECT_EQ(answers["ada-latte-2"]["progress"].items().at(0)["text"].text(), "2 lattes away, 80 %");
  EXPECT_EQ(answers["ada-runners-2"]["rules"].items().at(0)["multiplier"].text(), "1.25");
  EXPECT_EQ(answers["ada-runners-2"]["credited"]["regular-points"].number(), 1062);
  EXPECT_EQ(answers["chloe-scarf"]["credited"]["regular-points"].number(), 230 + 150);
  EXPECT_EQ(answers["dan-run-5"]["benefits"].items().at(0).text(), "run-club-night");

  const Value& partners = (*day)["partners"];
  EXPECT_EQ(partners["ursa-major-solar"]["net"].number(), 470 - 400);
  EXPECT_EQ(partners["kacy-retail"]["net"].number(), 408 - 320);
}

TEST(Demo, HappensOnceHoweverOftenItIsReplayed) {
  DomainServer server;
  const Ran first = run_loyalty({"demo", "--connect", server.address(), "--json"});
  const int writes = server.writes();
  const Ran second = run_loyalty({"demo", "--connect", server.address(), "--json"});
  EXPECT_EQ(second.code, exit_ok) << second.err;
  EXPECT_EQ(server.writes(), writes);
  EXPECT_EQ((*parse_json(first.out))["members"], (*parse_json(second.out))["members"]);
  EXPECT_EQ((*parse_json(first.out))["partners"], (*parse_json(second.out))["partners"]);
}

TEST(Demo, PrintsAReportThatFitsAScreenOrTwo) {
  DomainServer server;
  const Ran ran = run_loyalty({"demo", "--connect", server.address()});
  ASSERT_EQ(ran.code, exit_ok) << ran.err;
  EXPECT_LT(std::count(ran.out.begin(), ran.out.end(), '\n'), 80);
  EXPECT_THAT(ran.out, HasSubstr("progress_updated latte-lovers 8/10: 2 lattes away, 80 %"));
  EXPECT_THAT(ran.out, HasSubstr("850.00 x 1 x 1.25 = 1062 regular-points"));
  EXPECT_THAT(ran.out, HasSubstr("refused: INSUFFICIENT_POINTS"));
  EXPECT_THAT(ran.out, HasSubstr("Diamond, 2056 regular-points, 1738 tier-points"));
  EXPECT_THAT(ran.out, HasSubstr("pays 0.70 USD"));
}

TEST(DemoStory, HasKeysOfItsOwn) {
  std::set<std::string_view> keys;
  for (const DemoStep& step : demo_story()) EXPECT_TRUE(keys.insert(step.key).second) << step.key;
}

}  // namespace
}  // namespace loyalty::cli
