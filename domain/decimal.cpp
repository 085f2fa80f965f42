// SPDX-License-Identifier: Apache-2.0
#include "domain/decimal.hpp"

#include <array>
#include <cstddef>

#include "domain/quantity.hpp"

namespace loyalty::domain {
namespace {

// Not ISO C++, but everywhere we run; an alias declaration cannot say __extension__.
__extension__ typedef __int128 Wide;  // NOLINT(modernize-use-using)

Wide power_of_ten(unsigned exponent) {
  Wide result = 1;
  while (exponent-- > 0) result *= 10;
  return result;
}

/// The powers of ten that 64 bits hold.
constexpr auto small_powers = [] {
  std::array<std::int64_t, 19> powers{1};
  for (std::size_t i = 1; i < powers.size(); ++i) powers[i] = 10 * powers[i - 1];
  return powers;
}();

/// 2 x denominator fits the numbers.
template <class Number>
Number divide(Number numerator, Number denominator, Rounding rounding) {
  Number quotient = numerator / denominator;
  Number rest = numerator % denominator;
  if (rest < 0) {  // make the division a floor division
    quotient -= 1;
    rest += denominator;
  }
  switch (rounding) {
    case Rounding::floor: return quotient;
    case Rounding::half_up: return rest * 2 >= denominator ? quotient + 1 : quotient;
    case Rounding::ceil: return rest > 0 ? quotient + 1 : quotient;
  }
  return quotient;
}

}  // namespace

std::optional<Decimal> Decimal::parse(std::string_view text) {
  Decimal result;
  bool negative = false;
  if (!text.empty() && (text.front() == '-' || text.front() == '+')) {
    negative = text.front() == '-';
    text.remove_prefix(1);
  }
  int whole_digits = 0;
  bool in_fraction = false;
  for (const char c : text) {
    if (c == '.') {
      if (in_fraction || whole_digits == 0) return std::nullopt;
      in_fraction = true;
      continue;
    }
    if (c < '0' || c > '9') return std::nullopt;
    if (in_fraction ? ++result.scale > max_scale : ++whole_digits > 9) return std::nullopt;
    result.mantissa = result.mantissa * 10 + (c - '0');
  }
  if (whole_digits == 0 || (in_fraction && result.scale == 0)) return std::nullopt;
  while (result.scale > 0 && result.mantissa % 10 == 0) {  // 1.50 and 1.5 are one number
    result.mantissa /= 10;
    --result.scale;
  }
  if (negative) result.mantissa = -result.mantissa;
  return result;
}

std::string Decimal::to_string() const {
  const bool negative = mantissa < 0;
  std::string digits = std::to_string(negative ? -mantissa : mantissa);
  if (scale > 0) {
    if (digits.size() <= scale) digits.insert(0, scale + 1 - digits.size(), '0');
    digits.insert(digits.size() - scale, ".");
  }
  return negative ? "-" + digits : digits;
}

std::optional<std::int64_t> multiply(std::int64_t amount, const Decimal& a, const Decimal& b,
                                     std::uint8_t extra_scale, Rounding rounding) {
  const unsigned scale = unsigned{a.scale} + b.scale + extra_scale;
  // Most products fit 64 bits, where dividing is much cheaper.
  std::int64_t small = 0;
  if (scale < small_powers.size() && !__builtin_mul_overflow(amount, a.mantissa, &small) &&
      !__builtin_mul_overflow(small, b.mantissa, &small)) {
    const auto result = divide(small, small_powers[scale], rounding);
    if (result > max_balance || result < -max_balance) return std::nullopt;
    return result;
  }
  // |amount| <= 10^15 and each factor's mantissa < 10^18: the product of two can pass 2^127, so
  // the second multiplication is checked.
  Wide product = Wide{amount} * a.mantissa;
  if (__builtin_mul_overflow(product, Wide{b.mantissa}, &product)) return std::nullopt;
  const Wide result = divide(product, power_of_ten(scale), rounding);
  if (result > max_balance || result < -max_balance) return std::nullopt;
  return static_cast<std::int64_t>(result);
}

}  // namespace loyalty::domain
