// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <boost/variant2/variant.hpp>

#include "domain/budget/quantities.hpp"
#include "domain/fields.hpp"
#include "domain/member/delivery.hpp"
#include "domain/partner/entry.hpp"

/// What a turn of one entity brings about at another, carried there by the outbox once the turn is
/// durable (runtime.md 1.6). Stored: alternatives and fields are only added at the end.
namespace loyalty::domain {

/// What was taken of a shared budget, or given back to it when negative.
struct BudgetUse {
  Quantities quantities;

  static void fields(auto& self, auto visit) {
    visit(required("quantities", "taken; negative: given back"), self.quantities);
  }
};

using Effect = boost::variant2::variant<PartnerEntry, MemberDelivery, BudgetUse>;

}  // namespace loyalty::domain
