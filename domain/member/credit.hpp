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
  SubtypeId subtype;
  bool by_activity = false;  ///< earned by an activity: held where the currency has escrow
};

/// Credits points: a lot with its expiry (domain.md F11), which pays open arrears first (F17); or a
/// qualifying balance that lasts to the next reset, by which a tier may be reached at once. Points
/// earned by an activity are held instead for as long as the currency says (F15).
void credit(MemberTurn& turn, const Credit& what);

/// Makes held points available now (domain.md F15, F16): all that is left of the credit. They pay
/// arrears, count for tiers, and are due to expire at once when they have outlived their time.
/// `before_reset`: they were to come before a reset of this very instant.
void release(MemberTurn& turn, CurrencyId currency, Sequence credit, bool before_reset,
             const std::string& actor = {});

/// Issues a voucher; returns its id.
Sequence issue_voucher(MemberTurn& turn, const VoucherDef& definition, Sequence journal,
                       PromotionId promotion);

}  // namespace loyalty::domain
