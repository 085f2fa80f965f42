// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "domain/quantity.hpp"

namespace loyalty::domain {

/// What one decision may give at most of a promotion whose limits are shared by all members
/// (domain.md F46), or take of a pre-paid pack (F51): a portion of the budget that was set aside
/// for it. What is not limited has the largest number.
struct Allowance {
  PromotionId promotion;
  std::int64_t points = INT64_MAX;
  std::int64_t rewards = INT64_MAX;
  std::int64_t vouchers = INT64_MAX;
  std::int64_t liability = INT64_MAX;  ///< minor units
  PartnerId pack = {};                 ///< instead of a promotion: `points` are partner points
};

}  // namespace loyalty::domain
