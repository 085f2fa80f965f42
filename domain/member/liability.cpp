// SPDX-License-Identifier: Apache-2.0
#include "domain/member/liability.hpp"

namespace loyalty::domain {

std::optional<Money> liability(Points points, const Decimal& factor, const Decimal& price) {
  // Prices are in major units: the result in minor units is a hundred times that.
  const auto money = multiply(points.value * 100, factor, price, 0, Rounding::half_up);
  if (!money) return std::nullopt;
  return Money{*money};
}

void owe(MemberTurn& turn, PartnerLiabilityArisen what, bool redemption) {
  const Sequence fact = turn.state(what);
  turn.owe({.partner = what.partner,
            .member = turn.member().id,
            .journal = what.journal,
            .fact = fact,
            .currency = what.currency,
            .points = what.points,
            .money = what.money,
            .at = turn.at(),
            .day = turn.today(),
            .redemption = redemption,
            .promotion = what.promotion,
            .reversal = what.reverses != 0});
}

}  // namespace loyalty::domain
