// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <vector>

#include "domain/expected.hpp"
#include "domain/member/budget_uses.hpp"
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
  std::vector<MemberDelivery> deliveries;
  std::vector<BudgetShare> uses;  ///< of budgets that all members share
  ReportCounts counts;            ///< of the facts, where the context asks for them
};

/// Settles what is due, decides the command, and settles what it made due at once (late activities
/// whose points have expired already). `member` is changed by exactly the facts returned.
MemberOutcome execute(Member& member, const MemberCommand& command, const MemberContext& context);

/// What a command did, for whom nobody waits.
struct MemberStep {
  std::optional<Refusal> refused;
  std::vector<MemberFact> facts;
};

/// The same as `execute` without an answer, which costs as much as the rest: for replaying a past.
MemberStep live_through(Member& member, const MemberCommand& command, const MemberContext& context);

/// Answers a query about a member that is settled at `now`. `history` holds all its facts, for the
/// queries that look back (`needs_history`), else nothing; `versions` those that they name.
Expected<MemberAnswer, Refusal> answer(const MemberQuery& query, const Member& member,
                                       const Catalogue& catalogue, Instant now,
                                       std::span<const MemberFact> history,
                                       const CatalogueVersions* versions = nullptr);
bool needs_history(const MemberQuery& query);

/// A member as it was at an instant (domain.md F59): timers are settled at their own time, however
/// late they ran, so the facts up to the instant tell all.
struct AsOf {
  Member member;
  std::size_t facts = 0;      ///< how many of the history had happened
  std::uint32_t version = 0;  ///< of the program; 0: nothing had happened
};
AsOf as_of(std::string_view member, std::span<const MemberFact> history, Instant instant);
/// The other member that a command gives something to; null when there is none. What is known of it
/// stands in `MemberContext::peer`.
const std::string* peer_of(const MemberCommand& command);
/// Whether a command is decided with all facts so far (`MemberContext::history`): it undoes
/// something, or gives back what is gone.
bool needs_history(const MemberCommand& command);

}  // namespace loyalty::domain
