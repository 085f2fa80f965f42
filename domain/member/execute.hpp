// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "domain/expected.hpp"
#include "domain/member/commands.hpp"
#include "domain/member/member.hpp"
#include "domain/member/results.hpp"
#include "domain/member/turn.hpp"
#include "domain/refusal.hpp"

namespace loyalty::domain {

/// What a command did: its result or why it was refused, and the facts, which include what was due
/// before it. A refused command has no facts of its own.
struct MemberOutcome {
  Expected<MemberResult, Refusal> result;
  std::vector<MemberFact> facts;
  std::vector<PartnerEntry> owed;
};

/// Settles what is due, decides the command, and settles what it made due at once (late activities
/// whose points have expired already). `member` is changed by exactly the facts returned.
MemberOutcome execute(Member& member, const MemberCommand& command, const MemberContext& context);

/// Answers a query about a member that is settled at `now`. `history` holds all its facts, for the
/// queries that look back (`needs_history`), else nothing.
Expected<MemberAnswer, Refusal> answer(const MemberQuery& query, const Member& member,
                                       const Catalogue& catalogue, Instant now,
                                       std::span<const MemberFact> history);
bool needs_history(const MemberQuery& query);

}  // namespace loyalty::domain
