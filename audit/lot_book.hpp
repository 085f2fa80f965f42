// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <tuple>
#include <vector>

#include "audit/finding.hpp"
#include "domain/member/events.hpp"
#include "domain/member/member.hpp"

namespace loyalty::audit {

/// The points of one member, booked from its facts alone, beside `evolve`: what the two agree on
/// was computed twice. One overload of `book` per fact that moves points.
class LotBook {
 public:
  /// When and as which fact of the member something is booked.
  struct Entry {
    domain::Instant at;
    domain::Sequence sequence = 0;
    /// A whole balance of this currency lapses then for want of activity; `never` if it cannot.
    domain::Instant lapsed = domain::never;
    const Place& place;
  };

  void book(const Entry& entry, const domain::PointsCredited& fact);
  void book(const Entry& entry, const domain::PointsEscrowed& fact);
  void book(const Entry& entry, const domain::EscrowReleased& fact);
  void book(const Entry& entry, const domain::EscrowCancelled& fact);
  void book(const Entry& entry, const domain::PointsDebited& fact);
  void book(const Entry& entry, const domain::ArrearsCreated& fact);
  void book(const Entry& entry, const domain::ArrearsRepaid& fact);
  void book(const Entry& entry, const domain::PointsClawedBack& fact);
  void book(const Entry& entry, const domain::PointsHeld& fact);
  void book(const Entry& entry, const domain::HoldReleased& fact);
  void book(const Entry& entry, const domain::RedemptionCancelled& fact);
  void book(const Entry& entry, const domain::PointsReinstated& fact);
  void book(const Entry& entry, const domain::PointsSent& fact);
  void book(const Entry& entry, const domain::PointsReceived& fact);
  void book(const Entry& entry, const domain::PointsExpired& fact);
  void book(const Entry& entry, const domain::QualifyingReset& fact);

  /// Compares balances, lots, escrow, arrears and holds with those of a state.
  void compare(const domain::Member& member, const Place& place) const;

 private:
  /// Earliest expiry, earliest earned, earliest credited: the order of consumption among lots of
  /// one subtype (domain.md F19).
  using Order = std::tuple<domain::Instant, domain::LocalDay, domain::Sequence>;
  struct OpenLot {
    domain::Points original;
    domain::Points remaining;
    domain::SubtypeId subtype;
  };
  struct Escrowed {
    domain::LocalDay earned;
    domain::Instant releases;
    OpenLot lot;
  };
  struct Purse {
    domain::Points balance;
    std::multimap<Order, OpenLot> lots;
    std::map<domain::Sequence, Escrowed> escrow;
    std::map<domain::Sequence, domain::Points> arrears;
    domain::Instant reset_at = domain::never;
  };
  struct Hold {
    domain::CurrencyId currency;
    domain::Points points;
    std::vector<std::pair<Order, OpenLot>> parts;
  };
  using Parts = std::vector<std::pair<Order, OpenLot>>;
  enum class Taking { in_order, whole_lots, any };

  /// Takes points out of lots; what was taken of which.
  Parts take(Purse& purse, const std::vector<domain::LotUse>& uses, Taking how, const Place& place);
  /// The same, and they must sum to `points`.
  void take_exactly(Purse& purse, const std::vector<domain::LotUse>& uses, domain::Points points,
                    Taking how, const Place& place);
  /// The same, and what is missing is owed from now on.
  void take_or_owe(Purse& purse, const std::vector<domain::LotUse>& uses, domain::Points points,
                   Taking how, const Entry& entry);
  void take_qualifying(Purse& purse, domain::Points points, const Place& place);
  void owe_less(Purse& purse, domain::Sequence debit, domain::Points points, const Place& place);
  OpenLot take_from_escrow(Purse& purse, domain::Sequence credit, domain::Points points,
                           const Place& place);
  void put(Purse& purse, const Order& order, const OpenLot& lot);
  /// Puts back what a fact says; returns how much that is.
  domain::Points put_back(Purse& purse, const std::vector<domain::Lot>& lots, const Place& place);

  std::map<domain::CurrencyId, Purse> purses_;
  std::map<domain::Sequence, Hold> holds_;
  /// Debits that no lots cover, and of which the fact that says so is still to come.
  std::map<domain::Sequence, domain::Points> uncovered_;
};

/// What must hold for the balances of any state by itself: lots less arrears are the balance, each
/// has between 1 and its original points left, they stand in order, a qualifying balance is not
/// negative.
void check_purses(const domain::Member& member, const Place& place);

}  // namespace loyalty::audit
