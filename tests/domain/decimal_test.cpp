// SPDX-License-Identifier: Apache-2.0
#include "domain/decimal.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "domain/quantity.hpp"

namespace loyalty::domain {
namespace {

__extension__ using Wide = __int128;  // not ISO C++, but what the promise is made of

Decimal decimal(std::string_view text) { return Decimal::parse(text).value(); }

TEST(Decimal, ParsesAndPrintsTheSameNumber) {
  using Row = std::pair<std::string_view, std::string_view>;
  for (const auto& [text, printed] :
       {Row{"0", "0"}, Row{"1", "1"}, Row{"1.25", "1.25"}, Row{"-0.5", "-0.5"}, Row{"1.50", "1.5"},
        Row{"2.00", "2"}, Row{"0.008", "0.008"}, Row{"+3", "3"}, Row{"-12.0", "-12"},
        Row{"999999999.999999999", "999999999.999999999"}, Row{"000000001", "1"}}) {
    SCOPED_TRACE(text);
    ASSERT_TRUE(Decimal::parse(text));
    EXPECT_EQ(decimal(text).to_string(), printed);
    EXPECT_EQ(decimal(printed), decimal(text)) << "one number has one form";
  }
}

TEST(Decimal, RefusesWhatIsNotAnExactDecimal) {
  for (const std::string_view text :
       {"", "-", "+", ".", ".5", "5.", "1.2.3", "1e3", "1,5", " 1", "1 ", "0x1", "--1", "inf",
        "nan", "1234567890", "0.1234567890"}) {
    SCOPED_TRACE(text);
    EXPECT_FALSE(Decimal::parse(text));
  }
}

TEST(Decimal, RoundsOnceAfterAllFactors) {
  struct Row {
    std::int64_t amount;  // minor units
    std::string_view rate;
    std::string_view multiplier;
    std::int64_t floor, half_up, ceil;
  };
  for (const Row& row : {
           Row{8'000, "1", "1", 80, 80, 80},
           Row{8'000, "1", "1.25", 100, 100, 100},
           Row{199, "1", "1", 1, 2, 2},
           Row{149, "1", "1", 1, 1, 2},
           Row{150, "1", "1", 1, 2, 2},
           Row{1, "1", "1", 0, 0, 1},
           // 3 x 0.5 x 1.5 = 2.25: rounding after each factor would give 1.
           Row{300, "0.5", "1.5", 2, 2, 3},
           Row{333, "1", "1.5", 4, 5, 5},
           // On the number line: floor goes down and half goes up, also below zero.
           Row{-150, "1", "1", -2, -1, -1},
           Row{-149, "1", "1", -2, -1, -1},
           Row{-151, "1", "1", -2, -2, -1},
           Row{0, "1.25", "2", 0, 0, 0},
       }) {
    SCOPED_TRACE(testing::Message() << row.amount << " x " << row.rate << " x " << row.multiplier);
    const Decimal rate = decimal(row.rate);
    const Decimal multiplier = decimal(row.multiplier);
    EXPECT_EQ(multiply(row.amount, rate, multiplier, 2, Rounding::floor), row.floor);
    EXPECT_EQ(multiply(row.amount, rate, multiplier, 2, Rounding::half_up), row.half_up);
    EXPECT_EQ(multiply(row.amount, rate, multiplier, 2, Rounding::ceil), row.ceil);
  }
}

TEST(Decimal, GivesNoResultBeyondTheLargestBalance) {
  EXPECT_EQ(multiply(max_balance, one, one, 0, Rounding::floor), max_balance);
  EXPECT_EQ(multiply(-max_balance, one, one, 0, Rounding::floor), -max_balance);
  EXPECT_EQ(multiply(max_balance, decimal("2"), one, 0, Rounding::floor), std::nullopt);
  EXPECT_EQ(multiply(max_balance, decimal("2"), decimal("0.5"), 0, Rounding::floor), max_balance);
  const Decimal largest = decimal("999999999.999999999");
  EXPECT_EQ(multiply(max_balance, largest, largest, 0, Rounding::floor), std::nullopt);
  EXPECT_EQ(multiply(-max_balance, largest, largest, 2, Rounding::ceil), std::nullopt);
}

rc::Gen<Decimal> any_decimal() {
  return rc::gen::map(rc::gen::pair(rc::gen::inRange<std::int64_t>(-1'000'000, 1'000'000),
                                    rc::gen::inRange<int>(0, 10)),
                      [](const auto& pair) {
                        return Decimal{pair.first, static_cast<std::uint8_t>(pair.second)};
                      });
}

Wide ten_to_the(unsigned exponent) { return exponent == 0 ? 1 : 10 * ten_to_the(exponent - 1); }

RC_GTEST_PROP(Decimal, AgreesWithTheDefinitionOfEachRounding, ()) {
  const auto amount = *rc::gen::inRange<std::int64_t>(-1'000'000'000'000, 1'000'000'000'000);
  const Decimal a = *any_decimal();
  const Decimal b = *any_decimal();
  const Wide exact = Wide{amount} * a.mantissa * b.mantissa;  // over 10^(scales + 2)
  const Wide unit = ten_to_the(unsigned{a.scale} + b.scale + 2);

  const auto floored = multiply(amount, a, b, 2, Rounding::floor);
  const auto ceiled = multiply(amount, a, b, 2, Rounding::ceil);
  const auto halved = multiply(amount, a, b, 2, Rounding::half_up);
  if (floored) {
    RC_ASSERT(Wide{*floored} * unit <= exact);
    RC_ASSERT(exact < (Wide{*floored} + 1) * unit);
  } else {
    RC_ASSERT(exact / unit >= max_balance || exact / unit <= -max_balance);
  }
  if (ceiled) {
    RC_ASSERT(Wide{*ceiled} * unit >= exact);
    RC_ASSERT(exact > (Wide{*ceiled} - 1) * unit);
  }
  if (halved) {  // within half a unit, and the upper one when both are as near
    RC_ASSERT((2 * Wide{*halved} - 1) * unit <= 2 * exact);
    RC_ASSERT(2 * exact < (2 * Wide{*halved} + 1) * unit);
  }
}

RC_GTEST_PROP(Decimal, PrintsWhatItParses, ()) {
  const Decimal number = *any_decimal();
  const auto parsed = Decimal::parse(number.to_string());
  RC_ASSERT(parsed.has_value());
  RC_ASSERT(Wide{parsed->mantissa} * ten_to_the(number.scale) ==
            Wide{number.mantissa} * ten_to_the(parsed->scale));
}

}  // namespace
}  // namespace loyalty::domain
