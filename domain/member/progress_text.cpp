// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <array>
#include <charconv>
#include <string_view>

#include "domain/member/views.hpp"

/// Progress in words.
namespace loyalty::domain {
namespace {

/// A few numbers and words one after the other, put together in place.
class ShortLine {
 public:
  void add(std::int64_t number) {
    end_ = std::to_chars(end_, room_.data() + room_.size(), number).ptr;
  }
  void add(std::string_view word) { end_ = std::copy(word.begin(), word.end(), end_); }
  std::string_view text() const { return {room_.data(), end_}; }

 private:
  std::array<char, 48> room_;  // NOLINT(cppcoreguidelines-pro-type-member-init): filled by add
  char* end_ = room_.data();
};

bool in_money(const Promotion& promotion) { return promotion.measure == Measure::amount; }

/// "12.50 "
void add_number(ShortLine& line, const Promotion& promotion, std::int64_t amount) {
  if (in_money(promotion)) {  // minor units are not for people
    const std::int64_t cents = amount % 100;
    line.add(amount / 100);
    line.add(cents >= 0 && cents < 10 ? ".0" : ".");
    line.add(cents);
  } else {
    line.add(amount);
  }
  line.add(" ");
}

const std::string& unit_of(const Promotion& promotion, std::int64_t amount) {
  return amount == (in_money(promotion) ? 100 : 1) ? promotion.unit : promotion.units;
}

}  // namespace

std::string amount_text(const Promotion& promotion, std::int64_t amount) {
  ShortLine number;
  add_number(number, promotion, amount);
  return std::string(number.text()) + unit_of(promotion, amount);
}

std::string progress_text(const Promotion& promotion, std::int64_t completed) {
  const std::int64_t remaining = promotion.target - completed;
  if (promotion.kind == PromotionKind::standard) return {};
  if (remaining <= 0) return "complete";
  ShortLine number;
  add_number(number, promotion, remaining);
  const std::string& unit = unit_of(promotion, remaining);
  ShortLine rest;
  rest.add(" away, ");
  rest.add(100 * completed / promotion.target);
  rest.add(" %");
  std::string text;
  text.reserve(number.text().size() + unit.size() + rest.text().size());
  text.append(number.text()).append(unit).append(rest.text());
  return text;
}

}  // namespace loyalty::domain
