// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "domain/member/events.hpp"
#include "domain/member/results.hpp"
#include "domain/program/catalogue.hpp"

/// The double-entry view of a member's facts (domain.md 2.1, "Double entry").
namespace loyalty::domain {

/// One transfer of points of one currency between two accounts; over all accounts it sums to 0.
struct Transfer {
  CurrencyId currency;
  Points points;
  std::string from;
  std::string to;
};

/// The transfer that a fact stands for; nullopt when it moves no points: arrears are part of the
/// available account, which may be below zero. Accounts are named issuer:program,
/// issuer:partner:X, member:M:available, member:M:escrow, member:M:held, redeemed[:partner:X],
/// breakage, reset. A transfer between members is told by both: to add up the books of several
/// members, leave out the PointsReceived.
std::optional<Transfer> transfer_of(const MemberEvent& event, std::string_view member,
                                    const Catalogue& catalogue);

LedgerResult ledger_lines(std::span<const MemberFact> facts, std::string_view member,
                          const Catalogue& catalogue, CurrencyId only, Sequence after,
                          std::size_t limit);

/// Which credits a debit came from, or which debits a credit was used for (domain.md F21, S40).
/// The links of a debit sum to its points, what is still owed included, as long as it is not
/// cancelled; those of a credit to what is no longer left of it.
TraceResult trace_links(std::span<const MemberFact> facts, std::optional<Sequence> debit,
                        std::optional<Sequence> credit);

}  // namespace loyalty::domain
