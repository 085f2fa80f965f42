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

void check_sum(Points expected, Points found, const char* what, const Place& place) {
  if (expected == found) return;
  place.report(Invariant::double_entry, std::string(what) + " that sum to " + points_text(expected),
               points_text(found));
}

}  // namespace

void LotBook::book(const Entry& entry, const PointsCredited& fact) {
  check_moves_points(fact.points, entry.place);
  Purse& purse = purses_[fact.currency];
  purse.balance += fact.points;
  if (fact.qualifying) {
    purse.reset_at = fact.expires;
  } else {
    put(purse, {fact.expires, fact.earned, entry.sequence},
        {fact.points, fact.points, fact.subtype});
  }
}

void LotBook::book(const Entry& entry, const PointsEscrowed& fact) {
  check_moves_points(fact.points, entry.place);
  purses_[fact.currency].escrow[entry.sequence] = {
      fact.earned, fact.releases, {fact.points, fact.points, fact.subtype}};
}

void LotBook::book(const Entry& entry, const EscrowReleased& fact) {
  check_moves_points(fact.points, entry.place);
  Purse& purse = purses_[fact.currency];
  const auto held = purse.escrow.find(fact.credit);
  const LocalDay earned = held == purse.escrow.end() ? LocalDay{} : held->second.earned;
  const OpenLot lot = take_from_escrow(purse, fact.credit, fact.points, entry.place);
  purse.balance += fact.points;
  if (fact.qualifying) {
    purse.reset_at = fact.expires;
  } else {
    put(purse, {fact.expires, earned, fact.credit}, lot);
  }
}

void LotBook::book(const Entry& entry, const EscrowCancelled& fact) {
  check_moves_points(fact.points, entry.place);
  take_from_escrow(purses_[fact.currency], fact.credit, fact.points, entry.place);
}

void LotBook::book(const Entry& entry, const PointsDebited& fact) {
  check_moves_points(fact.points, entry.place);
  Purse& purse = purses_[fact.currency];
  if (fact.hold != 0) {
    const auto hold = holds_.find(fact.hold);
    check_sum(hold == holds_.end() ? Points{0} : hold->second.points, fact.points,
              "captured points", entry.place);
    if (hold != holds_.end()) holds_.erase(hold);
    return;
  }
  if (fact.qualifying) return take_qualifying(purse, fact.points, entry.place);
  if (!purse.lots.empty() && std::get<Instant>(purse.lots.begin()->first) <= entry.at) {
    entry.place.report(Invariant::lots, "expired points to be gone before others are spent",
                       lot_text(std::get<Sequence>(purse.lots.begin()->first)) + " expired at " +
                           instant_text(std::get<Instant>(purse.lots.begin()->first)));
  }
  take_or_owe(purse, fact.uses, fact.points, Taking::in_order, entry);
}

void LotBook::book(const Entry& entry, const ArrearsCreated& fact) {
  const auto uncovered = uncovered_.extract(fact.debit);
  const Points owed = uncovered ? uncovered.mapped() : Points{};
  if (owed != fact.points) {
    entry.place.report(Invariant::double_entry, "arrears of " + points_text(owed),
                       points_text(fact.points));
  }
}

void LotBook::book(const Entry& entry, const ArrearsRepaid& fact) {
  check_moves_points(fact.points, entry.place);
  Purse& purse = purses_[fact.currency];
  owe_less(purse, fact.debit, fact.points, entry.place);
  take_exactly(purse, {{fact.credit, fact.points}}, fact.points, Taking::any, entry.place);
}

void LotBook::book(const Entry& entry, const PointsClawedBack& fact) {
  check_moves_points(fact.points, entry.place);
  Purse& purse = purses_[fact.currency];
  if (fact.qualifying) return take_qualifying(purse, fact.points, entry.place);
  take_or_owe(purse, fact.uses, fact.points, Taking::any, entry);
}

void LotBook::book(const Entry& entry, const PointsHeld& fact) {
  check_moves_points(fact.points, entry.place);
  Hold hold{fact.currency, fact.points,
            take(purses_[fact.currency], fact.uses, Taking::in_order, entry.place)};
  Points sum;
  for (const auto& [order, lot] : hold.parts) sum += lot.remaining;
  check_sum(fact.points, sum, "held points", entry.place);
  holds_[entry.sequence] = std::move(hold);
}

void LotBook::book(const Entry& entry, const HoldReleased& fact) {
  const auto hold = holds_.find(fact.hold);
  if (hold == holds_.end()) {
    entry.place.report(Invariant::lots, "a hold that is open", std::to_string(fact.hold));
    return;
  }
  check_sum(hold->second.points, fact.points, "released points", entry.place);
  Purse& purse = purses_[hold->second.currency];
  for (const auto& [order, lot] : hold->second.parts) {
    put(purse, order, lot);
    purse.balance += lot.remaining;
  }
  holds_.erase(hold);
}

