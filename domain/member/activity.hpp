// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>

#include "domain/expected.hpp"
#include "domain/member/commands.hpp"
#include "domain/member/turn.hpp"
#include "domain/refusal.hpp"

namespace loyalty::domain {

/// Checks and completes what a caller sent: times, partner and product known, amounts in bounds.
domain::Expected<JournalRecorded, Refusal> checked_activity(const MemberTurn& turn,
                                                            const RecordActivity& input);

/// Records an activity and everything that follows from it: rules, partner liability, promotions.
/// Returns the id of its journal. Refuses before anything is stated.
Expected<Sequence, Refusal> record(MemberTurn& turn, JournalRecorded activity);

}  // namespace loyalty::domain
