// SPDX-License-Identifier: Apache-2.0
#include "domain/program/validation/bounds.hpp"

#include "domain/quantity.hpp"

namespace loyalty::domain::validation {
namespace {

constexpr std::size_t most_rules = 1'024;
constexpr std::size_t most_of_a_kind = 4'096;
constexpr std::size_t longest_string_bytes = 256;
constexpr std::int64_t largest_number = max_amount_per_operation;
// Keeps every boundary of a period inside the calendar that day arithmetic knows.
constexpr std::int64_t longest_period_days = 366'000;

std::int64_t approximate_days(const Period& period) {
  switch (period.unit) {
    case PeriodUnit::days: return period.count;
    case PeriodUnit::months: return std::int64_t{period.count} * 30;
    case PeriodUnit::years: return std::int64_t{period.count} * 366;
  }
  return 0;
}

}  // namespace

void check_bound(Check& check, const std::string& path, const std::string& text) {
  if (text.size() > longest_string_bytes) {
    check.report(path, "is " + std::to_string(text.size()) + " bytes long; at most " +
                           std::to_string(longest_string_bytes) + " are allowed");
  }
}

void check_bound(Check& check, const std::string& path, const std::optional<std::string>& text) {
  if (text) check_bound(check, path, *text);
}

void check_bound(Check& check, const std::string& path, std::int64_t number) {
  if (number < 0 || number > largest_number) {
    check.report(path, "is " + std::to_string(number) + "; expected a number from 0 to " +
                           std::to_string(largest_number));
  }
}

void check_bound(Check& check, const std::string& path, const std::optional<std::int64_t>& number) {
  if (number) check_bound(check, path, *number);
}

void check_bound(Check& check, const std::string& path, const Decimal& number) {
  constexpr std::int64_t too_large = 1'000'000'000'000'000'000;
  if (number.scale > Decimal::max_scale || number.mantissa >= too_large ||
      number.mantissa <= -too_large) {
    check.report(path, "expected a decimal with at most 9 digits before and 9 after the point");
  }
}

void check_bound(Check& check, const std::string& path, const Period& period) {
  if (period.count < 0 || approximate_days(period) > longest_period_days) {
    check.report(path,
                 "expected a period of at most 1000 years, such as \"3 years\" or \"30 days\"");
  }
}

void check_bound(Check& check, const std::string& path, const std::vector<std::string>& items) {
  check_list_size(check, path, items.size(), false);
  for (std::size_t i = 0; i < items.size(); ++i) {
    if (items[i].empty()) check.report(element(path, i), "must not be empty");
    check_bound(check, element(path, i), items[i]);
  }
}

void check_list_size(Check& check, const std::string& path, std::size_t size, bool of_rules) {
  const std::size_t most = of_rules ? most_rules : most_of_a_kind;
  if (size > most) {
    check.report(path, "has " + std::to_string(size) + " entries; at most " + std::to_string(most) +
                           " are allowed");
  }
}

}  // namespace loyalty::domain::validation
