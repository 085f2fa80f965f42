// SPDX-License-Identifier: Apache-2.0
#include "audit/lot_book.hpp"

#include <algorithm>
#include <string>

namespace loyalty::audit {
namespace {

using namespace domain;

std::string points_text(Points points) { return std::to_string(points.value) + " points"; }
std::string lot_text(Sequence id) { return "lot " + std::to_string(id); }
std::string instant_text(Instant at) { return std::to_string(at.ms) + " ms"; }

void check_moves_points(Points points, const Place& place) {
  if (points > Points{0}) return;
  place.report(Invariant::double_entry, "a transfer of at least one point", points_text(points));
}

}  // namespace

void LotBook::credit(Sequence sequence, const PointsCredited& fact, const Place& place) {
  check_moves_points(fact.points, place);
  Purse& purse = purses_[fact.currency];
  purse.balance += fact.points;
  if (fact.qualifying) {
    purse.reset_at = fact.expires;
  } else {
    purse.lots[{fact.expires, fact.earned, sequence}] = {fact.points, fact.points};
  }
}

void LotBook::debit(Instant at, const PointsDebited& fact, const Place& place) {
  check_moves_points(fact.points, place);
  Purse& purse = purses_[fact.currency];
  if (!purse.lots.empty() && std::get<Instant>(purse.lots.begin()->first) <= at) {
    place.report(Invariant::lots, "expired points to be gone before others are spent",
                 lot_text(std::get<Sequence>(purse.lots.begin()->first)) + " expired at " +
                     instant_text(std::get<Instant>(purse.lots.begin()->first)));
  }
  take(purse, fact.points, fact.uses, false, place);
}

void LotBook::expire(Instant at, const PointsExpired& fact, Instant lapsed, const Place& place) {
  check_moves_points(fact.points, place);
  Purse& purse = purses_[fact.currency];
  for (const auto& use : fact.uses) {
    const auto lot = std::find_if(purse.lots.begin(), purse.lots.end(), [&](const auto& entry) {
      return std::get<Sequence>(entry.first) == use.lot;
    });
    if (lot == purse.lots.end()) continue;  // `take` says so
    const Instant due = std::min(std::get<Instant>(lot->first), lapsed);
    if (due > at) {
      place.report(Invariant::time, lot_text(use.lot) + " not to expire before its time",
                   "expired at " + instant_text(at) + ", due at " + instant_text(due));
    }
  }
  take(purse, fact.points, fact.uses, true, place);
}

void LotBook::reset(Instant at, const QualifyingReset& fact, const Place& place) {
  Purse& purse = purses_[fact.currency];
  if (fact.points != purse.balance) {
    place.report(Invariant::double_entry, "a reset of " + points_text(purse.balance),
                 points_text(fact.points));
  }
  if (at < purse.reset_at) {
    place.report(Invariant::time, "a reset at " + instant_text(purse.reset_at),
                 "one at " + instant_text(at));
  }
  purse.balance = {};
  purse.reset_at = never;
}

void LotBook::take(Purse& purse, Points points, const std::vector<LotUse>& uses, bool whole_lots,
                   const Place& place) {
  Points taken;
  for (const auto& use : uses) {
    taken += use.points;
    const auto lot = std::find_if(purse.lots.begin(), purse.lots.end(), [&](const auto& entry) {
      return std::get<Sequence>(entry.first) == use.lot;
    });
    if (lot == purse.lots.end()) {
      place.report(Invariant::lots, "points taken from a lot that is open",
                   lot_text(use.lot) + ", which is not");
      continue;
    }
    if (lot != purse.lots.begin()) {
      place.report(Invariant::lots,
                   "lots used in order, " +
                       lot_text(std::get<Sequence>(purse.lots.begin()->first)) + " first",
                   lot_text(use.lot));
    }
    Points& remaining = lot->second.remaining;
    const bool part = use.points < remaining && (whole_lots || &use != &uses.back());
    if (use.points <= Points{0} || use.points > remaining || part) {
      place.report(Invariant::lots,
                   lot_text(use.lot) + " to give " + (part ? "all" : "at most") + " of its " +
                       points_text(remaining),
                   points_text(use.points));
    }
    remaining -= use.points;
    if (remaining <= Points{0}) purse.lots.erase(lot);
  }
  if (taken != points) {
    place.report(Invariant::double_entry, "lots that give " + points_text(points),
                 points_text(taken));
  }
  purse.balance -= points;
  if (purse.balance < Points{0}) {
    place.report(Invariant::no_debt, "a balance that is not negative", points_text(purse.balance));
  }
}

void LotBook::compare(const Member& member, const Place& place) const {
  for (const auto& [currency, purse] : purses_) {
    const Points balance = member.balance(currency);
    if (balance != purse.balance) {
      place.report(Invariant::double_entry,
                   "a balance of " + points_text(purse.balance) + ", as its facts add up to",
                   points_text(balance));
    }
    const auto* state = member.purse(currency);
    const std::size_t lots = state ? state->lots.size() : 0;
    bool same = lots == purse.lots.size();
    for (std::size_t i = 0; same && i < lots; ++i) {
      const auto open =
          purse.lots.find({state->lots[i].expires, state->lots[i].earned, state->lots[i].id});
      same = open != purse.lots.end() && open->second.original == state->lots[i].original &&
             open->second.remaining == state->lots[i].remaining;
    }
    if (!same) {
      place.report(Invariant::lots,
                   std::to_string(purse.lots.size()) + " open lots, as its facts left them",
                   std::to_string(lots) + " that are not the same");
    }
  }
}

void check_purses(const Member& member, const Place& place) {
  for (const auto& purse : member.purses) {
    if (purse.available < Points{0}) {
      place.report(Invariant::no_debt, "a balance that is not negative",
                   points_text(purse.available));
    }
    if (purse.qualifying) continue;  // not in lots: it is reset as a whole
    Points sum;
    for (const auto& lot : purse.lots) {
      sum += lot.remaining;
      if (lot.remaining <= Points{0} || lot.remaining > lot.original) {
        place.report(
            Invariant::lots,
            lot_text(lot.id) + " with 1 to " + std::to_string(lot.original.value) + " points left",
            points_text(lot.remaining));
      }
    }
    if (sum != purse.available) {
      place.report(Invariant::lots, "lots that sum to the balance, " + points_text(purse.available),
                   points_text(sum));
    }
    const auto later = [](const Lot& a, const Lot& b) {
      return std::tuple(a.expires, a.earned, a.id) < std::tuple(b.expires, b.earned, b.id);
    };
    if (!std::is_sorted(purse.lots.begin(), purse.lots.end(), later)) {
      place.report(Invariant::lots, "lots in the order in which they are used", "another order");
    }
  }
}

}  // namespace loyalty::audit
