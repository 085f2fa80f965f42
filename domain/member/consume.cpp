// SPDX-License-Identifier: Apache-2.0
#include "domain/member/consume.hpp"

#include <algorithm>

namespace loyalty::domain {
namespace {

std::span<const SubtypeId> order_of(const Spending& what) {
  return what.only.empty() ? std::span<const SubtypeId>(what.currency->subtype_order) : what.only;
}

bool allows(const Subtype& subtype, const Spending& what) {
  if (!what.buys || subtype.categories.empty()) return true;
  if (what.categories.empty()) return false;
  return std::ranges::all_of(what.categories, [&](const std::string& category) {
    return std::ranges::find(subtype.categories, category) != subtype.categories.end();
  });
}

bool can_take(const Lot& lot, const Spending& what) {
  if (!what.only.empty() && std::ranges::find(what.only, lot.subtype) == what.only.end()) {
    return false;
  }
  const Subtype* subtype = what.currency->subtype(lot.subtype);
  return subtype == nullptr || allows(*subtype, what);
}

/// Whether every point can be taken.
bool takes_all(const Spending& what) {
  return what.only.empty() &&
         std::ranges::all_of(what.currency->subtypes,
                             [&](const Subtype& subtype) { return allows(subtype, what); });
}

}  // namespace

Spending points_for(const Currency& currency, const Offer& offer,
                    std::span<const std::string> categories) {
  return {.currency = &currency, .only = offer.subtypes, .buys = true, .categories = categories};
}

Points usable(const Purse* purse, const Spending& what) {
  if (purse == nullptr) return {};
  if (takes_all(what)) return purse->available;
  Points sum;
  for (const auto& lot : purse->lots) {
    if (can_take(lot, what)) sum += lot.remaining;
  }
  return sum - purse->owed();
}

std::vector<LotUse> consume(const Purse* purse, const Spending& what, Points points) {
  std::vector<LotUse> uses;
  if (purse == nullptr) return uses;
  const auto order = order_of(what);
  const bool any = takes_all(what);
  const auto take = [&](const Lot& lot) {
    const Points taken = std::min(points, lot.remaining);
    uses.push_back({lot.id, taken});
    points -= taken;
  };
  // The lots stand in order but for their subtypes: one walk for each that has a place of its own.
  for (std::size_t place = 0; place < order.size() && points > Points{0}; ++place) {
    for (const auto& lot : purse->lots) {
      if (points == Points{0}) break;
      if (lot.subtype == order[place] && (any || can_take(lot, what))) take(lot);
    }
  }
  for (const auto& lot : purse->lots) {
    if (points == Points{0}) break;
    const bool listed = std::ranges::find(order, lot.subtype) != order.end();
    if (!listed && (any || can_take(lot, what))) take(lot);
  }
  return uses;
}

Points total(const std::vector<LotUse>& uses) {
  Points sum;
  for (const auto& use : uses) sum += use.points;
  return sum;
}

Points total(const std::vector<Lot>& lots) {
  Points sum;
  for (const auto& lot : lots) sum += lot.remaining;
  return sum;
}

Points negative_limit(const Currency& currency, const Member& member) {
  Points limit;
  if (currency.escrow_days > 0) return limit;
  for (const auto& entry : currency.negative_limits) {
    if (member.holds(entry.tier)) limit = std::max(limit, entry.limit);
  }
  return limit;
}

void repay_arrears(MemberTurn& turn, CurrencyId currency, const std::vector<Lot>& with) {
  for (const auto& lot : with) {
    if (lot.expires <= turn.at()) continue;
    Points left = lot.remaining;
    while (left > Points{0}) {
      const Purse* purse = turn.member().purse(currency);
      if (purse == nullptr || purse->arrears.empty()) return;
      const Arrears oldest = purse->arrears.front();
      const Points paid = std::min(left, oldest.points);
      turn.state(ArrearsRepaid{
          .currency = currency, .debit = oldest.debit, .credit = lot.id, .points = paid});
      left -= paid;
    }
  }
}

}  // namespace loyalty::domain
