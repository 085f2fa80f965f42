// SPDX-License-Identifier: Apache-2.0
#include "audit/partner_audit.hpp"

#include "actors/entity_key.hpp"
#include "codec/stored_entities.hpp"

namespace loyalty::audit {

using namespace domain;

void PartnerAudit::before(const actors::RecordView& record, const Place& place) {
  const bool good =
      actors::decode_facts<PartnerEvent>(record, [&](Instant, const PartnerEvent& event) {
        ++context_.totals.facts;
        if (const auto* closed = get_if<PartnerStatementClosed>(&event)) {
          check_statement(*closed, place);
          return;
        }
        if (!holds_alternative<PartnerEntriesBooked>(event)) return;
        const auto& message = get<PartnerEntriesBooked>(event);
        OutboxId& last = cursors_[message.cursor.shard];
        if (message.cursor.last <= last) {
          place.report(Invariant::effects_once,
                       "a message of shard " + std::to_string(message.cursor.shard) +
                           " after position " + std::to_string(last.position),
                       "the one of position " + std::to_string(message.cursor.last.position));
        }
        last = message.cursor.last;
        for (const auto& entry : message.entries) check_entry(entry, place);
        std::vector<Effect> effects(message.entries.begin(), message.entries.end());
        for (const auto points : message.pack) {
          effects.emplace_back(BudgetUse{.quantities = {.points = points}});
        }
        context_.effects.booked(state_.key(), message.cursor, effects);
      });
  if (!good) place.report(Invariant::replay, "facts that can be read", "other bytes");
}

void PartnerAudit::check_entry(const PartnerEntry& entry, const Place& place) {
  const auto program = context_.programs.find(actors::program_of(state_.key()));
  if (program != context_.programs.end() &&
      program->second.symbols().name(entry.partner.number) != actors::id_of(state_.key())) {
    place.report(Invariant::partner_ledgers, "entries of this partner",
                 "one of " + std::string(program->second.symbols().name(entry.partner.number)));
  }
  ++booked_.entries;
  months_[booking_month(entry, closed_until_)] += entry.money;
  if (entry.redemption) {
    booked_.redeemed += entry.points;
    booked_.redemptions += -entry.money;
  } else {
    booked_.accrued += entry.points;
    booked_.accruals += entry.money;
  }
}

void PartnerAudit::check_statement(const PartnerStatementClosed& statement, const Place& place) {
  if (statement.month <= closed_until_ || statement.net != months_[statement.month]) {
    place.report(Invariant::partner_ledgers,
                 "a statement of " + month_name(statement.month) + " that sums to its entries, " +
                     std::to_string(months_[statement.month].value),
                 std::to_string(statement.net.value));
  }
  closed_until_ = statement.month;
}

void PartnerAudit::check_ledger(const actors::Entity& state, const Place& place) const {
  PartnerLedger ledger;
  const std::string bytes = state.state();
  codec::Reader in(bytes);
  (void)codec::read_stored(in, ledger);
  PartnerTotals sums;
  for (const auto& period : ledger.periods) {
    sums.accrued += period.accrued - period.reversed;
    sums.redeemed += period.redeemed - period.cancelled;
    sums.accruals += period.accruals - period.reversals;
    sums.redemptions += period.redemptions - period.cancellations;
    sums.entries += period.accrual_entries + period.redemption_entries + period.reversal_entries +
                    period.cancellation_entries;
  }
  if (sums.accrued != booked_.accrued || sums.redeemed != booked_.redeemed ||
      sums.accruals != booked_.accruals || sums.redemptions != booked_.redemptions ||
      sums.entries != booked_.entries) {
    place.report(Invariant::partner_ledgers,
                 "a ledger that sums to its " + std::to_string(booked_.entries) + " entries",
                 "one of " + std::to_string(sums.entries) + " that sums to another amount");
  }
}

void PartnerAudit::finish(const Place& place) {
  check_ledger(state_, place);
  booked_.partner = actors::id_of(state_.key());
  booked_.liability = booked_.accruals - booked_.redemptions;
  context_.totals.programs[std::string(actors::program_of(state_.key()))]
      .partners[booked_.partner] = booked_;
}

}  // namespace loyalty::audit
