// SPDX-License-Identifier: Apache-2.0
#include "domain/member/budget_uses.hpp"

#include <algorithm>

#include "domain/budget/promotion_budget.hpp"

namespace loyalty::domain {
namespace {

class Uses {
 public:
  void add(const BudgetShare& share) {
    if (share.quantities.positive() != Quantities{}) add_to(taken_, share);
    if ((Quantities{} - share.quantities).positive() != Quantities{}) add_to(given_back_, share);
  }
  std::vector<BudgetShare> all() && {
    taken_.insert(taken_.end(), given_back_.begin(), given_back_.end());
    return std::move(taken_);
  }

 private:
  static void add_to(std::vector<BudgetShare>& shares, const BudgetShare& share) {
    const auto known = std::ranges::find_if(
        shares, [&](const BudgetShare& other) { return other.same_budget(share); });
    if (known == shares.end()) {
      shares.push_back(share);
    } else {
      known->quantities += share.quantities;
    }
  }

  std::vector<BudgetShare> taken_;
  std::vector<BudgetShare> given_back_;
};

}  // namespace

std::vector<BudgetShare> budget_uses(std::span<const MemberFact> facts,
                                     std::span<const PartnerEntry> owed,
                                     const Catalogue& catalogue) {
  if (!catalogue.has_budgets()) return {};
  Uses uses;
  const auto add = [&](PromotionId id, const Quantities& all) {
    const Promotion* promotion = catalogue.promotion(id);
    if (promotion == nullptr) return;
    uses.add({.promotion = id, .pack = {}, .quantities = limited_part(promotion->limits, all)});
  };
  for (const auto& fact : facts) {
    if (const auto* given = get_if<RewardIssued>(&fact.event)) {
      add(given->promotion,
          {given->points.value, 1, given->voucher ? 1 : 0, given->liability.value});
    } else if (const auto* back = get_if<RewardReturned>(&fact.event)) {
      add(back->promotion, Quantities{} - Quantities{back->points.value, back->rewards,
                                                     back->vouchers, back->liability.value});
    }
  }
  for (const auto& entry : owed) {
    uses.add({.promotion = {},
              .pack = entry.partner,
              .quantities = {.points = pack_points(entry, catalogue)}});
  }
  return std::move(uses).all();
}

std::int64_t pack_points(const Partner& partner, CurrencyId currency, Points points) {
  const PartnerRate* rate = partner.rate(currency);
  if (partner.billing != Billing::pre_paid || rate == nullptr) return 0;
  const bool back = points < Points{0};
  const auto taken =
      multiply(back ? -points.value : points.value, rate->accrual_factor, one, 0, Rounding::floor);
  const std::int64_t bounded = taken.value_or(max_balance);
  return back ? -bounded : bounded;
}

std::int64_t pack_points(const PartnerEntry& entry, const Catalogue& catalogue) {
  const Partner* partner = catalogue.partner(entry.partner);
  if (partner == nullptr || entry.redemption) return 0;
  return pack_points(*partner, entry.currency, entry.points);
}

std::int64_t pack_left(const MemberTurn& turn, PartnerId partner) {
  const auto& allowances = turn.context().allowances;
  const auto allowance = std::ranges::find(allowances, partner, &Allowance::pack);
  if (allowance == allowances.end()) return INT64_MAX;
  std::int64_t left = allowance->points;
  for (const auto& entry : turn.owed()) {
    if (entry.partner == partner) left -= pack_points(entry, turn.catalogue());
  }
  return left;
}

Allowance allowance_of(const BudgetShare& share, const Catalogue& catalogue) {
  Allowance result{.promotion = share.promotion, .pack = share.pack};
  if (share.pack) {
    result.points = share.quantities.points;
    return result;
  }
  const Promotion* promotion = catalogue.promotion(share.promotion);
  if (promotion == nullptr) return result;
  const LimitDefinition& limits = promotion->limits;
  if (limits.points > 0) result.points = share.quantities.points;
  if (limits.rewards > 0) result.rewards = share.quantities.rewards;
  if (limits.vouchers > 0) result.vouchers = share.quantities.vouchers;
  if (limits.liability > 0) result.liability = share.quantities.liability;
  return result;
}

}  // namespace loyalty::domain
