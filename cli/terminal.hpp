// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

/// What people see while they wait, and how numbers and times are written for them.
namespace loyalty::cli {

bool is_terminal(int fd);

/// One line on stderr that is written over; nothing at all when stderr is no terminal.
class ProgressLine {
 public:
  ProgressLine();
  ~ProgressLine();
  ProgressLine(const ProgressLine&) = delete;
  ProgressLine& operator=(const ProgressLine&) = delete;

  bool enabled() const { return enabled_; }
  /// Whether the last line is old enough to be worth replacing.
  bool is_due() const;
  void show(std::string_view text);
  /// Takes the line away, so that something else can be printed.
  void clear();

 private:
  bool enabled_;
  bool shown_ = false;
  std::chrono::steady_clock::time_point next_;
};

/// 1234567 as "1,234,567".
std::string grouped(std::int64_t number);
/// Minor units as money: 1999 as "19.99", -5 as "-0.05".
std::string money_text(std::int64_t minor_units);
/// "10:03:02" of epoch ms, in the zone of this machine.
std::string clock_text(std::int64_t epoch_ms);
/// Filled with spaces up to a width.
std::string padded(std::string_view text, std::size_t width);

}  // namespace loyalty::cli
