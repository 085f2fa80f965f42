// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <cstdint>
#include <random>
#include <string>

#include "domain/report/tally.hpp"

namespace loyalty::domain {
namespace {

ReportCount random_count(std::mt19937& random, ReportCounts& counts) {
  const std::string category = random() % 2 == 0 ? "" : "category " + std::to_string(random() % 3);
  return {.table = static_cast<ReportTable>(random() % 7),
          .measure = static_cast<ReportMeasure>(random() % 32),
          .first = static_cast<std::uint32_t>(random() % 3),
          .second = static_cast<std::uint32_t>(random() % 3),
          .third = static_cast<std::uint32_t>(random() % 2),
          .text = counts.text(category),
          .when = static_cast<std::int64_t>(random() % 3) - 1,
          .amount = static_cast<std::int64_t>(random() % 7) - 3};
}

ReportRows as_rows(const OrderedRows& rows) {
  ReportRows result;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    EXPECT_FALSE(rows.values(i).empty());
    if (i > 0) {
      EXPECT_LT(rows.key(i - 1), rows.key(i));
    }
    result.add(rows.key(i), rows.values(i));
  }
  return result;
}

TEST(ReportTally, AddsUpToTheRowsThatTheCountsMakeOneByOne) {
  std::mt19937 random(1);
  ReportTally tally;
  for (int group = 0; group < 50; ++group) {
    ReportRows expected;
    for (int record = group * 3; record > 0; --record) {
      ReportCounts counts;
      for (auto left = random() % 30; left > 0; --left) counts.add(random_count(random, counts));
      expected.add(counts);
      tally.add(counts);
    }
    EXPECT_EQ(tally.rows(), expected) << group;
    EXPECT_EQ(as_rows(tally.ordered()), expected) << group;
    tally.clear();
    EXPECT_TRUE(tally.rows().empty());
    EXPECT_EQ(tally.ordered().size(), 0);
  }
}

TEST(ReportTally, KnowsOnlyTheRowsOfTheGroupWhateverTheOthersHad) {
  ReportTally tally;
  for (int group = 0; group < 300; ++group) {
    ReportRows expected;
    ReportCounts counts;
    // A big group now and then, and days that go by.
    const std::uint32_t size = group % 50 == 0 ? 900 : 3;
    for (std::uint32_t i = 0; i < size; ++i) {
      counts.add({.first = (group * 7 + i * 31) % 1'997, .when = group / 10, .amount = group + 1});
    }
    expected.add(counts);
    tally.add(counts);
    EXPECT_EQ(as_rows(tally.ordered()), expected) << group;
    tally.clear();
  }
}

TEST(ReportTally, KnowsEveryMeasure) {
  ReportTally tally;
  ReportCounts counts;
  counts.add({.measure = ReportMeasure::members, .amount = 4});
  tally.add(counts);
  EXPECT_EQ(tally.rows().all().begin()->second.of(ReportMeasure::members), 4);
}

TEST(ReportRows, AreTheSameWhereverTheyAreLookedForFirst) {
  std::mt19937 random(2);
  ReportRows near;
  ReportRows plain;
  auto place = near.begin();
  for (int i = 0; i < 5'000; ++i) {
    // Mostly in order, sometimes from the beginning again; sums of 0 are no rows.
    const ReportKey key{.when = static_cast<std::int64_t>(i % 40 + random() % 4)};
    const ReportValue value{static_cast<ReportMeasure>(random() % 3),
                            static_cast<std::int64_t>(random() % 3) - 1};
    if (value.second == 0) continue;
    plain.add(key, value.first, value.second);
    place = near.add_near(place, key, {&value, 1});
    if (random() % 100 == 0) place = near.begin();
  }
  EXPECT_EQ(near, plain);
}

}  // namespace
}  // namespace loyalty::domain
