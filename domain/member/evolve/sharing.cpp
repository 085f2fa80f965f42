// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "domain/member/evolve/apply.hpp"
#include "domain/member/evolve/lots.hpp"

/// What members give each other, and who shares with whom.
namespace loyalty::domain {

void apply(Member& member, Instant, const DeliveriesTaken& e) { move_on(member.cursors, e.cursor); }

void apply(Member& member, Instant, const GroupShareChanged& e) {
  const auto known = std::ranges::find(member.groups, e.group, &GroupShare::group);
  if (known == member.groups.end()) {
    member.groups.push_back({e.group, e.percent});
  } else if (e.percent == 0) {
    member.groups.erase(known);
  } else {
    known->percent = e.percent;
  }
}

void apply(Member& member, Instant, const PointsSent& e) {
  take_all(purse_of(member, e.currency, false), e.uses, e.points);
}

void apply(Member& member, Instant, const PointsReceived& e) {
  // The credits were another member's: here they are named by this fact.
  for (Lot lot : e.lots) {
    lot.id = member.sequence;
    Purse& purse = purse_of(member, e.currency, false);
    purse.available += lot.remaining;
    purse.lots.insert(std::upper_bound(purse.lots.begin(), purse.lots.end(), lot, comes_before),
                      lot);
  }
}

}  // namespace loyalty::domain
