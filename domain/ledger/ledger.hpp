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

/// The transfer that a fact stands for; nullopt when it moves no points. Accounts are named
/// issuer:program, issuer:partner:X, member:M:available, redeemed[:partner:X], breakage, reset.
std::optional<Transfer> transfer_of(const MemberEvent& event, std::string_view member,
                                    const Catalogue& catalogue);

LedgerResult ledger_lines(std::span<const MemberFact> facts, std::string_view member,
                          const Catalogue& catalogue, CurrencyId only, Sequence after,
                          std::size_t limit);

/// Which credits a debit came from, or which debits a credit was used for (domain.md S40).
TraceResult trace_links(std::span<const MemberFact> facts, std::optional<Sequence> debit,
                        std::optional<Sequence> credit);

}  // namespace loyalty::domain
