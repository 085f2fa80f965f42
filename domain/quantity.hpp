// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <compare>
#include <cstdint>
#include <functional>

namespace loyalty::domain {

/// A whole number that does not mix with other whole numbers.
template <class Tag>
struct Quantity {
  std::int64_t value = 0;

  friend auto operator<=>(const Quantity&, const Quantity&) = default;
  friend Quantity operator+(Quantity a, Quantity b) { return {a.value + b.value}; }
  friend Quantity operator-(Quantity a, Quantity b) { return {a.value - b.value}; }
  friend Quantity operator-(Quantity a) { return {-a.value}; }
  Quantity& operator+=(Quantity o) { return value += o.value, *this; }
  Quantity& operator-=(Quantity o) { return value -= o.value, *this; }
};

/// Points in the smallest unit of their currency (domain.md 2.1).
using Points = Quantity<struct PointsTag>;
/// Money in minor units of the program's money.
using Money = Quantity<struct MoneyTag>;

/// Bounds of promises.md section 2: with both kept, sums of 64-bit integers cannot overflow.
inline constexpr std::int64_t max_amount_per_operation = 1'000'000'000'000;
inline constexpr std::int64_t max_balance = 1'000'000'000'000'000;

/// The number a program gives to a name (of a currency, a rule, ...) at its first definition and
/// never gives to another. 0 means "none". State and events hold these, not names.
template <class Tag>
struct Symbol {
  std::uint32_t number = 0;
  explicit operator bool() const { return number != 0; }
  friend auto operator<=>(const Symbol&, const Symbol&) = default;
};

using CurrencyId = Symbol<struct CurrencyTag>;
using TierGroupId = Symbol<struct TierGroupTag>;
using TierId = Symbol<struct TierTag>;
using BenefitId = Symbol<struct BenefitTag>;
using SubtypeId = Symbol<struct SubtypeTag>;
using RuleId = Symbol<struct RuleTag>;
using OfferId = Symbol<struct OfferTag>;
using VoucherDefId = Symbol<struct VoucherDefTag>;
using PromotionId = Symbol<struct PromotionTag>;
using PartnerId = Symbol<struct PartnerTag>;

}  // namespace loyalty::domain
