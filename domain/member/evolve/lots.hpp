// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "domain/member/member.hpp"

/// How points get into the lots of a purse and out of them.
namespace loyalty::domain {

/// The purse of a currency, which is made when there is none.
Purse& purse_of(Member& member, CurrencyId currency, bool qualifying);

/// The order in which lots stand in a purse.
bool comes_before(const Lot& a, const Lot& b);

/// Puts a credit, or a part of one, where it belongs.
const Lot& put(Queue<Lot>& lots, const Lot& lot);

/// Puts parts back into their lots.
void give_back(Purse& purse, const std::vector<Lot>& lots);

/// Takes points out of lots and returns the parts taken. Uses mostly name lots in their order, so
/// each is looked for behind the one before it first.
std::vector<Lot> take(Purse& purse, const std::vector<LotUse>& uses);

/// Takes all of `points`; what the lots do not cover is owed from now on.
void take_or_owe(Purse& purse, const std::vector<LotUse>& uses, Points points, Sequence debit);

/// Takes exactly `points`.
void take_all(Purse& purse, const std::vector<LotUse>& uses, Points points);

/// Pays some of what is owed for a debit.
void owe_less(Purse& purse, Sequence debit, Points points);

/// Takes points out of a held credit and returns that part.
Lot take_from_escrow(Purse& purse, Sequence credit, Points points);

}  // namespace loyalty::domain
