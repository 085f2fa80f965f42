// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "domain/member/granted.hpp"

namespace loyalty::domain {

/// Takes points of a grant back (domain.md F28, F29): what is still to come or in escrow first,
/// then what is left of its own credit; what has expired is not taken again; what has been spent
/// follows the policy of the currency. Qualifying points come from the balance of the present
/// period only.
void take_back(MemberTurn& turn, const Grant& grant, Points points, Sequence journal);

}  // namespace loyalty::domain
