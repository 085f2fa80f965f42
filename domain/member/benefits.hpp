// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "domain/member/turn.hpp"

namespace loyalty::domain {

/// Grants and ends benefits so that the member has exactly those that the tiers held and the
/// promotions won entitle to. In an exclusive benefit type only the one of highest priority counts
/// (lowest number; on a tie the smaller id) (domain.md F38).
void update_benefits(MemberTurn& turn);

}  // namespace loyalty::domain
