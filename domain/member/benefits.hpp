// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "domain/member/turn.hpp"

namespace loyalty::domain {

/// Grants and ends benefits so that the member has exactly those that the tiers held and what was
/// won entitle to. In an exclusive benefit type only the one of highest priority counts (lowest
/// number; on a tie the smaller id) (domain.md F38). A grant may end by itself (F39): its time runs
/// from the day on which the tier was taken up or renewed, or on which it was won; each such
/// beginning is a grant of its own and brings its voucher.
/// `won`: a benefit that was won just now, by a promotion or a rule.
void update_benefits(MemberTurn& turn, BenefitId won = {});

/// Ends the benefits whose time is over at `at`; others of their type may take their place.
void end_timed_benefits(MemberTurn& turn, Instant at);

}  // namespace loyalty::domain
