// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "domain/invariant.hpp"
#include "domain/member/evolve/apply.hpp"
#include "domain/member/evolve/lots.hpp"

/// Points move into lots, out of them, and between them.
namespace loyalty::domain {
namespace {

template <class Credit>
Lot lot_of(const Credit& e, Sequence id) {
  return {.id = id,
          .original = e.points,
          .remaining = e.points,
          .earned = e.earned,
          .expires = e.expires,
          .rule = e.rule,
          .promotion = e.promotion,
          .issuer = e.issuer,
          .journal = e.journal,
          .subtype = e.subtype,
          .releases = never};
}

/// A credit that was to come has come.
void fulfil(Member& member, Sequence scheduled) {
  if (scheduled == 0) return;
  std::erase_if(member.pending,
                [&](const PendingCredit& pending) { return pending.id == scheduled; });
}

void take_qualifying(Purse& purse, Points points) {
  purse.available -= points;
  invariant(purse.available >= Points{0}, "a qualifying balance never drops below zero");
}

}  // namespace

void apply(Member& member, Instant at, const PointsScheduled& e) {
  member.pending.push_back({member.sequence, at, e});
}

void apply(Member& member, Instant, const PointsCredited& e) {
  fulfil(member, e.scheduled);
  Purse& purse = purse_of(member, e.currency, e.qualifying);
  purse.available += e.points;
  if (e.qualifying) {
    purse.reset_at = e.expires;
  } else {
    put(purse.lots, lot_of(e, member.sequence));
  }
}

void apply(Member& member, Instant, const PointsEscrowed& e) {
  fulfil(member, e.scheduled);
  Lot lot = lot_of(e, member.sequence);
  lot.releases = e.releases;
  auto& held = purse_of(member, e.currency, e.qualifying).escrow;
  const auto place = std::upper_bound(
      held.begin(), held.end(), e.releases,
      [](Instant releases, const Lot& other) { return releases < other.releases; });
  held.insert(place, lot);
}

void apply(Member& member, Instant, const EscrowReleased& e) {
  Purse& purse = purse_of(member, e.currency, e.qualifying);
  Lot lot = take_from_escrow(purse, e.credit, e.points);
  purse.available += e.points;
  if (e.qualifying) {
    purse.reset_at = e.expires;
    return;
  }
  lot.expires = e.expires;
  put(purse.lots, lot);
}

void apply(Member& member, Instant, const EscrowCancelled& e) {
  take_from_escrow(purse_of(member, e.currency, false), e.credit, e.points);
}

void apply(Member& member, Instant, const ScheduledCancelled& e) {
  const auto pending = std::ranges::find(member.pending, e.scheduled, &PendingCredit::id);
  invariant(pending != member.pending.end() && pending->what.points >= e.points,
            "no more is cancelled than was to come");
  pending->what.points -= e.points;
  if (pending->what.points == Points{0}) member.pending.erase(pending);
}

void apply(Member& member, Instant, const PointsDebited& e) {
  Purse& purse = purse_of(member, e.currency, e.qualifying);
  if (e.hold != 0) {
    std::erase_if(member.set_aside, [&](const Hold& hold) { return hold.id == e.hold; });
  } else if (e.qualifying) {
    take_qualifying(purse, e.points);
  } else {
    take_or_owe(purse, e.uses, e.points, member.sequence);
  }
}

void apply(Member& member, Instant, const ArrearsRepaid& e) {
  Purse& purse = purse_of(member, e.currency, false);
  owe_less(purse, e.debit, e.points);
  purse.available += e.points;
  take_all(purse, {{e.credit, e.points}}, e.points);
}

void apply(Member& member, Instant, const PointsClawedBack& e) {
  Purse& purse = purse_of(member, e.currency, e.qualifying);
  if (e.qualifying) {
    take_qualifying(purse, e.points);
  } else {
    take_or_owe(purse, e.uses, e.points, member.sequence);
  }
}

void apply(Member& member, Instant, const PointsHeld& e) {
  Purse& purse = purse_of(member, e.currency, false);
  member.set_aside.push_back({.id = member.sequence,
                              .currency = e.currency,
                              .points = e.points,
                              .lots = take(purse, e.uses),
                              .expires = e.expires,
                              .offer = e.offer,
                              .quantity = e.quantity});
}

void apply(Member& member, Instant, const HoldReleased& e) {
  const auto hold = std::ranges::find(member.set_aside, e.hold, &Hold::id);
  invariant(hold != member.set_aside.end(), "a hold ends once");
  give_back(purse_of(member, hold->currency, false), hold->lots);
  member.set_aside.erase(hold);
}

void apply(Member& member, Instant, const PointsReinstated& e) {
  give_back(purse_of(member, e.currency, false), e.lots);
}

void apply(Member& member, Instant, const RedemptionCancelled& e) {
  Purse& purse = purse_of(member, e.currency, false);
  if (e.arrears > Points{0}) {
    owe_less(purse, e.debit, e.arrears);
    purse.available += e.arrears;
  }
  give_back(purse, e.lots);
}

void apply(Member& member, Instant, const PointsExpired& e) {
  take_all(purse_of(member, e.currency, false), e.uses, e.points);
}

void apply(Member& member, Instant, const QualifyingReset& e) {
  Purse& purse = purse_of(member, e.currency, true);
  invariant(purse.available == e.points, "a reset takes the whole balance");
  purse.before_reset = purse.available;
  purse.available = Points{0};
  purse.reset_at = never;
}

}  // namespace loyalty::domain
