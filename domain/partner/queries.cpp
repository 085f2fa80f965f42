// SPDX-License-Identifier: Apache-2.0
#include "domain/partner/queries.hpp"

#include <algorithm>

namespace loyalty::domain {
namespace {

void add_up(std::vector<PartnerSums>& sums, const PartnerPeriod& period,
            const Catalogue& catalogue) {
  const std::string_view currency = catalogue.text(period.currency);
  auto sum = std::find_if(sums.begin(), sums.end(),
                          [&](const PartnerSums& known) { return known.currency == currency; });
  if (sum == sums.end()) {
    sums.push_back({});
    sum = std::prev(sums.end());
    sum->currency = currency;
  }
  sum->accrued += period.accrued;
  sum->redeemed += period.redeemed;
  sum->reversed += period.reversed;
  sum->cancelled += period.cancelled;
  sum->accruals += period.accruals;
  sum->reversals += period.reversals;
  sum->redemptions += period.redemptions;
  sum->cancellations += period.cancellations;
  sum->net += period.net();
  sum->accrual_entries += period.accrual_entries;
  sum->redemption_entries += period.redemption_entries;
}

PartnerPosition position(const PartnerLedger& ledger, const Catalogue& catalogue) {
  PartnerPosition result{.partner = ledger.id,
                         .money = catalogue.money,
                         .net = {},
                         .billed = ledger.billed(),
                         .paid = ledger.paid,
                         .outstanding = ledger.billed() - ledger.paid,
                         .currencies = {},
                         .periods = {},
                         .pack_bought = ledger.bought,
                         .pack_used = ledger.pack.used.points,
                         .pack_left = ledger.pack_left()};
  for (const auto& period : ledger.periods) {
    add_up(result.currencies, period, catalogue);
    result.net += period.net();
    const std::string name = month_name(period.month);
    if (result.periods.empty() || result.periods.back() != name) result.periods.push_back(name);
  }
  return result;
}

std::string_view kind_of(const PartnerEntry& entry) {
  if (entry.redemption) return entry.reversal ? "cancellation" : "redemption";
  return entry.reversal ? "reversal" : "accrual";
}

/// The entries that stand in the statement of a month, in the order in which they came.
void add_entries(PartnerStatement& statement, std::span<const PartnerEvent> history,
                 const Catalogue& catalogue, std::int32_t month, std::size_t limit) {
  std::int32_t closed_until = INT32_MIN;
  for (const auto& event : history) {
    if (const auto* closed = get_if<PartnerStatementClosed>(&event)) {
      closed_until = closed->month;
    }
    const auto* booked = get_if<PartnerEntriesBooked>(&event);
    if (booked == nullptr) continue;
    for (const auto& entry : booked->entries) {
      if (booking_month(entry, closed_until) != month) continue;
      if (statement.entries.size() == limit) {
        statement.more = true;
        return;
      }
      statement.entries.push_back({entry.at, entry.day, entry.member, entry.journal, kind_of(entry),
                                   catalogue.text(entry.currency), entry.points, entry.money,
                                   catalogue.text(entry.promotion)});
    }
  }
}

PartnerStatement statement_of(std::int32_t month, const PartnerLedger& ledger,
                              const Catalogue& catalogue) {
  const Partner* partner = catalogue.partner(ledger.id);
  PartnerStatement statement;
  statement.partner = ledger.id;
  statement.period = month_name(month);
  statement.money = catalogue.money;
  statement.billing = name_of(partner ? partner->billing : Billing::post_paid);
  statement.status = month <= ledger.closed_until() ? "closed" : "open";
  for (const auto& closed : ledger.statements) {
    if (closed.month == month) statement.closed = closed.closed;
  }
  for (const auto& period : ledger.periods) {
    if (period.month != month) continue;
    add_up(statement.currencies, period, catalogue);
    statement.accruals += period.accruals;
    statement.reversals += period.reversals;
    statement.redemptions += period.redemptions;
    statement.cancellations += period.cancellations;
    statement.net += period.net();
  }
  return statement;
}

}  // namespace

bool needs_history(const PartnerQuery& query) {
  const auto* statement = get_if<GetPartnerStatement>(&query);
  return statement != nullptr && statement->entries;
}

Expected<PartnerAnswer, Refusal> answer(const PartnerQuery& query, const PartnerLedger& ledger,
                                        const Catalogue& catalogue,
                                        std::span<const PartnerEvent> history) {
  if (catalogue.partner(ledger.id) == nullptr && ledger.sequence == 0) {
    return Unexpected{Refusal{RefusalCode::unknown_partner, "partner",
                              "the program has no partner '" + ledger.id + "'"}};
  }
  const auto* wanted = get_if<GetPartnerStatement>(&query);
  if (wanted == nullptr) return PartnerAnswer(position(ledger, catalogue));
  const auto month = parse_month(wanted->period);
  if (!month) {
    return Unexpected{
        Refusal{RefusalCode::invalid_param, "period", "expected a month such as 2026-03"}};
  }
  if (wanted->limit < 1 || wanted->limit > 1000) {
    return Unexpected{Refusal{RefusalCode::invalid_param, "limit", "expected 1 to 1000"}};
  }
  PartnerStatement statement = statement_of(*month, ledger, catalogue);
  add_entries(statement, history, catalogue, *month, static_cast<std::size_t>(wanted->limit));
  return PartnerAnswer(std::move(statement));
}

bool keep_until(Instant instant, Instant at, PartnerEvent& event) {
  auto* booked = get_if<PartnerEntriesBooked>(&event);
  if (booked == nullptr) return at <= instant;
  std::erase_if(booked->entries, [&](const PartnerEntry& entry) { return entry.at > instant; });
  return !booked->entries.empty();
}

}  // namespace loyalty::domain
