// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>
#include <string>
#include <vector>

#include "domain/member/turn.hpp"
#include "domain/program/catalogue.hpp"

namespace loyalty::domain {

/// What points of one currency are taken for. It decides which of them can be taken, and in which
/// order (domain.md F19, F20).
struct Spending {
  const Currency* currency = nullptr;
  std::span<const SubtypeId> only;  ///< not empty: just these subtypes, in this order
  /// Something is bought: points of a subtype that is good for some categories only can be taken
  /// when all of `categories` are among them. Corrections by hand take any points.
  bool buys = false;
  std::span<const std::string> categories;
};

/// For a correction, a debit by staff, a transfer or a return.
inline Spending any_points(const Currency& currency) { return {.currency = &currency}; }
/// For an offer that is used on a product of `categories`.
Spending points_for(const Currency& currency, const Offer& offer,
                    std::span<const std::string> categories);

/// The balance as far as it can be used: what cannot be taken does not count. Below zero when more
/// is owed than can be used. Costs the same for any number of lots where no subtypes are in play.
Points usable(const Purse* purse, const Spending& what);

/// Takes up to `points` from the lots: by the subtype order of the offer, else of the currency,
/// unlisted ones last; then earliest expiry, what never expires last; earliest earned; first
/// credited. Sums to less only when nothing usable is left.
std::vector<LotUse> consume(const Purse* purse, const Spending& what, Points points);

Points total(const std::vector<LotUse>& uses);
Points total(const std::vector<Lot>& lots);

/// How far below zero a member may spend now (domain.md F17, F18): the best limit of the tiers
/// held; 0 for a currency with escrow.
Points negative_limit(const Currency& currency, const Member& member);

/// Points that came back to lots pay what is still owed, the oldest first, before anything else
/// (domain.md F17): they never become spendable. What has expired meanwhile does not pay.
void repay_arrears(MemberTurn& turn, CurrencyId currency, const std::vector<Lot>& with);

}  // namespace loyalty::domain
