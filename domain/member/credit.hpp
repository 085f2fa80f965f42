// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "domain/member/turn.hpp"

namespace loyalty::domain {

/// A credit to be made now, whatever its origin.
struct Credit {
  Sequence journal = 0;
  CurrencyId currency;
  Points points;
  LocalDay earned;
  RuleId rule;
  PromotionId promotion;
  PartnerId issuer;
  Sequence scheduled = 0;
  bool before_reset = false;  ///< was to come before a reset of this very instant
};

/// Credits points: a lot with its expiry (domain.md F11, counted from the activity day), or a
/// qualifying balance that lasts to the next reset; a tier reached by it is taken up at once.
void credit(MemberTurn& turn, const Credit& what);

/// Issues a voucher; returns its id.
Sequence issue_voucher(MemberTurn& turn, const VoucherDef& definition, Sequence journal,
                       PromotionId promotion);

/// Takes points from the lots in the order of consumption (domain.md F19). The caller has checked
/// that the balance suffices.
std::vector<LotUse> consume(const Purse& purse, Points points);

/// States RewardNear and RewardReachable for offers whose zone was entered since `before`
/// (domain.md F54): the zone follows from the balance, so entering it again announces it again.
class ReachWatch {
 public:
  explicit ReachWatch(MemberTurn& turn);
  void announce();

 private:
  MemberTurn& turn_;
  std::vector<std::pair<CurrencyId, Points>> before_;
};

}  // namespace loyalty::domain
