// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>
#include <vector>

#include "domain/budget/quantities.hpp"
#include "domain/member/allowance.hpp"
#include "domain/member/events.hpp"
#include "domain/member/turn.hpp"
#include "domain/partner/entry.hpp"
#include "domain/program/catalogue.hpp"

/// What a member's turn takes of budgets that all members share (domain.md F46, F51).
namespace loyalty::domain {

/// A part of one budget: of a promotion's limits, or of a partner's pack.
struct BudgetShare {
  PromotionId promotion;
  PartnerId pack;
  Quantities quantities;

  bool same_budget(const BudgetShare& other) const {
    return promotion == other.promotion && pack == other.pack;
  }
};

/// What the facts and the partner entries of a turn take, one share per budget; what they give back
/// stands in shares of its own, all negative.
std::vector<BudgetShare> budget_uses(std::span<const MemberFact> facts,
                                     std::span<const PartnerEntry> owed,
                                     const Catalogue& catalogue);

/// Partner points that an entry takes of a pre-paid pack: points x accrual factor, rounded down;
/// negative for what a return gives back; 0 for a partner that is not pre-paid.
std::int64_t pack_points(const PartnerEntry& entry, const Catalogue& catalogue);
std::int64_t pack_points(const Partner& partner, CurrencyId currency, Points points);

/// Partner points that this turn may still take of a pack.
std::int64_t pack_left(const MemberTurn& turn, PartnerId partner);

/// What a decision may give at most when it got this share.
Allowance allowance_of(const BudgetShare& share, const Catalogue& catalogue);

}  // namespace loyalty::domain
