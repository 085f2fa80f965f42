// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "domain/program/currency_definition.hpp"
#include "domain/time.hpp"

/// Time as the model sees it (domain.md 2.1, "Time"). Of the code under test only the data of the
/// time zones is used; days and periods are reckoned here, by the C++ library.
namespace loyalty::model {

using Ms = std::int64_t;   ///< an instant, epoch milliseconds
using Day = std::int32_t;  ///< a local day, days since 1970-01-01

inline constexpr Ms never_ms = domain::never.ms;

/// The first day after a period that starts on `day`; the 1st of the next month where that day
/// does not exist.
Day after(Day day, domain::Period period);
/// The day of a date that exists.
Day date(int year, unsigned month, unsigned day);
/// The day itself when a month or a year starts on it, else the start of the next one.
Day rounded_up(Day day, domain::ExpiryRounding to);
int year_of(Day day);

/// The midnights of a zone.
class Calendar {
 public:
  explicit Calendar(std::string_view zone);
  Ms midnight(Day day) const;
  Day day_of(Ms instant) const;
  /// "2026-03-29 02:30"; hours since midnight.
  std::string words(Ms instant) const;

 private:
  domain::Zone zone_;
  mutable std::vector<Ms> midnights_;  // of first_, first_ + 1, ...
  Day first_;
};

/// One calendar per zone for the whole run.
const Calendar& calendar_of(std::string_view zone);

}  // namespace loyalty::model
