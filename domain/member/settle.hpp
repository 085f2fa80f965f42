// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "domain/member/turn.hpp"

namespace loyalty::domain {

/// When something is due for this member next; `never` when nothing is.
Instant next_due(const Member& member, const Catalogue& catalogue,
                 std::span<const Instant> batch_runs);

/// Whether waking the member at `now` would state anything: something is due, or the program has
/// made a tier reachable since.
bool is_due(const Member& member, const Catalogue& catalogue, std::span<const Instant> batch_runs,
            Instant now);

/// Whether credits wait for the next batch run.
bool waits_for_batch(const Member& member, std::span<const Instant> batch_runs);

/// Does everything that is due by `now`, in order of time and, at one instant, in the order of
/// domain.md 2.1: scheduled credits and releases of held points (each followed by the upgrade
/// check), what had been set aside comes back, tiers that expire (on balances before the reset),
/// qualifying resets, expiry of lots and vouchers, expiry for inactivity, benefits that end; then
/// the credits of a batch run that was asked for at that instant. A member woken late ends exactly
/// where timely timers would have brought it.
void settle(MemberTurn& turn, Instant now);

}  // namespace loyalty::domain
