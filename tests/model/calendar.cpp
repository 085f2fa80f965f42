// SPDX-License-Identifier: Apache-2.0
#include "tests/model/calendar.hpp"

#include <algorithm>
#include <chrono>
#include <map>
#include <string>

namespace loyalty::model {

namespace {

using std::chrono::sys_days;
using std::chrono::year_month_day;

year_month_day civil(Day day) { return year_month_day{sys_days{std::chrono::days{day}}}; }
Day number(const year_month_day& date) {
  return static_cast<Day>(sys_days{date}.time_since_epoch().count());
}

}  // namespace

Day after(Day day, domain::Period period) {
  if (period.unit == domain::PeriodUnit::days) return day + period.count;
  const std::chrono::months months{period.count *
                                   (period.unit == domain::PeriodUnit::years ? 12 : 1)};
  const year_month_day end = civil(day) + months;
  if (end.ok()) return number(end);
  const auto next = std::chrono::year_month{end.year(), end.month()} + std::chrono::months{1};
  return number(next / std::chrono::day{1});
}

Day date(int year, unsigned month, unsigned day) {
  return number(
      year_month_day{std::chrono::year{year}, std::chrono::month{month}, std::chrono::day{day}});
}

Day rounded_up(Day day, domain::ExpiryRounding to) {
  const auto starts = [&](Day d) {
    const year_month_day date = civil(d);
    if (to == domain::ExpiryRounding::none) return true;
    return date.day() == std::chrono::day{1} &&
           (to == domain::ExpiryRounding::month || date.month() == std::chrono::January);
  };
  while (!starts(day)) ++day;
  return day;
}

int year_of(Day day) { return static_cast<int>(civil(day).year()); }

Calendar::Calendar(std::string_view zone)
    : zone_(*domain::Zone::find(zone)), first_(date(2020, 1, 1)) {}

Ms Calendar::midnight(Day day) const {
  while (midnights_.size() <= static_cast<std::size_t>(day - first_)) {
    const Day next = first_ + static_cast<Day>(midnights_.size());
    midnights_.push_back(zone_.start_of(domain::LocalDay{next}).ms);
  }
  return midnights_[static_cast<std::size_t>(day - first_)];
}

Day Calendar::day_of(Ms instant) const {
  Day day = static_cast<Day>(instant / 86'400'000) - 2;
  while (midnight(day + 1) <= instant) ++day;
  return day;
}

std::string Calendar::words(Ms instant) const {
  if (instant >= never_ms) return "never";
  const Day day = day_of(instant);
  const Ms rest = instant - midnight(day);
  const auto two = [](Ms n) { return (n < 10 ? "0" : "") + std::to_string(n); };
  std::string text = domain::to_string(domain::LocalDay{day}) + " " + two(rest / 3'600'000) + ":" +
                     two(rest / 60'000 % 60);
  if (rest % 60'000 != 0) text += " +" + std::to_string(rest % 60'000) + "ms";
  return text;
}

const Calendar& calendar_of(std::string_view zone) {
  static std::map<std::string, Calendar, std::less<>> all;
  return all.try_emplace(std::string(zone), zone).first->second;
}

}  // namespace loyalty::model
