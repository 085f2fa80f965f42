// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <compare>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "domain/fields.hpp"

/// Instants, local days and periods as domain.md 2.1 ("Time") defines them.
namespace loyalty::domain {

/// A point in time: milliseconds since 1970-01-01T00:00Z.
struct Instant {
  std::int64_t ms = 0;
  friend auto operator<=>(const Instant&, const Instant&) = default;
};

/// "Never": what has no end ends here. Sorts after every real instant.
inline constexpr Instant never{9'000'000'000'000'000};

/// A calendar day without a zone: days since 1970-01-01.
struct LocalDay {
  std::int32_t days = 0;
  friend auto operator<=>(const LocalDay&, const LocalDay&) = default;
};

struct CalendarDate {
  int year = 1970;
  unsigned month = 1;
  unsigned day = 1;
};

CalendarDate calendar(LocalDay day);
/// The day of a date; a date that does not exist (31 April) gives nullopt.
std::optional<LocalDay> day_of(const CalendarDate& date);
/// "2026-03-31"; nullopt when it is not a date.
std::optional<LocalDay> parse_day(std::string_view text);
std::string to_string(LocalDay day);

enum class PeriodUnit : std::uint8_t { days, months, years };
template <>
struct EnumNames<PeriodUnit> {
  static constexpr std::array<std::string_view, 3> names{"days", "months", "years"};
};

/// A length in calendar units; count 0 means "none".
struct Period {
  std::int32_t count = 0;
  PeriodUnit unit = PeriodUnit::days;
  explicit operator bool() const { return count != 0; }
  friend bool operator==(const Period&, const Period&) = default;
};

/// "3 years", "30 days", "1 month"; nullopt when it is not a period of 1..100,000 units.
std::optional<Period> parse_period(std::string_view text);
std::string to_string(const Period& period);

/// The first day after a period that starts on `day` (half-open). Where the day does not exist
/// (31 Jan + 1 month, 29 Feb + 1 year) the period ends on the 1st of the next month.
LocalDay add(LocalDay day, const Period& period);

/// A program's IANA time zone. Its offsets are read from the machine's tzdata once, when it is
/// found.
class Zone {
 public:
  /// nullopt when the zone is unknown to the machine's tzdata.
  static std::optional<Zone> find(std::string_view name);

  std::string_view name() const;
  LocalDay day_of(Instant instant) const;
  /// 00:00 local of the day; where a clock change skips midnight, the first instant after the gap.
  Instant start_of(LocalDay day) const;

 private:
  /// The local time is UTC + `offset` from an instant on, before it UTC + `before`; milliseconds.
  struct Offset {
    std::int64_t from = 0;
    std::int64_t offset = 0;
    std::int64_t before = 0;
  };
  using Offsets = std::vector<Offset>;  // ascending; the first is from ever
  Zone(const void* zone, std::shared_ptr<const Offsets> offsets)
      : zone_(zone), offsets_(std::move(offsets)) {}

  const void* zone_;  // a date::time_zone, which lives as long as the process
  std::shared_ptr<const Offsets> offsets_;
};

}  // namespace loyalty::domain
