// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <vector>

#include "actors/record.hpp"
#include "audit/finding.hpp"
#include "domain/member/member.hpp"
#include "domain/program/catalogue.hpp"

namespace loyalty::audit {

/// Compares what a member's record says was answered with the state right after it (I5): sequence,
/// balances, and the journal that the answer names. `decided_with`: as for actors::wire_result.
void check_answer(const actors::RecordView& record, const domain::Member& after,
                  const domain::Symbols& symbols, const domain::Catalogue* decided_with,
                  const std::vector<domain::Sequence>& journals, const Place& place);

/// The same for a program: the version that the answer tells.
void check_program_answer(const actors::RecordView& record, std::uint32_t version,
                          const Place& place);

}  // namespace loyalty::audit
