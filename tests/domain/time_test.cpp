// SPDX-License-Identifier: Apache-2.0
#include "domain/time.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace loyalty::domain {
namespace {

constexpr std::int64_t hour_ms = 3'600'000;

LocalDay day(std::string_view text) { return parse_day(text).value(); }
Zone zone(std::string_view name) { return Zone::find(name).value(); }

TEST(LocalDay, ParsesAndPrints) {
  EXPECT_EQ(day("1970-01-01").days, 0);
  EXPECT_EQ(day("2000-03-01").days, 11'017);
  for (const std::string_view text : {"1969-12-31", "2024-02-29", "2026-12-31", "9999-12-31"}) {
    EXPECT_EQ(to_string(day(text)), text);
  }
  for (const std::string_view text :
       {"", "2026", "2026-1-1", "2026-02-29", "2026-04-31", "2026-13-01", "2026-00-10",
        "2026-01-00", "2026/01/01", "26-01-01xx", "2026-01-01T", "2026--1-01", "2026-01-+1"}) {
    SCOPED_TRACE(text);
    EXPECT_FALSE(parse_day(text));
  }
  EXPECT_FALSE(day_of({2026, 4, 31}));
  EXPECT_EQ(calendar(day("2026-11-21")).month, 11U);
}

TEST(Period, ParsesAndPrints) {
  EXPECT_EQ(parse_period("3 years"), (Period{3, PeriodUnit::years}));
  EXPECT_EQ(parse_period("1 month"), (Period{1, PeriodUnit::months}));
  EXPECT_EQ(parse_period("1 days"), (Period{1, PeriodUnit::days}));
  EXPECT_EQ(to_string(*parse_period("1 days")), "1 day");
  EXPECT_EQ(to_string(*parse_period("90 days")), "90 days");
  for (const std::string_view text :
       {"", "3", "years", "3 weeks", "0 days", "-1 days", "3  days", "2 day", "100001 days",
        "1.5 years", "3 years ", " 3 years"}) {
    SCOPED_TRACE(text);
    EXPECT_FALSE(parse_period(text));
  }
}

TEST(Period, EndsOnTheFirstOfTheNextMonthWhereItsDayDoesNotExist) {
  struct Row {
    std::string_view start, period, end;
  };
  for (const Row& row : {
           Row{"2026-01-31", "1 month", "2026-03-01"},
           Row{"2024-01-31", "1 month", "2024-03-01"},
           Row{"2026-01-28", "1 month", "2026-02-28"},
           Row{"2024-02-29", "1 year", "2025-03-01"},
           Row{"2024-02-29", "4 years", "2028-02-29"},
           Row{"2026-03-31", "1 month", "2026-05-01"},
           Row{"2026-10-31", "4 months", "2027-03-01"},
           Row{"2026-12-31", "2 months", "2027-03-01"},
           Row{"2026-11-30", "1 month", "2026-12-30"},
           Row{"2026-12-15", "1 month", "2027-01-15"},
           Row{"2026-12-31", "1 day", "2027-01-01"},
           Row{"2024-02-28", "2 days", "2024-03-01"},
           Row{"2023-11-21", "3 years", "2026-11-21"},
           Row{"2096-02-29", "4 years", "2100-03-01"},
       }) {
    SCOPED_TRACE(testing::Message() << row.start << " + " << row.period);
    EXPECT_EQ(to_string(add(day(row.start), *parse_period(row.period))), row.end);
  }
}

TEST(Zone, IsFoundByItsIanaName) {
  EXPECT_EQ(zone("America/Los_Angeles").name(), "America/Los_Angeles");
  EXPECT_TRUE(Zone::find("UTC"));
  for (const std::string_view name : {"", "Mars/Olympus", "america/los_angeles", "../etc/passwd"}) {
    SCOPED_TRACE(name);
    EXPECT_FALSE(Zone::find(name));
  }
}

// Expected instants are UTC wall clocks, computed from the published rules of each zone; all are
// past, since rules of the future change.
TEST(Zone, DaysStartAtLocalMidnightOrAtTheFirstInstantAfterAGap) {
  struct Row {
    std::string_view zone, day, utc_day;
    std::int64_t utc_hour;
    std::int64_t hours;  // length of the local day
  };
  for (const Row& row : {
           Row{"UTC", "2026-06-15", "2026-06-15", 0, 24},
           Row{"America/Los_Angeles", "2026-01-15", "2026-01-15", 8, 24},
           Row{"America/Los_Angeles", "2026-07-15", "2026-07-15", 7, 24},
           Row{"America/Los_Angeles", "2026-03-08", "2026-03-08", 8, 23},
           Row{"America/Los_Angeles", "2026-11-01", "2026-11-01", 7, 25},
           Row{"Asia/Tokyo", "2026-01-01", "2025-12-31", 15, 24},
           // No midnight: 00:00 becomes 01:00.
           Row{"America/Sao_Paulo", "2018-11-04", "2018-11-04", 3, 23},
           Row{"Asia/Beirut", "2022-03-27", "2022-03-26", 22, 23},
           Row{"Africa/Cairo", "2023-04-28", "2023-04-27", 22, 23},
           // Two midnights: 24:00 becomes 23:00, so the day before is the long one.
           Row{"America/Sao_Paulo", "2018-02-17", "2018-02-17", 2, 25},
           Row{"America/Sao_Paulo", "2018-02-18", "2018-02-18", 3, 24},
           // 01:00 becomes 00:00: the day starts with the first of its two midnights.
           Row{"America/Havana", "2024-11-03", "2024-11-03", 4, 25},
           // A whole day that never was: 2011-12-30 in Samoa.
           Row{"Pacific/Apia", "2011-12-29", "2011-12-29", 10, 24},
           Row{"Pacific/Apia", "2011-12-31", "2011-12-30", 10, 24},
       }) {
    SCOPED_TRACE(testing::Message() << row.zone << " " << row.day);
    const Zone there = zone(row.zone);
    const LocalDay local = day(row.day);
    const Instant start = there.start_of(local);
    const std::int64_t utc_midnight = std::int64_t{day(row.utc_day).days} * 24 * hour_ms;
    EXPECT_EQ((start.ms - utc_midnight) / hour_ms, row.utc_hour);
    EXPECT_EQ(start.ms % hour_ms, 0);
    EXPECT_EQ(there.day_of(start), local) << "the day has begun";
    EXPECT_LT(there.day_of(Instant{start.ms - 1}), local) << "and not before";
    EXPECT_EQ((there.start_of({local.days + 1}).ms - start.ms) / hour_ms, row.hours);
  }
}

TEST(Zone, ADayThatNeverWasStartsWithTheNextOne) {
  const Zone apia = zone("Pacific/Apia");
  EXPECT_EQ(apia.start_of(day("2011-12-30")), apia.start_of(day("2011-12-31")));
}

TEST(Zone, CountsMillisecondsBefore1970Down) {
  EXPECT_EQ(zone("UTC").day_of(Instant{-1}), day("1969-12-31"));
  EXPECT_EQ(zone("UTC").day_of(Instant{0}), day("1970-01-01"));
}

RC_GTEST_PROP(Zone, EveryInstantLiesWithinItsDay, ()) {
  const auto name = *rc::gen::element<std::string>("America/Los_Angeles", "America/Sao_Paulo",
                                                   "Asia/Beirut", "Africa/Cairo", "Europe/London",
                                                   "Asia/Kathmandu", "America/Havana");
  const Instant instant{*rc::gen::inRange<std::int64_t>(0, 2'500'000'000'000)};
  const Zone there = zone(name);
  const LocalDay local = there.day_of(instant);
  RC_ASSERT(there.start_of(local) <= instant);
  RC_ASSERT(instant < there.start_of({local.days + 1}));
}

RC_GTEST_PROP(Period, NeverEndsBeforeALaterStart, ()) {
  const auto start = *rc::gen::inRange<std::int32_t>(0, 60'000);
  const Period period{*rc::gen::inRange<std::int32_t>(1, 1'000),
                      *rc::gen::element(PeriodUnit::days, PeriodUnit::months, PeriodUnit::years)};
  RC_ASSERT(add({start}, period) > LocalDay{start});
  RC_ASSERT(add({start}, period) <= add({start + 1}, period));
  RC_ASSERT(parse_day(to_string(add({start}, {1, period.unit}))).has_value());
  RC_ASSERT(parse_period(to_string(period)) == period);
}

}  // namespace
}  // namespace loyalty::domain
