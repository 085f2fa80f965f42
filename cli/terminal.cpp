// SPDX-License-Identifier: Apache-2.0
#include "cli/terminal.hpp"

#include <unistd.h>

#include <array>
#include <cstdio>
#include <ctime>

namespace loyalty::cli {
namespace {

using namespace std::chrono_literals;
constexpr auto redraw_interval = 100ms;

}  // namespace

bool is_terminal(int fd) { return ::isatty(fd) == 1; }

ProgressLine::ProgressLine() : enabled_(is_terminal(STDERR_FILENO)) {}
ProgressLine::~ProgressLine() { clear(); }

bool ProgressLine::is_due() const { return enabled_ && std::chrono::steady_clock::now() >= next_; }

void ProgressLine::show(std::string_view text) {
  if (!enabled_) return;
  std::fprintf(stderr, "\r\033[K%.*s", static_cast<int>(text.size()), text.data());
  std::fflush(stderr);
  shown_ = true;
  next_ = std::chrono::steady_clock::now() + redraw_interval;
}

void ProgressLine::clear() {
  if (!shown_) return;
  std::fputs("\r\033[K", stderr);
  std::fflush(stderr);
  shown_ = false;
}

std::string grouped(std::int64_t number) {
  std::string text = std::to_string(number);
  const std::size_t first = number < 0 ? 1 : 0;
  for (std::size_t at = text.size(); at > first + 3; at -= 3) text.insert(at - 3, 1, ',');
  return text;
}

std::string money_text(std::int64_t minor_units) {
  const std::uint64_t size = minor_units < 0 ? 0 - static_cast<std::uint64_t>(minor_units)
                                             : static_cast<std::uint64_t>(minor_units);
  const std::string cents = std::to_string(size % 100);
  return (minor_units < 0 ? "-" : "") + std::to_string(size / 100) + "." +
         (cents.size() < 2 ? "0" : "") + cents;
}

std::string clock_text(std::int64_t epoch_ms) {
  const std::time_t seconds = epoch_ms / 1000;
  std::tm local{};
  if (::localtime_r(&seconds, &local) == nullptr) return "--:--:--";
  std::array<char, 16> text{};
  std::strftime(text.data(), text.size(), "%H:%M:%S", &local);
  return text.data();
}

std::string padded(std::string_view text, std::size_t width) {
  std::string result(text);
  if (result.size() < width) result.append(width - result.size(), ' ');
  return result;
}

}  // namespace loyalty::cli
