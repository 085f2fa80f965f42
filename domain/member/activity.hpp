// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>

#include "domain/expected.hpp"
#include "domain/member/commands.hpp"
#include "domain/member/turn.hpp"
#include "domain/refusal.hpp"

namespace loyalty::domain {

/// Whether a condition holds for an activity of a member as it stands now (domain.md F5).
bool matches(const Condition& condition, const JournalRecorded& activity, const Member& member);

/// What an activity measures: 1, its pieces, or its eligible amount in minor units.
std::int64_t measured(Measure measure, const JournalRecorded& activity);

/// Checks and completes what a caller sent: times, partner and product known, amounts in bounds.
domain::Expected<JournalRecorded, Refusal> checked_activity(const MemberTurn& turn,
                                                            const RecordActivity& input);

/// Records an activity and everything that follows from it: rules, partner liability, promotions.
/// Returns the id of its journal. Refuses before anything is stated.
Expected<Sequence, Refusal> record(MemberTurn& turn, JournalRecorded activity);

}  // namespace loyalty::domain
