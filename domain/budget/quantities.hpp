// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cstdint>

#include "domain/fields.hpp"

namespace loyalty::domain {

/// What a budget is about (domain.md F46): each number on its own. Of a pre-paid pack (F51), only
/// `points`: partner points.
struct Quantities {
  std::int64_t points = 0;
  std::int64_t rewards = 0;
  std::int64_t vouchers = 0;
  std::int64_t liability = 0;  ///< minor units

  friend bool operator==(const Quantities&, const Quantities&) = default;
  static void fields(auto& self, auto visit) {
    visit(defaulted("points", "points; of a pre-paid pack partner points"), self.points);
    visit(defaulted("rewards", "rewards, of whatever kind"), self.rewards);
    visit(defaulted("vouchers", "vouchers"), self.vouchers);
    visit(defaulted("liability", "points x cost per point, minor units of money"), self.liability);
  }

  /// Makes one of two, number by number.
  static Quantities each(const Quantities& a, const Quantities& b, auto combine) {
    return {combine(a.points, b.points), combine(a.rewards, b.rewards),
            combine(a.vouchers, b.vouchers), combine(a.liability, b.liability)};
  }
  friend Quantities operator+(const Quantities& a, const Quantities& b) {
    return each(a, b, [](std::int64_t x, std::int64_t y) { return x + y; });
  }
  friend Quantities operator-(const Quantities& a, const Quantities& b) {
    return each(a, b, [](std::int64_t x, std::int64_t y) { return x - y; });
  }
  Quantities& operator+=(const Quantities& other) { return *this = *this + other; }
  Quantities& operator-=(const Quantities& other) { return *this = *this - other; }
  /// The smaller of each.
  friend Quantities least(const Quantities& a, const Quantities& b) {
    return each(a, b, [](std::int64_t x, std::int64_t y) { return std::min(x, y); });
  }
  /// What of it is above zero.
  Quantities positive() const {
    return each(*this, {}, [](std::int64_t x, std::int64_t y) { return std::max(x, y); });
  }
  bool covers(const Quantities& wanted) const {
    return (wanted - *this).positive() == Quantities{};
  }
};

}  // namespace loyalty::domain
