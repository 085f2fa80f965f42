// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include "cli/value.hpp"

namespace loyalty::cli {

struct ReportOptions {
  std::string connect;
  std::string what = "totals";  ///< totals, outstanding or expiry
  std::string program;          ///< "": the only one
  std::string from;
  std::string until;
  std::string by;
  std::string per;
  std::string day;
  bool json = false;
};

/// `loyalty report`: what happened in a program, what it owes, what will expire (docs/reports.md).
int report(const ReportOptions& options);

/// The answers of program_report, outstanding_points and expiry_forecast as tables.
std::string totals_text(const Value& answer);
std::string outstanding_text(const Value& answer);
std::string expiry_text(const Value& answer);

}  // namespace loyalty::cli
