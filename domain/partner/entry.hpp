// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>

#include "domain/fields.hpp"
#include "domain/quantity.hpp"
#include "domain/time.hpp"

namespace loyalty::domain {

/// One liability between program and partner (domain.md F49), as it travels from the member whose
/// purchase or redemption caused it to the partner's ledger. Stored; fields only added at the end.
struct PartnerEntry {
  PartnerId partner;
  std::string member;
  std::uint64_t journal = 0;
  std::uint64_t fact = 0;  ///< the member's PartnerLiabilityArisen
  CurrencyId currency;
  Points points;
  Money money;  ///< positive: the partner owes the program (accrual); negative: redemption
  Instant at;
  LocalDay day;
  bool redemption = false;
  PromotionId promotion;
  bool reversal = false;

  static void fields(auto& self, auto visit) {
    visit(required("partner", "partner"), self.partner);
    visit(required("member", "member"), self.member);
    visit(required("journal", "the member's journal"), self.journal);
    visit(required("fact", "the member's fact"), self.fact);
    visit(required("currency", "currency"), self.currency);
    visit(required("points", "points earned or redeemed"), self.points);
    visit(required("money", "positive: the partner owes; negative: the program owes"), self.money);
    visit(required("at", "when it was booked"), self.at);
    visit(required("day", "the local day of it"), self.day);
    visit(required("redemption", "whether points were redeemed"), self.redemption);
    visit(defaulted("promotion", "promotion that the partner sponsors"), self.promotion);
    visit(defaulted("reversal", "takes an earlier entry back, in whole or in part"), self.reversal);
  }
};

}  // namespace loyalty::domain
