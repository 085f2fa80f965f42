// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "domain/budget/quantities.hpp"
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

  static void fields(auto& self, auto visit) {
    visit(required("cursor", "where they came from"), self.cursor);
    visit(required("entries", "liabilities"), self.entries);
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

using PartnerEvent =
    std::variant<PartnerEntriesBooked, PartnerStatementClosed, PartnerPaymentRecorded>;

}  // namespace loyalty::domain