void LotBook::book(const Entry& entry, const RedemptionCancelled& fact) {
  Purse& purse = purses_[fact.currency];
  if (fact.arrears > Points{0}) owe_less(purse, fact.debit, fact.arrears, entry.place);
  const Points back = put_back(purse, fact.lots, entry.place);
  check_sum(fact.points, back + fact.arrears, "points given back", entry.place);
}

void LotBook::book(const Entry& entry, const PointsReinstated& fact) {
  check_moves_points(fact.points, entry.place);
  check_sum(fact.points, put_back(purses_[fact.currency], fact.lots, entry.place),
            "points given back", entry.place);
}

void LotBook::book(const Entry& entry, const PointsSent& fact) {
  check_moves_points(fact.points, entry.place);
  take_exactly(purses_[fact.currency], fact.uses, fact.points, Taking::any, entry.place);
}

void LotBook::book(const Entry& entry, const PointsReceived& fact) {
  check_moves_points(fact.points, entry.place);
  Purse& purse = purses_[fact.currency];
  Points sum;
  for (const auto& lot : fact.lots) {
    sum += lot.remaining;
    purse.lots.emplace(Order{lot.expires, lot.earned, entry.sequence},
                       OpenLot{lot.original, lot.remaining, lot.subtype});
  }
  purse.balance += sum;
  check_sum(fact.points, sum, "received points", entry.place);
}

void LotBook::book(const Entry& entry, const PointsExpired& fact) {
  check_moves_points(fact.points, entry.place);
  Purse& purse = purses_[fact.currency];
  for (const auto& use : fact.uses) {
    const auto lot = std::find_if(purse.lots.begin(), purse.lots.end(), [&](const auto& open) {
      return std::get<Sequence>(open.first) == use.lot;
    });
    if (lot == purse.lots.end()) continue;  // `take` says so
    const Instant due = std::min(std::get<Instant>(lot->first), entry.lapsed);
    if (due > entry.at) {
      entry.place.report(Invariant::time, lot_text(use.lot) + " not to expire before its time",
                         "expired at " + instant_text(entry.at) + ", due at " + instant_text(due));
    }
  }
  take_exactly(purse, fact.uses, fact.points, Taking::whole_lots, entry.place);
}

void LotBook::book(const Entry& entry, const QualifyingReset& fact) {
  Purse& purse = purses_[fact.currency];
  if (fact.points != purse.balance) {
    entry.place.report(Invariant::double_entry, "a reset of " + points_text(purse.balance),
                       points_text(fact.points));
  }
  if (entry.at < purse.reset_at) {
    entry.place.report(Invariant::time, "a reset at " + instant_text(purse.reset_at),
                       "one at " + instant_text(entry.at));
  }
  purse.balance = {};
  purse.reset_at = never;
}

LotBook::Parts LotBook::take(Purse& purse, const std::vector<LotUse>& uses, Taking how,
                             const Place& place) {
  Parts parts;
  for (const auto& use : uses) {
    const auto lot = std::find_if(purse.lots.begin(), purse.lots.end(), [&](const auto& open) {
      return std::get<Sequence>(open.first) == use.lot;
    });
    if (lot == purse.lots.end()) {
      place.report(Invariant::lots, "points taken from a lot that is open",
                   lot_text(use.lot) + ", which is not");
      continue;
    }
    const auto first = std::find_if(purse.lots.begin(), purse.lots.end(), [&](const auto& open) {
      return open.second.subtype == lot->second.subtype;
    });
    if (how != Taking::any && lot != first) {
      place.report(Invariant::lots,
                   "lots used in order, " + lot_text(std::get<Sequence>(first->first)) + " first",
                   lot_text(use.lot));
    }
    Points& remaining = lot->second.remaining;
    const bool part = how == Taking::whole_lots && use.points < remaining;
    if (use.points <= Points{0} || use.points > remaining || part) {
      place.report(Invariant::lots,
                   lot_text(use.lot) + " to give " + (part ? "all" : "at most") + " of its " +
                       points_text(remaining),
                   points_text(use.points));
    }
    remaining -= use.points;
    purse.balance -= use.points;
    parts.emplace_back(lot->first, OpenLot{lot->second.original, use.points, lot->second.subtype});
    if (remaining <= Points{0}) purse.lots.erase(lot);
  }
  return parts;
}

void LotBook::take_exactly(Purse& purse, const std::vector<LotUse>& uses, Points points, Taking how,
                           const Place& place) {
  Points taken;
  for (const auto& [order, lot] : take(purse, uses, how, place)) taken += lot.remaining;
  if (taken == points) return;
  place.report(Invariant::double_entry, "lots that give " + points_text(points),
               points_text(taken));
  purse.balance -= points - taken;
}

void LotBook::take_or_owe(Purse& purse, const std::vector<LotUse>& uses, Points points, Taking how,
                          const Entry& entry) {
  for (const auto& [order, lot] : take(purse, uses, how, entry.place)) points -= lot.remaining;
  if (points < Points{0}) {
    entry.place.report(Invariant::double_entry, "lots that give no more than was spent",
                       points_text(-points) + " too many");
  }
  if (points == Points{0}) return;
  purse.balance -= points;
  purse.arrears[entry.sequence] = points;
  uncovered_[entry.sequence] = points;
}

