// SPDX-License-Identifier: Apache-2.0
#include "domain/partner/partner.hpp"

#include <algorithm>

#include "domain/invariant.hpp"

namespace loyalty::domain {
namespace {

PartnerPeriod& period_of(PartnerLedger& ledger, std::int32_t month, CurrencyId currency) {
  auto place = ledger.periods.begin();
  for (; place != ledger.periods.end() && place->month <= month; ++place) {
    if (place->month == month && place->currency == currency) return *place;
  }
  PartnerPeriod fresh;
  fresh.month = month;
  fresh.currency = currency;
  return *ledger.periods.insert(place, fresh);
}

/// A reversal has the negative of what it takes back.
void book(PartnerPeriod& period, const PartnerEntry& entry) {
  if (entry.redemption && entry.reversal) {
    period.cancelled += -entry.points;
    period.cancellations += entry.money;
    ++period.cancellation_entries;
  } else if (entry.redemption) {
    period.redeemed += entry.points;
    period.redemptions += -entry.money;
    ++period.redemption_entries;
  } else if (entry.reversal) {
    period.reversed += -entry.points;
    period.reversals += -entry.money;
    ++period.reversal_entries;
  } else {
    period.accrued += entry.points;
    period.accruals += entry.money;
    ++period.accrual_entries;
  }
}

struct ApplyToLedger {
  PartnerLedger& ledger;
  Instant at;

  void operator()(const PartnerEntriesBooked& e) const {
    invariant(e.cursor.last > ledger.cursor(e.cursor.shard), "each outbox message is applied once");
    move_on(ledger.cursors, e.cursor);
    for (const auto& entry : e.entries) {
      book(period_of(ledger, booking_month(entry, ledger.closed_until()), entry.currency), entry);
    }
    for (const auto points : e.pack) book(ledger.pack, e.cursor.shard, {.points = points});
  }
  void operator()(const PartnerStatementClosed& e) const {
    invariant(e.month > ledger.closed_until(), "a statement is closed once, in order");
    ledger.statements.push_back({e.month, e.net, at});
  }
  void operator()(const PartnerPaymentRecorded& e) const { ledger.paid += e.amount; }
  void operator()(const PartnerPackAdded& e) const { ledger.bought += e.points; }
  void operator()(const PortionSet& e) const { evolve(ledger.pack, e); }
  void operator()(const PartnerBalanceLow&) const {}
};

}  // namespace

OutboxId PartnerLedger::cursor(std::uint32_t shard) const { return last_of(cursors, shard); }

PartnerEntriesBooked booking_of(const OutboxCursor& cursor, std::span<const Effect> effects) {
  PartnerEntriesBooked result{cursor, {}};
  for (const auto& effect : effects) {
    if (const auto* entry = get_if<PartnerEntry>(&effect)) result.entries.push_back(*entry);
    if (const auto* use = get_if<BudgetUse>(&effect)) {
      result.pack.push_back(use->quantities.points);
    }
  }
  return result;
}

std::optional<PartnerBalanceLow> low_balance(const PartnerLedger& ledger, std::int64_t before,
                                             const Partner* partner) {
  if (partner == nullptr || partner->billing != Billing::pre_paid) return std::nullopt;
  const std::int64_t alert = partner->alert_below.value;
  if (before < alert || ledger.pack_left() >= alert) return std::nullopt;
  return PartnerBalanceLow{ledger.pack_left()};
}

std::int32_t PartnerLedger::closed_until() const {
  return statements.empty() ? INT32_MIN : statements.back().month;
}

Money PartnerLedger::billed() const {
  Money sum;
  for (const auto& statement : statements) sum += statement.net;
  return sum;
}

std::int32_t month_of(LocalDay day) {
  const CalendarDate date = calendar(day);
  return date.year * 12 + static_cast<std::int32_t>(date.month) - 1;
}

LocalDay first_day_of(std::int32_t month) {
  return *day_of({month / 12, static_cast<unsigned>(month % 12 + 1), 1});
}

std::string month_name(std::int32_t month) { return to_string(first_day_of(month)).substr(0, 7); }

std::optional<std::int32_t> parse_month(std::string_view text) {
  const auto day = parse_day(std::string(text) + "-01");
  return day ? std::optional(month_of(*day)) : std::nullopt;
}

std::int32_t booking_month(const PartnerEntry& entry, std::int32_t closed_until) {
  const std::int32_t month = month_of(entry.day);
  return month > closed_until ? month : closed_until + 1;
}

void evolve(PartnerLedger& ledger, Instant at, const PartnerEvent& event) {
  ++ledger.sequence;
  visit(ApplyToLedger{ledger, at}, event);
}

}  // namespace loyalty::domain
