// SPDX-License-Identifier: Apache-2.0
#include "cli/notice_line.hpp"

#include <gtest/gtest.h>

#include <cstdlib>
#include <ctime>

#include "cli/json.hpp"
#include "cli/terminal.hpp"

namespace loyalty::cli {
namespace {

class NoticeLine : public testing::Test {
 protected:
  void SetUp() override {
    ::setenv("TZ", "UTC", 1);
    ::tzset();
  }
  static std::string line_of(const std::string& fields) {
    const auto notice =
        parse_json(R"({"program":"cloud-kicks","member":"ada","sequence":9,"at":1777658582000,)" +
                   fields + "}");
    return notice ? notice_line(*notice) : notice.error();
  }
};

TEST_F(NoticeLine, TellsOfProgress) {
  EXPECT_EQ(line_of(R"("event":"progress_updated","promotion":"latte-lovers","completed":8,
                       "target":10,"text":"2 lattes away, 80 %")"),
            "18:03:02 progress_updated latte-lovers 8/10: 2 lattes away, 80 %");
}

TEST_F(NoticeLine, TellsOfPointsAndTiers) {
  EXPECT_EQ(line_of(R"("event":"points_credited","points":19,"currency":"regular-points",
                       "rule":"shoe-purchase","text":"+19 regular-points")"),
            "18:03:02 points_credited shoe-purchase: +19 regular-points");
  EXPECT_EQ(
      line_of(R"("event":"tier_upgraded","from":"silver","to":"gold","text":"Welcome to gold")"),
      "18:03:02 tier_upgraded silver -> gold: Welcome to gold");
}

TEST_F(NoticeLine, ShowsTheFieldsOfWhatItDoesNotKnow) {
  EXPECT_EQ(line_of(R"("event":"voucher_used","voucher":57,"value":0)"),
            "18:03:02 voucher_used voucher=57 value=0");
}

TEST(Terminal, WritesNumbersForPeople) {
  EXPECT_EQ(grouped(0), "0");
  EXPECT_EQ(grouped(999), "999");
  EXPECT_EQ(grouped(1'234'567), "1,234,567");
  EXPECT_EQ(grouped(-123'456), "-123,456");
  EXPECT_EQ(money_text(1999), "19.99");
  EXPECT_EQ(money_text(-5), "-0.05");
  EXPECT_EQ(money_text(INT64_MIN), "-92233720368547758.08");
  EXPECT_EQ(padded("ab", 4), "ab  ");
  EXPECT_EQ(padded("abcde", 4), "abcde");
}

}  // namespace
}  // namespace loyalty::cli
