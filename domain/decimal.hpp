// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "domain/fields.hpp"

namespace loyalty::domain {

/// How a product of exact numbers becomes a whole number (domain.md 2.1, "Rounding").
enum class Rounding : std::uint8_t { floor, half_up, ceil };
template <>
struct EnumNames<Rounding> {
  static constexpr std::array<std::string_view, 3> names{"floor", "half_up", "ceil"};
};

/// An exact decimal: mantissa / 10^scale. Rates and multipliers are these, never binary floats.
struct Decimal {
  std::int64_t mantissa = 0;
  std::uint8_t scale = 0;

  static constexpr std::uint8_t max_scale = 9;

  /// Parses "1", "1.25", "-0.5": at most 9 digits before and 9 after the point; nullopt otherwise.
  static std::optional<Decimal> parse(std::string_view text);
  std::string to_string() const;

  friend bool operator==(const Decimal& a, const Decimal& b) {
    return a.mantissa == b.mantissa && a.scale == b.scale;
  }
};

inline constexpr Decimal one{1, 0};

/// round(amount x a x b / 10^extra_scale) with one rounding at the end; nullopt when the result
/// does not fit max_balance. Negative results round by the same rule on the number line.
std::optional<std::int64_t> multiply(std::int64_t amount, const Decimal& a, const Decimal& b,
                                     std::uint8_t extra_scale, Rounding rounding);

}  // namespace loyalty::domain
