// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "domain/quantity.hpp"
#include "domain/time.hpp"

namespace loyalty::domain {

struct LookBack {
  std::vector<std::string> activities;
  std::int32_t days = 0;
  std::int64_t min_count = 0;
  std::int64_t max_count = INT64_MAX;
};

/// A compiled ConditionDefinition. An empty list asks nothing.
struct Condition {
  std::vector<std::string> activities;
  std::vector<std::string> subtypes;
  std::vector<std::string> categories;
  std::vector<std::string> products;
  std::vector<PartnerId> partners;
  std::vector<std::string> channels;
  std::vector<TierId> tiers;
  std::int64_t min_amount = 0;
  std::int64_t max_amount = 0;
  LocalDay from{INT32_MIN};
  LocalDay until{INT32_MAX};
  bool own_products_only = false;
  std::vector<std::string> segments;
  std::vector<PromotionId> enrolled_in;
  std::vector<LookBack> look_back;
  bool simple = false;  ///< asks for activities, days and amounts only, which saves looking further
};

}  // namespace loyalty::domain
