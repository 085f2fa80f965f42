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

/// Lifts the member when a higher tier is reached (domain.md F34); benefits follow.
void upgrade_if_reached(MemberTurn& turn, const TierGroup& group);

/// Whether the program has a tier group that this member stands in nowhere: it was added after the
/// member joined.
bool stands_outside_a_group(const Member& member, const Catalogue& catalogue);

/// Puts the member on the tier reached in each such group, normally its base tier.
void enter_new_groups(MemberTurn& turn);

/// Retains or lowers the tiers that expire at or before `at`, on the balances of this moment
/// (domain.md F35); benefits follow.
void assess_expired_tiers(MemberTurn& turn, Instant at);

}  // namespace loyalty::domain
