// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>

#include "domain/member/turn.hpp"

namespace loyalty::domain {

/// points x factor x price, rounded half up to the minor unit, once per entry (domain.md 2.1).
/// nullopt when it does not fit.
std::optional<Money> liability(Points points, const Decimal& factor, const Decimal& price);

/// States the liability and sends it to the partner's ledger.
void owe(MemberTurn& turn, PartnerLiabilityArisen what, bool redemption);

}  // namespace loyalty::domain
