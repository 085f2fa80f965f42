// SPDX-License-Identifier: Apache-2.0
#include "domain/program/periods.hpp"

namespace loyalty::domain {
namespace {

CapPeriod calendar_period(Streak streak) {
  switch (streak) {
    case Streak::none: break;
    case Streak::day: return CapPeriod::day;
    case Streak::week: return CapPeriod::week;
    case Streak::month: return CapPeriod::month;
  }
  return CapPeriod::lifetime;
}

}  // namespace

LocalDay cap_window(CapPeriod period, LocalDay day) {
  const auto first_of = [](int year, unsigned month) {
    return day_of(CalendarDate{year, month, 1}).value_or(LocalDay{});
  };
  const CalendarDate date = calendar(day);
  switch (period) {
    case CapPeriod::day: return day;
    case CapPeriod::week: {
      // 1970-01-01 was a Thursday, three days after a Monday.
      const std::int32_t since_monday = ((day.days + 3) % 7 + 7) % 7;
      return LocalDay{day.days - since_monday};
    }
    case CapPeriod::month: return first_of(date.year, date.month);
    case CapPeriod::quarter: return first_of(date.year, (date.month - 1) / 3 * 3 + 1);
    case CapPeriod::year: return first_of(date.year, 1);
    case CapPeriod::lifetime: return LocalDay{};
  }
  return LocalDay{};
}

LocalDay streak_period(Streak streak, LocalDay day) {
  return cap_window(calendar_period(streak), day);
}

LocalDay next_period(Streak streak, LocalDay day) {
  const LocalDay first = streak_period(streak, day);
  switch (streak) {
    case Streak::none: break;
    case Streak::day: return LocalDay{first.days + 1};
    case Streak::week: return LocalDay{first.days + 7};
    case Streak::month: return add(first, {1, PeriodUnit::months});
  }
  return first;
}

LocalDay previous_period(Streak streak, LocalDay day) {
  return streak_period(streak, LocalDay{streak_period(streak, day).days - 1});
}

}  // namespace loyalty::domain
