// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <vector>

#include "domain/member/deed.hpp"
#include "domain/member/member.hpp"
#include "domain/program/condition_index.hpp"

namespace loyalty::domain {

/// Positions of the conditions of an index that may hold for an activity of a member as it stands
/// before it, ascending. Those left out do not hold; those named are still to be checked.
std::vector<std::uint32_t> candidates(const ConditionIndex& index, const Deed& activity,
                                      const Member& member);

/// Shows the rules or promotions that may hold, in the order of their list.
template <class List, class See>
void each_candidate(const List& list, const ConditionIndex& index, const Deed& activity,
                    const Member& member, See see) {
  if (index.is_plain()) {
    for (const auto& entry : list) see(entry);
    return;
  }
  for (const auto position : candidates(index, activity, member)) see(list[position]);
}

}  // namespace loyalty::domain
