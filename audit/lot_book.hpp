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
/// was computed twice.
class LotBook {
 public:
  void credit(domain::Sequence sequence, const domain::PointsCredited& fact, const Place& place);
  void debit(domain::Instant at, const domain::PointsDebited& fact, const Place& place);
  /// `lapsed`: the whole balance lapses at that instant for want of activity; `never` if it cannot.
  void expire(domain::Instant at, const domain::PointsExpired& fact, domain::Instant lapsed,
              const Place& place);
  void reset(domain::Instant at, const domain::QualifyingReset& fact, const Place& place);

  /// Compares balances and lots with those of a state.
  void compare(const domain::Member& member, const Place& place) const;

 private:
  /// Earliest expiry, earliest earned, earliest credited: the order of consumption (domain.md F19).
  using Order = std::tuple<domain::Instant, domain::LocalDay, domain::Sequence>;
  struct OpenLot {
    domain::Points original;
    domain::Points remaining;
  };
  struct Purse {
    domain::Points balance;
    std::map<Order, OpenLot> lots;
    domain::Instant reset_at = domain::never;
  };

  void take(Purse& purse, domain::Points points, const std::vector<domain::LotUse>& uses,
            bool whole_lots, const Place& place);

  std::map<domain::CurrencyId, Purse> purses_;
};

/// What must hold for the balances of any state by itself: lots sum to the balance, each has
/// between 1 and its original points left, they stand in order, nothing is negative.
void check_purses(const domain::Member& member, const Place& place);

}  // namespace loyalty::audit
