// SPDX-License-Identifier: Apache-2.0
#include "domain/time.hpp"

#include <date/date.h>
#include <date/tz.h>

#include <charconv>
#include <chrono>
#include <stdexcept>

namespace loyalty::domain {
namespace {

date::year_month_day to_ymd(LocalDay day) {
  return date::year_month_day{date::sys_days{date::days{day.days}}};
}

LocalDay from_ymd(const date::year_month_day& ymd) {
  return {static_cast<std::int32_t>(date::sys_days{ymd}.time_since_epoch().count())};
}

const date::time_zone& as_zone(const void* zone) {
  return *static_cast<const date::time_zone*>(zone);
}

bool parse_number(std::string_view text, int& value) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  return error == std::errc{} && end == text.data() + text.size();
}

}  // namespace

CalendarDate calendar(LocalDay day) {
  const auto ymd = to_ymd(day);
  return {int{ymd.year()}, unsigned{ymd.month()}, unsigned{ymd.day()}};
}

std::optional<LocalDay> day_of(const CalendarDate& date) {
  const date::year_month_day ymd{date::year{date.year}, date::month{date.month},
                                 date::day{date.day}};
  if (!ymd.ok()) return std::nullopt;
  return from_ymd(ymd);
}

std::optional<LocalDay> parse_day(std::string_view text) {
  int year = 0;
  int month = 0;
  int day = 0;
  if (text.size() != 10 || text[4] != '-' || text[7] != '-') return std::nullopt;
  if (!parse_number(text.substr(0, 4), year) || !parse_number(text.substr(5, 2), month) ||
      !parse_number(text.substr(8, 2), day) || year < 0 || month < 0 || day < 0) {
    return std::nullopt;
  }
  return day_of({year, static_cast<unsigned>(month), static_cast<unsigned>(day)});
}

std::string to_string(LocalDay day) { return date::format("%F", to_ymd(day)); }

std::optional<Period> parse_period(std::string_view text) {
  const auto space = text.find(' ');
  if (space == std::string_view::npos) return std::nullopt;
  int count = 0;
  if (!parse_number(text.substr(0, space), count) || count < 1 || count > 100'000) {
    return std::nullopt;
  }
  const std::string_view unit = text.substr(space + 1);
  for (std::size_t i = 0; i < EnumNames<PeriodUnit>::names.size(); ++i) {
    const std::string_view plural = EnumNames<PeriodUnit>::names[i];
    if (unit == plural || (count == 1 && unit == plural.substr(0, plural.size() - 1))) {
      return Period{count, static_cast<PeriodUnit>(i)};
    }
  }
  return std::nullopt;
}

std::string to_string(const Period& period) {
  std::string text = std::to_string(period.count) + " " + std::string(name_of(period.unit));
  if (period.count == 1) text.pop_back();
  return text;
}

LocalDay add(LocalDay day, const Period& period) {
  if (period.unit == PeriodUnit::days) return {day.days + period.count};
  auto ymd = to_ymd(day);
  ymd += date::months{period.unit == PeriodUnit::years ? 12 * period.count : period.count};
  if (ymd.ok()) return from_ymd(ymd);
  const date::year_month next = ymd.year() / ymd.month() + date::months{1};
  return from_ymd(next / 1);
}

std::optional<Zone> Zone::find(std::string_view name) {
  try {
    return Zone(date::locate_zone(std::string(name)));
  } catch (const std::exception&) {
    return std::nullopt;
  }
}

std::string_view Zone::name() const { return as_zone(zone_).name(); }

LocalDay Zone::day_of(Instant instant) const {
  const auto local = as_zone(zone_).to_local(
      date::sys_time<std::chrono::milliseconds>{std::chrono::milliseconds{instant.ms}});
  return {static_cast<std::int32_t>(date::floor<date::days>(local).time_since_epoch().count())};
}

Instant Zone::start_of(LocalDay day) const {
  const date::local_days midnight{date::days{day.days}};
  const auto info = as_zone(zone_).get_info(midnight);
  const auto to_ms = [](auto sys) {
    return Instant{
        std::chrono::duration_cast<std::chrono::milliseconds>(sys.time_since_epoch()).count()};
  };
  // In a gap the first offset ends where the gap begins, which is the same instant as its end.
  if (info.result == date::local_info::nonexistent) return to_ms(info.first.end);
  // Twice on the clock: the day starts with the first of the two.
  return to_ms(date::sys_seconds{midnight.time_since_epoch()} - info.first.offset);
}

}  // namespace loyalty::domain
