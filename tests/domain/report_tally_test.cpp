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

ReportRows as_rows(const ReportTally& tally, const ReportTally::Group& group) {
  for (const auto& sum : group) EXPECT_NE(sum.amount, 0);
  return tally.rows_of(group);
}

TEST(ReportTally, AddsUpToTheRowsThatTheCountsMakeOneByOne) {
  std::mt19937 random(1);
  ReportTally tally;
  ReportRows gathered;
  for (int group = 0; group < 50; ++group) {
    ReportRows expected;
    for (int record = group * 3; record > 0; --record) {
      ReportCounts counts;
      for (auto left = random() % 30; left > 0; --left) counts.add(random_count(random, counts));
      expected.add(counts);
      tally.add(counts);
    }
    EXPECT_EQ(tally.open(), expected) << group;
    const auto closed = tally.close();
    EXPECT_EQ(as_rows(tally, closed), expected) << group;
    EXPECT_TRUE(tally.open().empty());
    EXPECT_TRUE(tally.close().empty());
    if (group % 3 == 0) continue;
    tally.gather(closed);
    gathered.add(expected);
    EXPECT_EQ(tally.gathered(), gathered) << group;
    if (group % 7 != 0) continue;
    EXPECT_EQ(tally.take_gathered(), gathered) << group;
    gathered.clear();
  }
}

TEST(ReportTally, KnowsOnlyTheRowsOfTheGroupWhateverTheOthersHad) {
  ReportTally tally;
  int forgotten = 0;
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
    EXPECT_EQ(as_rows(tally, tally.close()), expected) << group;
    if (!tally.crowded()) continue;
    tally.forget();
    ++forgotten;
  }
  EXPECT_GT(forgotten, 3);
}

TEST(ReportTally, KnowsEveryMeasure) {
  ReportTally tally;
  ReportCounts counts;
  counts.add({.measure = ReportMeasure::members, .amount = 4});
  tally.add(counts);
  EXPECT_EQ(tally.open().all().begin()->second.of(ReportMeasure::members), 4);
}

}  // namespace
}  // namespace loyalty::domain
