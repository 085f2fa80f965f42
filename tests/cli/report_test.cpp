// SPDX-License-Identifier: Apache-2.0
#include "cli/report.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "cli/json.hpp"

/// The tables that people read.
namespace loyalty::cli {
namespace {

using testing::HasSubstr;
using testing::Not;

Value value_of(const char* json) { return *parse_json(json); }

TEST(TotalsTable, HasOneLineForEachPeriodAndCurrency) {
  const auto text = totals_text(value_of(R"({
    "program": "shop", "money": "USD", "from": "2026-01-01", "until": "2026-03-01",
    "members": {"enrolled": 1200, "left": 1, "members": 1199}, "liability": 123456,
    "lines": [{"period": "2026-01-01", "activity": {"activities": 1500, "amount": 1234500,
        "returns": 0, "returned_amount": 0, "redemptions": 3, "cancellations": 0,
        "partner_liability": -5},
      "points": [{"currency": "points", "issued": 12345, "taken_back": 0, "redeemed": 300,
        "given_back": 0, "expired": 0,
        "end": {"outstanding": 12045, "in_escrow": 7, "liability": 12045}}]}]})"));
  EXPECT_EQ(
      text,
      "shop from 2026-01-01 until before 2026-03-01, money in USD\n"
      "1,199 members at the end, 1,200 enrolled, 1 left\n"
      "\n"
      "period      activities    amount  returns  returned  redemptions  cancelled  partners "
      "owe\n"
      "2026-01-01       1,500  12345.00        0      0.00            3          0         "
      "-0.05\n"
      "\n"
      "period      points  issued  taken back  redeemed  given back  expired  outstanding  in "
      "escrow  liability\n"
      "2026-01-01  points  12,345           0       300           0        0       12,045     "
      "     7     120.45\n"
      "\n"
      "liability at the end  1234.56\n");
}

TEST(TotalsTable, ShowsTheBreakdownThatWasAskedFor) {
  const auto text = totals_text(value_of(R"({
    "program": "shop", "money": "USD", "from": "2026-01-01", "until": "2026-03-01",
    "members": {"enrolled": 0, "left": 0, "members": 0}, "liability": 0,
    "lines": [{"period": "2026-01-01", "category": "", "partner": "hotel",
      "activity": {"activities": 1}, "points": []}]})"));
  EXPECT_THAT(text, HasSubstr("period      category  partner  activities"));
  EXPECT_THAT(text, HasSubstr("2026-01-01  -         hotel             1"));
  EXPECT_THAT(text, Not(HasSubstr("liability")));
}

TEST(TotalsTable, SaysThatNothingHappened) {
  EXPECT_THAT(totals_text(value_of(R"({"program": "shop", "lines": []})")),
              HasSubstr("Nothing happened."));
}

TEST(ExpiryTable, EndsWithWhatComesLaterOrNever) {
  const auto text = expiry_text(value_of(R"({
    "program": "shop", "money": "USD", "until": "2027-01-01",
    "lines": [{"period": "2026-12-01", "currency": "points", "subtype": "bonus", "partner": "",
               "points": 1000, "liability": 1000}],
    "later": [], "never": [{"period": "", "currency": "stars", "subtype": "", "partner": "hotel",
               "points": 5, "liability": 0}]})"));
  EXPECT_EQ(text,
            "shop, what expires before 2027-01-01 if nothing happens, money in USD\n"
            "\n"
            "from        points        issued by  expire  liability\n"
            "2026-12-01  points/bonus  -           1,000      10.00\n"
            "never       stars         hotel           5       0.00\n");
}

}  // namespace
}  // namespace loyalty::cli
