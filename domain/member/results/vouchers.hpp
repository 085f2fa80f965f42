// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "domain/fields.hpp"
#include "domain/member/member.hpp"
#include "domain/member/sequence.hpp"
#include "domain/quantity.hpp"
#include "domain/time.hpp"

/// How vouchers are answered.
namespace loyalty::domain {

struct VoucherView {
  std::string voucher;
  std::string_view definition;
  std::string_view name;
  VoucherStatus status = VoucherStatus::issued;
  Money remaining;
  Instant issued;
  std::optional<Instant> expires;
  std::optional<Instant> reserved_until;

  static void fields(auto& self, auto visit) {
    visit(required("voucher", "id, to use or cancel it"), self.voucher);
    visit(required("definition", "voucher definition"), self.definition);
    visit(required("name", "its name for people"), self.name);
    visit(required("status", "issued, reserved, redeemed, expired or cancelled"), self.status);
    visit(required("remaining", "value left, minor units"), self.remaining);
    visit(required("issued", "when it was issued"), self.issued);
    visit(defaulted("expires", "first instant at which it cannot be used"), self.expires);
    visit(defaulted("reserved_until", "when a reservation ends by itself"), self.reserved_until);
  }
};

struct VoucherResult {
  VoucherView voucher;
  Sequence sequence = 0;

  static void fields(auto& self, auto visit) {
    visit(required("voucher", "the voucher after it"), self.voucher);
    visit(required("sequence", "the member's last fact"), self.sequence);
  }
};

struct VouchersResult {
  std::vector<VoucherView> vouchers;
  static void fields(auto& self, auto visit) {
    visit(required("vouchers", "oldest first"), self.vouchers);
  }
};

}  // namespace loyalty::domain
