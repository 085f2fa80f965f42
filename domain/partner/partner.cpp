// SPDX-License-Identifier: Apache-2.0
#include "domain/partner/partner.hpp"

#include <algorithm>
#include <charconv>

#include "domain/invariant.hpp"

namespace loyalty::domain {
namespace {

std::int32_t month_of(LocalDay day) {
  const CalendarDate date = calendar(day);
  return date.year * 12 + static_cast<std::int32_t>(date.month) - 1;
}

std::string month_name(std::int32_t month) {
  return to_string(*day_of({month / 12, static_cast<unsigned>(month % 12 + 1), 1})).substr(0, 7);
}

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

void book(PartnerLedger& ledger, const PartnerEntry& entry) {
  PartnerPeriod& period = period_of(ledger, month_of(entry.day), entry.currency);
  if (entry.redemption) {
    period.redeemed += entry.points;
    period.redemptions += -entry.money;
    ++period.redemption_entries;
  } else {
    period.accrued += entry.points;
    period.accruals += entry.money;
    ++period.accrual_entries;
  }
}

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
  sum->accruals += period.accruals;
  sum->redemptions += period.redemptions;
  sum->net += period.accruals - period.redemptions;
  sum->accrual_entries += period.accrual_entries;
  sum->redemption_entries += period.redemption_entries;
}

PartnerPosition position(const PartnerLedger& ledger, const Catalogue& catalogue) {
  PartnerPosition result{ledger.id, catalogue.money, {}, {}, {}};
  for (const auto& period : ledger.periods) {
    add_up(result.currencies, period, catalogue);
    result.net += period.accruals - period.redemptions;
    const std::string name = month_name(period.month);
    if (result.periods.empty() || result.periods.back() != name) result.periods.push_back(name);
  }
  return result;
}

void add_entries(PartnerStatement& statement, std::span<const PartnerEvent> history,
                 const Catalogue& catalogue, std::int32_t month, std::size_t limit) {
  for (const auto& event : history) {
    for (const auto& entry : std::get<PartnerEntriesBooked>(event).entries) {
      if (month_of(entry.day) != month) continue;
      if (statement.entries.size() == limit) {
        statement.more = true;
        return;
      }
      statement.entries.push_back({entry.at, entry.day, entry.member, entry.journal,
                                   entry.redemption ? "redemption" : "accrual",
                                   catalogue.text(entry.currency), entry.points, entry.money});
    }
  }
}

}  // namespace

OutboxId PartnerLedger::cursor(std::uint32_t shard) const {
  for (const auto& known : cursors) {
    if (known.shard == shard) return known.last;
  }
  return {};
}

void evolve(PartnerLedger& ledger, const PartnerEvent& event) {
  ++ledger.sequence;
  const auto& booked = std::get<PartnerEntriesBooked>(event);
  invariant(booked.cursor.last > ledger.cursor(booked.cursor.shard),
            "each outbox message is applied once");
  const auto known =
      std::find_if(ledger.cursors.begin(), ledger.cursors.end(),
                   [&](const OutboxCursor& c) { return c.shard == booked.cursor.shard; });
  if (known == ledger.cursors.end()) {
    ledger.cursors.push_back(booked.cursor);
  } else {
    known->last = booked.cursor.last;
  }
  for (const auto& entry : booked.entries) book(ledger, entry);
}

bool needs_history(const PartnerQuery& query) {
  const auto* statement = std::get_if<GetPartnerStatement>(&query);
  return statement != nullptr && statement->entries;
}

Expected<PartnerAnswer, Refusal> answer(const PartnerQuery& query, const PartnerLedger& ledger,
                                        const Catalogue& catalogue,
                                        std::span<const PartnerEvent> history) {
  if (catalogue.partner(ledger.id) == nullptr && ledger.sequence == 0) {
    return Unexpected{Refusal{RefusalCode::unknown_partner, "partner",
                              "the program has no partner '" + ledger.id + "'"}};
  }
  const auto* wanted = std::get_if<GetPartnerStatement>(&query);
  if (wanted == nullptr) return PartnerAnswer(position(ledger, catalogue));
  const auto first = parse_day(wanted->period + "-01");
  if (!first) {
    return Unexpected{
        Refusal{RefusalCode::invalid_param, "period", "expected a month such as 2026-03"}};
  }
  if (wanted->limit < 1 || wanted->limit > 1000) {
    return Unexpected{Refusal{RefusalCode::invalid_param, "limit", "expected 1 to 1000"}};
  }
  const std::int32_t month = month_of(*first);
  PartnerStatement statement{.partner = ledger.id,
                             .period = wanted->period,
                             .money = catalogue.money,
                             .billing = name_of(Billing::post_paid),
                             .accruals = {},
                             .redemptions = {},
                             .net = {},
                             .currencies = {},
                             .entries = {},
                             .more = false};
  for (const auto& period : ledger.periods) {
    if (period.month != month) continue;
    add_up(statement.currencies, period, catalogue);
    statement.accruals += period.accruals;
    statement.redemptions += period.redemptions;
  }
  statement.net = statement.accruals - statement.redemptions;
  add_entries(statement, history, catalogue, month, static_cast<std::size_t>(wanted->limit));
  return PartnerAnswer(std::move(statement));
}

}  // namespace loyalty::domain
