// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <array>
#include <charconv>
#include <string_view>

#include "domain/member/views.hpp"

/// Progress in words.
namespace loyalty::domain {
namespace {

/// So long a unit is put together in place.
constexpr std::size_t most_in_place = 64;

/// A few numbers and words one after the other, and a unit that is not too long.
class ShortLine {
 public:
  void add(std::int64_t number) {
    end_ = std::to_chars(end_, room_.data() + room_.size(), number).ptr;
  }
  void add(std::string_view word) { end_ = std::copy(word.begin(), word.end(), end_); }
  std::string text() const {
    return std::string(room_.data(), static_cast<std::size_t>(end_ - room_.data()));
  }

 private:
  std::array<char, most_in_place + 64> room_;  // NOLINT(*-member-init): filled by add
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

/// " away, 80 %"
void add_rest(ShortLine& line, const Promotion& promotion, std::int64_t completed) {
  line.add(" away, ");
  line.add(100 * completed / promotion.target);
  line.add(" %");
}

}  // namespace

std::string amount_text(const Promotion& promotion, std::int64_t amount) {
  ShortLine number;
  add_number(number, promotion, amount);
  return number.text() + unit_of(promotion, amount);
}

std::string progress_text(const Promotion& promotion, std::int64_t completed) {
  const std::int64_t remaining = promotion.target - completed;
  if (promotion.kind == PromotionKind::standard) return {};
  if (remaining <= 0) return "complete";
  const std::string& unit = unit_of(promotion, remaining);
  ShortLine line;
  if (unit.size() > most_in_place) {
    add_rest(line, promotion, completed);
    return amount_text(promotion, remaining) + line.text();
  }
  add_number(line, promotion, remaining);
  line.add(unit);
  add_rest(line, promotion, completed);
  return line.text();
}

}  // namespace loyalty::domain
