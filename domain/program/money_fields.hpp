// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <concepts>
#include <string_view>

#include "domain/program/definition.hpp"

namespace loyalty::domain {

/// Whether a whole number of a definition is money in minor units, which people write and read as
/// "10.00". What a promotion counts is money only with measure = "amount", and a mark in percent
/// never is.
template <class T>
constexpr bool is_money_field(std::string_view name, bool promotion_counts_money,
                              bool mark_is_percent) {
  if constexpr (std::same_as<T, OfferDefinition>) return name == "discount";
  if constexpr (std::same_as<T, VoucherDefinition>) return name == "face_value";
  if constexpr (std::same_as<T, LimitDefinition>) return name == "liability";
  if constexpr (std::same_as<T, ConditionDefinition>) {
    return name == "min_amount" || name == "max_amount";
  }
  if constexpr (std::same_as<T, PromotionDefinition>) {
    return name == "target" && promotion_counts_money;
  }
  if constexpr (std::same_as<T, MilestoneDefinition>) {
    return name == "at" && promotion_counts_money && !mark_is_percent;
  }
  return false;
}

}  // namespace loyalty::domain
