// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <compare>
#include <cstdint>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "domain/fields.hpp"
#include "domain/partner/entry.hpp"

/// The facts of a partner's ledger. Stored: alternatives and fields are only added at the end.
namespace loyalty::domain {

/// The end of what one shard has sent: the identity of the last message whose effect is in this
/// state (runtime.md 1.6).
struct OutboxId {
  std::uint64_t epoch = 0;
  std::uint64_t position = 0;
  friend auto operator<=>(const OutboxId&, const OutboxId&) = default;

  static void fields(auto& self, auto visit) {
    visit(required("epoch", "epoch of the sending shard"), self.epoch);
    visit(required("position", "journal position of the cause"), self.position);
  }
};

struct OutboxCursor {
  std::uint32_t shard = 0;
  OutboxId last;

  static void fields(auto& self, auto visit) {
    visit(required("shard", "sending shard"), self.shard);
    visit(required("last", "last message applied"), self.last);
  }
};

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
