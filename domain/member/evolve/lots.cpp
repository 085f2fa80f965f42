// SPDX-License-Identifier: Apache-2.0
#include "domain/member/evolve/lots.hpp"

#include <algorithm>
#include <iterator>
#include <tuple>

#include "domain/invariant.hpp"

namespace loyalty::domain {

Purse& purse_of(Member& member, CurrencyId currency, bool qualifying) {
  for (auto& purse : member.purses) {
    if (purse.currency == currency) return purse;
  }
  member.purses.push_back({.currency = currency,
                           .qualifying = qualifying,
                           .available = {},
                           .lots = {},
                           .reset_at = never,
                           .before_reset = {}});
  return member.purses.back();
}

bool comes_before(const Lot& a, const Lot& b) {
  return std::tie(a.expires, a.earned, a.id) < std::tie(b.expires, b.earned, b.id);
}

const Lot& put(Queue<Lot>& lots, const Lot& lot) {
  const auto place = std::lower_bound(lots.begin(), lots.end(), lot, comes_before);
  if (place != lots.end() && place->id == lot.id) {
    place->remaining += lot.remaining;
    return *place;
  }
  return *lots.insert(place, lot);
}

void give_back(Purse& purse, const std::vector<Lot>& lots) {
  for (const auto& lot : lots) {
    put(purse.lots, lot);
    purse.available += lot.remaining;
  }
}

std::vector<Lot> take(Purse& purse, const std::vector<LotUse>& uses) {
  std::vector<Lot> parts;
  std::size_t emptied = 0;
  auto next = purse.lots.begin();
  for (const auto& use : uses) {
    const auto suffices = [&](const Lot& lot) {
      return lot.id == use.lot && lot.remaining >= use.points;
    };
    auto lot = std::find_if(next, purse.lots.end(), suffices);
    if (lot == purse.lots.end()) lot = std::find_if(purse.lots.begin(), next, suffices);
    invariant(lot != purse.lots.end() && suffices(*lot),
              "a debit takes no more from a lot than is left of it");
    lot->remaining -= use.points;
    purse.available -= use.points;
    emptied += lot->remaining == Points{0} ? 1 : 0;
    parts.push_back(*lot);
    parts.back().remaining = use.points;
    next = std::next(lot);
  }
  const auto is_empty = [](const Lot& lot) { return lot.remaining == Points{0}; };
  for (; !purse.lots.empty() && is_empty(purse.lots.front()); --emptied) purse.lots.pop_front();
  if (emptied > 0) purse.lots.erase_if(is_empty);
  return parts;
}

void take_or_owe(Purse& purse, const std::vector<LotUse>& uses, Points points, Sequence debit) {
  for (const auto& part : take(purse, uses)) points -= part.remaining;
  invariant(points >= Points{0}, "the uses of a debit sum to no more than the debit");
  if (points == Points{0}) return;
  purse.available -= points;
  purse.arrears.push_back({debit, points});
}

void take_all(Purse& purse, const std::vector<LotUse>& uses, Points points) {
  for (const auto& part : take(purse, uses)) points -= part.remaining;
  invariant(points == Points{0}, "the uses of a debit sum to the debit");
}

void owe_less(Purse& purse, Sequence debit, Points points) {
  const auto arrears = std::find_if(purse.arrears.begin(), purse.arrears.end(),
                                    [&](const Arrears& a) { return a.debit == debit; });
  invariant(arrears != purse.arrears.end() && arrears->points >= points,
            "no more is paid than is owed");
  arrears->points -= points;
  if (arrears->points == Points{0}) purse.arrears.erase(arrears);
}

Lot take_from_escrow(Purse& purse, Sequence credit, Points points) {
  const auto lot = std::find_if(purse.escrow.begin(), purse.escrow.end(),
                                [&](const Lot& candidate) { return candidate.id == credit; });
  invariant(lot != purse.escrow.end() && lot->remaining >= points,
            "no more leaves escrow than is in it");
  Lot part = *lot;
  part.remaining = points;
  part.releases = never;
  lot->remaining -= points;
  if (lot->remaining == Points{0}) purse.escrow.erase(lot);
  return part;
}

}  // namespace loyalty::domain
