// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>

#include "domain/member/consume.hpp"
#include "domain/member/turn.hpp"
#include "domain/refusal.hpp"

/// What the commands that move points without a rule have in common.
namespace loyalty::domain {

/// A journal of something that happens now.
JournalRecorded plain_journal(const MemberTurn& turn, std::string type, std::string reference);

/// The currency named, or the primary one; null when there is none.
const Currency* currency_for(const MemberTurn& turn, const std::string& name);

/// Refuses points outside 1 to 10^12, and a text of more than 256 bytes.
std::optional<Refusal> check_points(std::int64_t points, const std::string& text,
                                    const char* text_param);
std::optional<Refusal> check_actor(const std::string& actor);

/// Refuses qualifying points (domain.md F4), and more points than can be spent: up to the negative
/// limit of the tier held now (F17, F18).
std::optional<Refusal> check_spending(const MemberTurn& turn, const Spending& what, Points points);

/// The same without the negative limit: points that are set aside or sent must be there.
std::optional<Refusal> check_balance(const MemberTurn& turn, const Spending& what, Points points);

/// States the debit, with the credits it takes and what becomes arrears. Returns its sequence.
Sequence debit(MemberTurn& turn, const Spending& what, PointsDebited fact);

/// States the arrears that a debit or a return has left, if any, so that people hear of them.
void tell_arrears(MemberTurn& turn, CurrencyId currency, Sequence debit, Points owed);

/// The number in a name such as "h17" or "v17"; 0 when it is none.
Sequence number_of(std::string_view name, char letter);

}  // namespace loyalty::domain