void LotBook::take_qualifying(Purse& purse, Points points, const Place& place) {
  purse.balance -= points;
  if (purse.balance < Points{0}) {
    place.report(Invariant::no_debt, "a balance that is not negative", points_text(purse.balance));
  }
}

void LotBook::owe_less(Purse& purse, Sequence debit, Points points, const Place& place) {
  Points& owed = purse.arrears[debit];
  if (points > owed) {
    place.report(Invariant::no_debt, "to repay at most the " + points_text(owed) + " owed",
                 points_text(points));
  }
  owed -= points;
  purse.balance += points;
  if (owed <= Points{0}) purse.arrears.erase(debit);
}

LotBook::OpenLot LotBook::take_from_escrow(Purse& purse, Sequence credit, Points points,
                                           const Place& place) {
  const auto held = purse.escrow.find(credit);
  if (held == purse.escrow.end() || held->second.lot.remaining < points) {
    place.report(Invariant::lots, "points taken from escrow that are in it",
                 points_text(points) + " of " + lot_text(credit));
    return {points, points, {}};
  }
  OpenLot part = held->second.lot;
  part.remaining = points;
  held->second.lot.remaining -= points;
  if (held->second.lot.remaining == Points{0}) purse.escrow.erase(held);
  return part;
}

void LotBook::put(Purse& purse, const Order& order, const OpenLot& lot) {
  const auto known = purse.lots.find(order);
  if (known == purse.lots.end()) {
    purse.lots.emplace(order, lot);
  } else {
    known->second.remaining += lot.remaining;
  }
}

Points LotBook::put_back(Purse& purse, const std::vector<Lot>& lots, const Place& place) {
  Points sum;
  for (const auto& lot : lots) {
    check_moves_points(lot.remaining, place);
    put(purse, {lot.expires, lot.earned, lot.id}, {lot.original, lot.remaining, lot.subtype});
    sum += lot.remaining;
  }
  purse.balance += sum;
  return sum;
}

void LotBook::compare(const Member& member, const Place& place) const {
  for (const auto& [debit, points] : uncovered_) {
    place.report(Invariant::double_entry,
                 "lots or arrears for all of debit " + std::to_string(debit),
                 points_text(points) + " of it from nowhere");
  }
  const domain::Purse nothing;
  for (const auto& [currency, purse] : purses_) {
    const auto* found = member.purse(currency);
    const auto& state = found ? *found : nothing;
    if (state.available != purse.balance) {
      place.report(Invariant::double_entry,
                   "a balance of " + points_text(purse.balance) + ", as its facts add up to",
                   points_text(state.available));
    }
    bool same = state.lots.size() == purse.lots.size();
    for (const auto& lot : state.lots) {
      const auto [first, last] = purse.lots.equal_range({lot.expires, lot.earned, lot.id});
      same = same && std::any_of(first, last, [&](const auto& open) {
               return open.second.original == lot.original &&
                      open.second.remaining == lot.remaining && open.second.subtype == lot.subtype;
             });
    }
    if (!same) {
      place.report(Invariant::lots,
                   std::to_string(purse.lots.size()) + " open lots, as its facts left them",
                   std::to_string(state.lots.size()) + " that are not the same");
    }
    same = state.escrow.size() == purse.escrow.size();
    for (const auto& lot : state.escrow) {
      const auto held = purse.escrow.find(lot.id);
      same = same && held != purse.escrow.end() && held->second.lot.remaining == lot.remaining &&
             held->second.releases == lot.releases;
    }
    same = same && state.arrears.size() == purse.arrears.size();
    for (const auto& arrears : state.arrears) {
      const auto owed = purse.arrears.find(arrears.debit);
      same = same && owed != purse.arrears.end() && owed->second == arrears.points;
    }
    if (!same) {
      place.report(Invariant::lots, "escrow and arrears as the facts left them", "others");
    }
  }
  bool same = member.set_aside.size() == holds_.size();
  for (const auto& hold : member.set_aside) {
    const auto open = holds_.find(hold.id);
    same = same && open != holds_.end() && open->second.points == hold.points;
  }
  if (!same) {
    place.report(Invariant::lots, std::to_string(holds_.size()) + " open holds",
                 std::to_string(member.set_aside.size()) + " that are not the same");
  }
}

void check_purses(const Member& member, const Place& place) {
  for (const auto& purse : member.purses) {
    if (purse.qualifying) {  // not in lots: it is reset as a whole
      if (purse.available < Points{0}) {
        place.report(Invariant::no_debt, "a balance that is not negative",
                     points_text(purse.available));
      }
      continue;
    }
    if (purse.available + purse.owed() < Points{0}) {
      place.report(Invariant::no_debt, "a balance no lower than what is owed",
                   points_text(purse.available));
    }
    Points sum = -purse.owed();
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
