// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <algorithm>
#include <vector>

#include "domain/member/tiers.hpp"

/// Where qualification periods begin and end (domain.md F31): found by a jump, and the same as by
/// walking.
namespace loyalty::domain {
namespace {

LocalDay on(int year, unsigned month, unsigned day) { return *day_of({year, month, day}); }

/// All boundaries between 1980 and 2060, and the first behind that.
std::vector<LocalDay> walked(const TierGroup& group, LocalDay anchor) {
  const bool fixed = group.model == TierModel::fixed;
  std::vector<LocalDay> boundaries;
  for (std::int32_t count = fixed ? -10'000 : 1;; ++count) {
    Period step = group.qualification_period;
    step.count *= count;
    const LocalDay boundary = add(anchor, step);
    if (on(1980, 1, 1) <= boundary) boundaries.push_back(boundary);
    if (on(2060, 1, 1) < boundary) return boundaries;
  }
}

void expect_the_first_of(const std::vector<LocalDay>& boundaries, const TierGroup& group,
                         LocalDay enrolled, LocalDay begin) {
  for (LocalDay day = begin; day < on(2040, 1, 1); day.days += 3) {
    const auto first = std::ranges::lower_bound(boundaries, day.days, {}, &LocalDay::days);
    ASSERT_EQ(boundary_on_or_after(group, enrolled, day).days, first->days)
        << to_string(day) << ", " << group.qualification_period.count << " "
        << static_cast<int>(group.qualification_period.unit) << ", from " << to_string(enrolled);
  }
}

std::vector<Period> periods() {
  return {{1, PeriodUnit::years},   {2, PeriodUnit::years},  {3, PeriodUnit::years},
          {1, PeriodUnit::months},  {2, PeriodUnit::months}, {6, PeriodUnit::months},
          {18, PeriodUnit::months}, {7, PeriodUnit::days},   {90, PeriodUnit::days}};
}

TEST(Boundaries, OfTheCalendarAreTheFirstOnOrAfterADay) {
  for (const Period& period : periods()) {
    for (const CalendarDate& reset :
         {CalendarDate{2000, 12, 31}, {2000, 2, 28}, {2000, 1, 30}, {2000, 6, 30}}) {
      TierGroup group;
      group.model = TierModel::fixed;
      group.qualification_period = period;
      group.reset_month = reset.month;
      group.reset_day_of_month = reset.day;
      const LocalDay anchor{day_of(reset)->days + 1};
      expect_the_first_of(walked(group, anchor), group, on(2026, 1, 1), on(1985, 1, 1));
    }
  }
}

TEST(Boundaries, OfAnAnniversaryAreTheFirstOnOrAfterADay) {
  for (const Period& period : periods()) {
    for (const LocalDay enrolled : {on(2020, 2, 29), on(2023, 1, 31), on(2022, 12, 31)}) {
      TierGroup group;
      group.model = TierModel::anniversary;
      group.qualification_period = period;
      expect_the_first_of(walked(group, enrolled), group, enrolled, enrolled);
    }
  }
}

}  // namespace
}  // namespace loyalty::domain
