// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdlib>
#include <string_view>

#include "domain/program/definition.hpp"

namespace loyalty::support {

/// The program that the tests of the domain tell their stories in: a shop in Los Angeles that
/// uses every section of a definition. Members start with nothing; what each rule, offer and
/// promotion is for stands beside it in shop.cpp.
domain::ProgramDefinition shop();

/// The shop with one more promotion, the last: `spring` gives ten points, of a cent each, for each
/// unit certified. Its limits are for the test to set.
domain::ProgramDefinition shop_with_spring();

/// A condition on nothing but the type of the activity.
domain::ConditionDefinition on_activity(const char* type);

/// An accrual rule: points per activity, per piece or per major unit of money.
domain::RuleDefinition rule(const char* id, const char* activity, const char* currency,
                            domain::Measure measure, const char* rate);

/// Looks a definition up by its id; the id must exist.
template <class Definitions>
auto& find(Definitions& definitions, std::string_view id) {
  for (auto& definition : definitions) {
    if (definition.id == id) return definition;
  }
  std::abort();
}

}  // namespace loyalty::support
