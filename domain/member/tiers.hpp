// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "domain/member/turn.hpp"

namespace loyalty::domain {

/// The first day of a qualification period of this group that is `day` or later: the day after the
/// reset day (fixed model) or an anniversary of enrolment (domain.md F31).
LocalDay boundary_on_or_after(const TierGroup& group, LocalDay enrolled_on, LocalDay day);

/// When a qualifying balance of this group that exists at `at` is reset next (domain.md F36).
Instant next_reset(const TierGroup& group, const Member& member, const Zone& zone, Instant at);

/// The highest tier whose thresholds the member's balances meet; nullptr when none.
const Tier* reached_tier(const TierGroup& group, const Member& member);

/// Lifts the member when a higher tier is reached (domain.md F34); benefits follow. A tier given by
/// hand stays until it ends (F37).
void upgrade_if_reached(MemberTurn& turn, const TierGroup& group);

/// Whether the program as it is now gives this member a tier that it does not hold yet: a tier
/// group was added since, or a threshold was lowered. Rules are those of the present thresholds
/// (F33).
bool rises_by_program(const Member& member, const Catalogue& catalogue);

/// Takes up such tiers: done before each command.
void rise_by_program(MemberTurn& turn);

/// Lowers the member at once to the tier that the balances reach now, for groups that reassess on
/// return (domain.md F29); does nothing for other groups, for tiers given by hand, and where the
/// tier is still reached. Benefits follow.
void reassess(MemberTurn& turn, const TierGroup& group);

/// Retains or lowers the tiers that expire at or before `at`, on the balances of this moment
/// (domain.md F35); benefits follow.
void assess_expired_tiers(MemberTurn& turn, Instant at);

}  // namespace loyalty::domain
