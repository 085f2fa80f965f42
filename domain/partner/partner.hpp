// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "domain/effect.hpp"
#include "domain/fields.hpp"
#include "domain/partner/events.hpp"
#include "domain/program/catalogue.hpp"

/// A partner as an entity: what it and the program owe each other (domain.md F49, F50).
namespace loyalty::domain {

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
  Points reversed;      ///< of points earned, by returns
  Points cancelled;     ///< of points redeemed
  Money reversals;      ///< no longer owed by the partner
  Money cancellations;  ///< no longer owed to the partner
  std::uint64_t reversal_entries = 0;
  std::uint64_t cancellation_entries = 0;

  /// What the partner pays for it; negative: what it gets (domain.md F50).
  Money net() const { return accruals - reversals - redemptions + cancellations; }

  static void fields(auto& self, auto visit) {
    visit(required("month", "year * 12 + month - 1"), self.month);
    visit(required("currency", "currency"), self.currency);
    visit(required("accrued", "points earned at the partner"), self.accrued);
    visit(required("redeemed", "points redeemed there"), self.redeemed);
    visit(required("accruals", "owed by the partner"), self.accruals);
    visit(required("redemptions", "owed to the partner"), self.redemptions);
    visit(required("accrual_entries", "how many"), self.accrual_entries);
    visit(required("redemption_entries", "how many"), self.redemption_entries);
    visit(defaulted("reversed", "points taken back by returns"), self.reversed);
    visit(defaulted("cancelled", "redeemed points given back"), self.cancelled);
    visit(defaulted("reversals", "no longer owed by the partner"), self.reversals);
    visit(defaulted("cancellations", "no longer owed to the partner"), self.cancellations);
    visit(defaulted("reversal_entries", "how many"), self.reversal_entries);
    visit(defaulted("cancellation_entries", "how many"), self.cancellation_entries);
  }
};

/// A statement that is final.
struct ClosedStatement {
  std::int32_t month = 0;
  Money net;
  Instant closed;

  static void fields(auto& self, auto visit) {
    visit(required("month", "year * 12 + month - 1"), self.month);
    visit(required("net", "positive: the partner pays"), self.net);
    visit(required("closed", "when it was closed"), self.closed);
  }
};

struct PartnerLedger {
  std::string id;  ///< not stored: it is the key
  std::vector<OutboxCursor> cursors;
  std::vector<PartnerPeriod> periods;  ///< ascending by month
  std::uint64_t sequence = 0;
  std::vector<ClosedStatement> statements;  ///< ascending by month
  Money paid;                               ///< by the partner, less what was paid to it
  std::int64_t bought = 0;                  ///< partner points, pre-paid
  Budget pack;                              ///< what was used of them

  static void fields(auto& self, auto visit) {
    visit(required("cursors", "per sending shard"), self.cursors);
    visit(required("periods", "ascending by month"), self.periods);
    visit(required("sequence", "number of facts"), self.sequence);
    visit(defaulted("statements", "closed, ascending by month"), self.statements);
    visit(defaulted("paid", "by the partner, less what was paid to it"), self.paid);
    visit(defaulted("bought", "partner points, pre-paid"), self.bought);
    visit(defaulted("pack", "what was used of them"), self.pack);
  }

  /// Partner points that are neither used nor set aside for members at this moment.
  std::int64_t pack_left() const { return bought - pack.used.points; }

  OutboxId cursor(std::uint32_t shard) const;
  /// The month of the last closed statement; entries of it and of months before it fall in the next
  /// one. INT32_MIN when none was closed.
  std::int32_t closed_until() const;
  /// Net of the closed statements: what has been billed.
  Money billed() const;
};

/// What a message from a shard books.
PartnerEntriesBooked booking_of(const OutboxCursor& cursor, std::span<const Effect> effects);

/// Told beside a fact that took what is left from `before` to what it is now (domain.md F51).
std::optional<PartnerBalanceLow> low_balance(const PartnerLedger& ledger, std::int64_t before,
                                             const Partner* partner);

/// Changes a ledger by one fact.
void evolve(PartnerLedger& ledger, Instant at, const PartnerEvent& event);

/// A local calendar month as a number, and as "2026-03".
std::int32_t month_of(LocalDay day);
std::string month_name(std::int32_t month);
/// nullopt when the text is no month.
std::optional<std::int32_t> parse_month(std::string_view text);
LocalDay first_day_of(std::int32_t month);

/// The month in whose statement an entry stands: its own, or the first open one.
std::int32_t booking_month(const PartnerEntry& entry, std::int32_t closed_until);

}  // namespace loyalty::domain
