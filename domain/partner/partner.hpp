// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "domain/expected.hpp"
#include "domain/named.hpp"
#include "domain/partner/entry.hpp"
#include "domain/program/catalogue.hpp"
#include "domain/refusal.hpp"

/// A partner as an entity: what it and the program owe each other (domain.md F49, F50).
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

using PartnerEvent = std::variant<PartnerEntriesBooked>;

/// Sums of one currency in one local calendar month.
struct PartnerPeriod {
  std::int32_t month = 0;  ///< year * 12 + month - 1
  CurrencyId currency;
  Points accrued;
  Points redeemed;
  Money accruals;
  Money redemptions;  ///< positive: owed to the partner
  std::uint64_t accrual_entries = 0;
  std::uint64_t redemption_entries = 0;

  static void fields(auto& self, auto visit) {
    visit(required("month", "year * 12 + month - 1"), self.month);
    visit(required("currency", "currency"), self.currency);
    visit(required("accrued", "points earned at the partner"), self.accrued);
    visit(required("redeemed", "points redeemed there"), self.redeemed);
    visit(required("accruals", "owed by the partner"), self.accruals);
    visit(required("redemptions", "owed to the partner"), self.redemptions);
    visit(required("accrual_entries", "how many"), self.accrual_entries);
    visit(required("redemption_entries", "how many"), self.redemption_entries);
  }
};

struct PartnerLedger {
  std::string id;  ///< not stored: it is the key
  std::vector<OutboxCursor> cursors;
  std::vector<PartnerPeriod> periods;  ///< ascending by month
  std::uint64_t sequence = 0;

  static void fields(auto& self, auto visit) {
    visit(required("cursors", "per sending shard"), self.cursors);
    visit(required("periods", "ascending by month"), self.periods);
    visit(required("sequence", "number of facts"), self.sequence);
  }

  OutboxId cursor(std::uint32_t shard) const;
};

void evolve(PartnerLedger& ledger, const PartnerEvent& event);

struct GetPartnerPosition {
  static constexpr std::string_view name = "get_partner_position";
  static void fields(auto&, auto) {}
};

struct GetPartnerStatement {
  static constexpr std::string_view name = "get_partner_statement";
  std::string period;
  bool entries = false;
  std::int64_t limit = 1000;

  static void fields(auto& self, auto visit) {
    visit(required("period", "local calendar month, YYYY-MM"), self.period);
    visit(defaulted("entries", "with the single entries"), self.entries);
    visit(defaulted("limit", "at most this many entries, 1 to 1000"), self.limit);
  }
};

using PartnerQuery = std::variant<GetPartnerPosition, GetPartnerStatement>;

struct PartnerSums {
  std::string_view currency;
  Points accrued;
  Points redeemed;
  Money accruals;
  Money redemptions;
  Money net;
  std::uint64_t accrual_entries = 0;
  std::uint64_t redemption_entries = 0;

  static void fields(auto& self, auto visit) {
    visit(required("currency", "currency"), self.currency);
    visit(required("accrued", "points earned at the partner"), self.accrued);
    visit(required("redeemed", "points redeemed there"), self.redeemed);
    visit(required("accruals", "what the partner owes for them, minor units"), self.accruals);
    visit(required("redemptions", "what the program owes for them, minor units"), self.redemptions);
    visit(required("net", "accruals - redemptions; positive: the partner pays"), self.net);
    visit(required("accrual_entries", "number of accrual entries"), self.accrual_entries);
    visit(required("redemption_entries", "number of redemption entries"), self.redemption_entries);
  }
};

struct PartnerPosition {
  std::string_view partner;
  std::string_view money;
  Money net;
  std::vector<PartnerSums> currencies;
  std::vector<std::string> periods;

  static void fields(auto& self, auto visit) {
    visit(required("partner", "partner"), self.partner);
    visit(required("money", "ISO code of the amounts"), self.money);
    visit(required("net", "positive: the partner owes the program, minor units"), self.net);
    visit(required("currencies", "sums by currency"), self.currencies);
    visit(required("periods", "months that have entries, YYYY-MM"), self.periods);
  }
};

struct PartnerEntryView {
  Instant at;
  LocalDay day;
  std::string member;
  std::uint64_t journal = 0;
  std::string_view kind;
  std::string_view currency;
  Points points;
  Money money;

  static void fields(auto& self, auto visit) {
    visit(required("at", "when it was booked"), self.at);
    visit(required("day", "the local day of it"), self.day);
    visit(required("member", "member"), self.member);
    visit(required("journal", "the member's journal"), self.journal);
    visit(required("kind", "accrual or redemption"), self.kind);
    visit(required("currency", "currency"), self.currency);
    visit(required("points", "points earned or redeemed"), self.points);
    visit(required("money", "positive: the partner owes, minor units"), self.money);
  }
};

struct PartnerStatement {
  std::string_view partner;
  std::string period;
  std::string_view money;
  std::string_view billing;
  Money accruals;
  Money redemptions;
  Money net;
  std::vector<PartnerSums> currencies;
  std::vector<PartnerEntryView> entries;
  bool more = false;

  static void fields(auto& self, auto visit) {
    visit(required("partner", "partner"), self.partner);
    visit(required("period", "local calendar month, YYYY-MM"), self.period);
    visit(required("money", "ISO code of the amounts"), self.money);
    visit(required("billing", "how it settles"), self.billing);
    visit(required("accruals", "owed by the partner, minor units"), self.accruals);
    visit(required("redemptions", "owed to the partner, minor units"), self.redemptions);
    visit(required("net", "positive: the partner pays, minor units"), self.net);
    visit(required("currencies", "sums by currency"), self.currencies);
    visit(required("entries", "single entries, when asked for"), self.entries);
    visit(required("more", "there are more entries than shown"), self.more);
  }
};

using PartnerAnswer = std::variant<PartnerPosition, PartnerStatement>;

/// `history`: all facts of the partner, for a statement with entries, else nothing.
Expected<PartnerAnswer, Refusal> answer(const PartnerQuery& query, const PartnerLedger& ledger,
                                        const Catalogue& catalogue,
                                        std::span<const PartnerEvent> history);
bool needs_history(const PartnerQuery& query);

}  // namespace loyalty::domain
