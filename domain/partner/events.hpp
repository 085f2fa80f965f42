// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <boost/variant2/variant.hpp>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "domain/budget/budget.hpp"
#include "domain/fields.hpp"
#include "domain/outbox_cursor.hpp"
#include "domain/partner/entry.hpp"

/// The facts of a partner's ledger. Stored: alternatives and fields are only added at the end.
namespace loyalty::domain {

/// Entries of one journal block of one shard, booked together with the cursor that keeps them from
/// being booked again.
struct PartnerEntriesBooked {
  static constexpr std::string_view name = "partner_entries_booked";
  OutboxCursor cursor;
  std::vector<PartnerEntry> entries;
  std::vector<std::int64_t> pack;

  static void fields(auto& self, auto visit) {
    visit(required("cursor", "where they came from"), self.cursor);
    visit(required("entries", "liabilities"), self.entries);
    visit(defaulted("pack", "partner points taken of the pack; negative: given back"), self.pack);
  }
};

/// The statement of a month, final from now on (domain.md F50).
struct PartnerStatementClosed {
  static constexpr std::string_view name = "partner_statement_closed";
  std::int32_t month = 0;
  Money net;
  std::string actor;

  static void fields(auto& self, auto visit) {
    visit(required("month", "year * 12 + month - 1"), self.month);
    visit(required("net", "positive: the partner pays"), self.net);
    visit(defaulted("actor", "who closed it"), self.actor);
  }
};

struct PartnerPaymentRecorded {
  static constexpr std::string_view name = "partner_payment_recorded";
  Money amount;
  std::string reference;
  std::string actor;

  static void fields(auto& self, auto visit) {
    visit(required("amount", "positive: paid by the partner; negative: paid to it"), self.amount);
    visit(defaulted("reference", "such as the number of the transfer"), self.reference);
    visit(defaulted("actor", "who recorded it"), self.actor);
  }
};

/// A pre-paid partner has bought points (domain.md F51).
struct PartnerPackAdded {
  static constexpr std::string_view name = "partner_pack_added";
  std::int64_t points = 0;
  std::string reference;
  std::string actor;

  static void fields(auto& self, auto visit) {
    visit(required("points", "partner points; negative: a correction"), self.points);
    visit(defaulted("reference", "such as the number of the invoice"), self.reference);
    visit(defaulted("actor", "who recorded it"), self.actor);
  }
};

/// What is left of the pack has fallen below the partner's alert value. Once, until it was above.
struct PartnerBalanceLow {
  static constexpr std::string_view name = "partner_balance_low";
  std::int64_t left = 0;

  static void fields(auto& self, auto visit) {
    visit(required("left", "partner points left"), self.left);
  }
};

using PartnerEvent =
    boost::variant2::variant<PartnerEntriesBooked, PartnerStatementClosed, PartnerPaymentRecorded,
                             PartnerPackAdded, PortionSet, PartnerBalanceLow>;

}  // namespace loyalty::domain
