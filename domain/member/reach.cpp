// SPDX-License-Identifier: Apache-2.0
#include "domain/member/reach.hpp"

#include <algorithm>

namespace loyalty::domain {
namespace {

enum class Reach : std::uint8_t { far, near, reachable };

Reach reach_of(const Offer& offer, Points balance) {
  if (balance >= offer.cost) return Reach::reachable;
  return balance >= offer.cost - offer.near ? Reach::near : Reach::far;
}

}  // namespace

ReachWatch::ReachWatch(MemberTurn& turn) : turn_(turn) {
  if (turn.catalogue().announces_reach) remember();
}

void ReachWatch::announce() {
  if (!turn_.catalogue().announces_reach) return;
  for (const auto& offer : turn_.catalogue().offers) {
    if (offer.near <= Points{0}) continue;
    const auto known =
        std::ranges::find(before_, offer.currency, [](const auto& entry) { return entry.first; });
    const Points old = known == before_.end() ? Points{0} : known->second;
    const Points now = turn_.member().balance(offer.currency);
    const Reach reach = reach_of(offer, now);
    if (reach == reach_of(offer, old)) continue;
    if (reach == Reach::near) turn_.state(RewardNear{offer.id, offer.cost - now});
    if (reach == Reach::reachable) turn_.state(RewardReachable{offer.id});
  }
  remember();
}

void ReachWatch::remember() {
  before_.clear();
  for (const auto& purse : turn_.member().purses) {
    before_.emplace_back(purse.currency, purse.available);
  }
}

}  // namespace loyalty::domain
