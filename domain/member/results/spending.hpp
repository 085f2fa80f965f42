// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "domain/fields.hpp"
#include "domain/member/results/vouchers.hpp"
#include "domain/member/sequence.hpp"
#include "domain/named.hpp"
#include "domain/quantity.hpp"
#include "domain/time.hpp"

/// How redemptions, holds and what undoes them are answered.
namespace loyalty::domain {

struct LotUseView {
  Sequence credit = 0;
  Points points;

  static void fields(auto& self, auto visit) {
    visit(required("credit", "sequence of the credit"), self.credit);
    visit(required("points", "points taken from it"), self.points);
  }
};

struct RedeemResult {
  Sequence journal = 0;
  std::string_view offer;
  std::int64_t quantity = 0;
  std::string_view currency;
  Points points;
  Money discount;
  std::vector<LotUseView> trace;
  std::vector<VoucherView> vouchers;
  Named<Points> balances;
  Sequence sequence = 0;
  Points arrears;

  static void fields(auto& self, auto visit) {
    visit(required("journal", "id of the journal"), self.journal);
    visit(required("offer", "what was obtained; empty for a plain debit"), self.offer);
    visit(required("quantity", "how many"), self.quantity);
    visit(required("currency", "currency spent"), self.currency);
    visit(required("points", "points spent"), self.points);
    visit(required("discount", "money off, minor units"), self.discount);
    visit(required("trace", "the credits they came from"), self.trace);
    visit(required("vouchers", "vouchers issued"), self.vouchers);
    visit(required("balances", "available points after it, by currency"), self.balances);
    visit(required("sequence", "the member's last fact"), self.sequence);
    visit(required("arrears", "part of the points that no credit covered"), self.arrears);
  }
};

/// Points set aside (domain.md F26).
struct HoldView {
  std::string hold;
  std::string_view offer;
  std::int64_t quantity = 0;
  std::string_view currency;
  Points points;
  Instant expires;
  std::vector<LotUseView> trace;

  static void fields(auto& self, auto visit) {
    visit(required("hold", "id, to capture or release it"), self.hold);
    visit(required("offer", "what they are meant for; empty: no offer"), self.offer);
    visit(required("quantity", "how many of the offer"), self.quantity);
    visit(required("currency", "currency"), self.currency);
    visit(required("points", "points set aside"), self.points);
    visit(required("expires", "when they come back by themselves"), self.expires);
    visit(required("trace", "the credits they came from"), self.trace);
  }
};

struct HoldResult {
  HoldView hold;
  Named<Points> balances;
  Sequence sequence = 0;

  static void fields(auto& self, auto visit) {
    visit(required("hold", "the hold, or what it was"), self.hold);
    visit(required("balances", "available points after it, by currency"), self.balances);
    visit(required("sequence", "the member's last fact"), self.sequence);
  }
};

/// The answer to cancel_redemption: points = arrears + restored.
struct CancelResult {
  Sequence journal = 0;
  std::string_view offer;
  std::string_view currency;
  Points points;
  Points arrears;
  std::vector<LotUseView> restored;
  Points expired;
  std::vector<VoucherView> vouchers;
  Named<Points> balances;
  Sequence sequence = 0;

  static void fields(auto& self, auto visit) {
    visit(required("journal", "journal of the redemption"), self.journal);
    visit(required("offer", "what had been obtained; empty for a plain debit"), self.offer);
    visit(required("currency", "currency"), self.currency);
    visit(required("points", "points that had been spent"), self.points);
    visit(required("arrears", "part that was still owed and is owed no more"), self.arrears);
    visit(required("restored", "points given back, by the credits they came from"), self.restored);
    visit(required("expired", "points given back that were past their expiry and are gone"),
          self.expired);
    visit(required("vouchers", "vouchers cancelled with it"), self.vouchers);
    visit(required("balances", "available points after it, by currency"), self.balances);
    visit(required("sequence", "the member's last fact"), self.sequence);
  }
};

struct HoldsResult {
  std::vector<HoldView> holds;
  static void fields(auto& self, auto visit) {
    visit(required("holds", "oldest first"), self.holds);
  }
};

}  // namespace loyalty::domain
