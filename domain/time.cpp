// SPDX-License-Identifier: Apache-2.0
#include "domain/time.hpp"

#include <date/date.h>
#include <date/tz.h>

#include <algorithm>
#include <charconv>
#include <chrono>
#include <iterator>
#include <stdexcept>

namespace loyalty::domain {
namespace {

constexpr std::int64_t day_ms = 86'400'000;

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
    const date::time_zone* zone = date::locate_zone(std::string(name));
    Offsets offsets;
    date::sys_seconds at = date::sys_days{date::year::min() / 1 / 1};
    const date::sys_seconds last = date::sys_days{date::year{3000} / 1 / 1};
    while (at < last) {
      const date::sys_info info = zone->get_info(at);
      const std::int64_t offset = std::chrono::milliseconds{info.offset}.count();
      const std::int64_t before = offsets.empty() ? offset : offsets.back().offset;
      const std::int64_t from = std::chrono::milliseconds{info.begin.time_since_epoch()}.count();
      if (offsets.empty() || offset != before) offsets.push_back({from, offset, before});
      at = info.end;
    }
    return Zone(zone, std::make_shared<const Offsets>(std::move(offsets)));
  } catch (const std::exception&) {
    return std::nullopt;
  }
}

std::string_view Zone::name() const { return as_zone(zone_).name(); }

LocalDay Zone::day_of(Instant instant) const {
  const auto after =
      std::upper_bound(std::next(offsets_->begin()), offsets_->end(), instant.ms,
                       [](std::int64_t ms, const Offset& entry) { return ms < entry.from; });
  const std::int64_t local = instant.ms + std::prev(after)->offset;
  const std::int64_t day = local / day_ms;
  return {static_cast<std::int32_t>(local % day_ms < 0 ? day - 1 : day)};
}

Instant Zone::start_of(LocalDay day) const {
  const std::int64_t midnight = day.days * day_ms;
  // What is twice on the clock is looked for before the change: the day starts with the first.
  const auto after = std::partition_point(
      std::next(offsets_->begin()), offsets_->end(),
      [&](const Offset& entry) { return entry.from + entry.before <= midnight; });
  const Offset& known = *std::prev(after);
  // What the change skips is not on the clock before it: the day starts with the change.
  return {std::max(midnight - known.offset, known.from)};
}

}  // namespace loyalty::domain
