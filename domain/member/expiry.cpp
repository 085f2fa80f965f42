// SPDX-License-Identifier: Apache-2.0
#include "domain/member/expiry.hpp"

#include <algorithm>

namespace loyalty::domain {
namespace {

/// A period lengthened by another. Calendar units add up before they meet the calendar: a month
/// and a month from 31 January end on 31 March, not a month after 1 March.
LocalDay add_both(LocalDay start, const Period& period, const Period& more) {
  if (period.unit == more.unit) return add(start, {period.count + more.count, period.unit});
  if (period.unit == PeriodUnit::days || more.unit == PeriodUnit::days) {
    return add(add(start, period), more);
  }
  const auto months = [](const Period& p) {
    return p.unit == PeriodUnit::years ? 12 * p.count : p.count;
  };
  return add(start, {months(period) + months(more), PeriodUnit::months});
}

}  // namespace

LocalDay rounded_up(LocalDay day, ExpiryRounding rounding) {
  if (rounding == ExpiryRounding::none) return day;
  CalendarDate date = calendar(day);
  const unsigned months = rounding == ExpiryRounding::month     ? 1
                          : rounding == ExpiryRounding::quarter ? 3
                                                                : 12;
  date.month = (date.month - 1) / months * months + 1;
  date.day = 1;
  const LocalDay start = day_of(date).value_or(day);
  return start == day ? day : add(start, {static_cast<std::int32_t>(months), PeriodUnit::months});
}

LocalDay expiry_day(const Currency& currency, SubtypeId subtype, const Member& member,
                    LocalDay start) {
  const Subtype* share = subtype ? currency.subtype(subtype) : nullptr;
  const Period& period =
      share != nullptr && share->expiry_period ? share->expiry_period : currency.expiry_period;
  LocalDay end = add(start, period);
  for (const auto& extension : currency.extensions) {
    if (member.holds(extension.tier))
      end = std::max(end, add_both(start, period, extension.period));
  }
  return rounded_up(end, currency.expiry_rounding);
}

}  // namespace loyalty::domain
