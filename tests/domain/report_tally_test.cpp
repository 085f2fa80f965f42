// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <random>

#include "domain/report/tally.hpp"

namespace loyalty::domain {
namespace {

ReportCount random_count(std::mt19937& random) {
  return {.key = {.table = static_cast<ReportTable>(random() % 7),
                  .when = static_cast<std::int64_t>(random() % 3) - 1,
                  .first = static_cast<std::uint32_t>(random() % 3),
                  .second = static_cast<std::uint32_t>(random() % 3),
                  .third = static_cast<std::uint32_t>(random() % 2),
                  .text = random() % 2 == 0 ? "" : "category " + std::to_string(random() % 3)},
          .measure = static_cast<ReportMeasure>(random() % 32),
          .amount = static_cast<std::int64_t>(random() % 7) - 3};
}

TEST(ReportTally, AddsUpToTheRowsThatTheCountsMakeOneByOne) {
  std::mt19937 random(1);
  ReportTally tally;
  for (int group = 0; group < 50; ++group) {
    ReportRows expected;
    for (int record = group * 3; record > 0; --record) {
      ReportCounts counts;
      for (auto left = random() % 30; left > 0; --left) counts.push_back(random_count(random));
      for (const auto& count : counts) expected.add(count);
      tally.add(counts);
    }
    EXPECT_EQ(tally.rows(), expected) << group;
    tally.clear();
    EXPECT_TRUE(tally.rows().empty());
  }
}

TEST(ReportTally, KnowsEveryMeasure) {
  ReportTally tally;
  tally.add({{.key = {}, .measure = ReportMeasure::members, .amount = 4}});
  EXPECT_EQ(tally.rows().all().begin()->second.of(ReportMeasure::members), 4);
}

}  // namespace
}  // namespace loyalty::domain
