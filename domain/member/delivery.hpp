// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "domain/fields.hpp"
#include "domain/member/lot.hpp"
#include "domain/member/redemption_events.hpp"

namespace loyalty::domain {

/// What goes from one member to another (domain.md F23, F62). Spendable points go as the lots that
/// were taken, which keep their expiry; qualifying points and vouchers only when members are
/// merged.
struct MemberDelivery {
  std::string from;
  std::string to;
  Sequence sent = 0;
  CurrencyId currency;
  std::vector<Lot> lots;
  Points qualifying;
  std::vector<VoucherIssued> vouchers;
  bool returned = false;

  static void fields(auto& self, auto visit) {
    visit(required("from", "member that sends"), self.from);
    visit(required("to", "member that receives"), self.to);
    visit(required("sent", "sequence of the sender's fact"), self.sent);
    visit(required("currency", "currency of the points"), self.currency);
    visit(defaulted("lots", "the credits, each with the points that were taken"), self.lots);
    visit(defaulted("qualifying", "qualifying points"), self.qualifying);
    visit(defaulted("vouchers", "vouchers with what is left of them"), self.vouchers);
    visit(defaulted("returned", "it comes back: the other member could not take it"),
          self.returned);
  }
};

}  // namespace loyalty::domain
