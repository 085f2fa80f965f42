// SPDX-License-Identifier: Apache-2.0
#include "actors/partner_entity.hpp"

#include "actors/answers.hpp"
#include "actors/budget_entity.hpp"
#include "actors/entity_key.hpp"
#include "api/errors.hpp"
#include "persistence/failpoint.hpp"

namespace loyalty::actors {
PartnerEntity::PartnerEntity(const std::string& key) : Entity(key) { ledger_.id = id_of(key); }

void PartnerEntity::execute(Work& work) {
  if (const auto* message = get_if<OutboxMessage>(&work.task)) {
    book(work, *message);
    return;
  }
  if (const auto* ask = get_if<BudgetAsk>(&work.task)) return grant(work, *ask);
  const auto& call = get<api::Call>(work.task);
  if (const auto* wanted = get_if<domain::PartnerCommand>(&call.operation)) {
    command(work, *wanted);
    return;
  }
  if (holds_alternative<api::Unsubscribe>(call.operation)) return;
  if (holds_alternative<api::Subscribe>(call.operation)) {
    if (ledger_.sequence == 0 && work.program->catalogue.partner(ledger_.id) == nullptr) {
      work.answer = api::to_error({domain::RefusalCode::unknown_partner, "partner",
                                   "the program has no partner '" + ledger_.id + "'"});
    }
    return;
  }
  work.needs_history =
      call.as_of || domain::needs_history(get<domain::PartnerQuery>(call.operation));
  if (!work.needs_history) query(work, ledger_, {});
}

void PartnerEntity::book(Work& work, const OutboxMessage& message) {
  const domain::OutboxId last = ledger_.cursor(message.source);
  persistence::failpoint("outbox.received");
  if (message.id > last && message.previous == last) {
    const std::int64_t left = ledger_.pack_left();
    Record record = new_record(work);
    record.first_sequence = ledger_.sequence + 1;
    std::vector<Stamped<domain::PartnerEvent>> facts{
        {work.now, domain::booking_of({message.source, message.id}, message.effects)}};
    domain::evolve(ledger_, work.now, facts.back().event);
    const domain::Partner* partner =
        work.program ? work.program->catalogue.partner(ledger_.id) : nullptr;
    if (const auto low = domain::low_balance(ledger_, left, partner)) {
      facts.push_back({work.now, *low});
      domain::evolve(ledger_, work.now, facts.back().event);
    }
    record.facts = encode_facts(record.at, facts);
    finish(work, std::move(record), domain::never, false);
  }
  // Applied now or before: say how far we are. After a gap the sender sends again from there.
  work.receipt = OutboxReceipt{message.source, key(), ledger_.cursor(message.source)};
}

void PartnerEntity::grant(Work& work, const BudgetAsk& ask) {
  work.grant.emplace();
  const auto fact = decide_grant(ask, ledger_.pack, {.points = ledger_.bought},
                                 ledger_.cursor(ask.source), *work.grant);
  if (!fact) return;
  Record record = new_record(work);
  record.first_sequence = ledger_.sequence + 1;
  domain::evolve(ledger_, work.now, *fact);
  record.facts =
      encode_facts(record.at, std::vector<Stamped<domain::PartnerEvent>>{{work.now, *fact}});
  finish(work, std::move(record), domain::never, false);
}

void PartnerEntity::command(Work& work, const domain::PartnerCommand& command) {
  const std::uint64_t before = ledger_.sequence;
  const auto outcome = domain::execute(ledger_, command, work.program->catalogue, work.now);
  Record record = new_record(work);
  record.first_sequence = before + 1;
  conclude(outcome.result, work, record);
  std::vector<Stamped<domain::PartnerEvent>> facts;
  for (const auto& event : outcome.events) facts.push_back({work.now, event});
  record.facts = encode_facts(record.at, facts);
  finish(work, std::move(record), domain::never, false);
}

void PartnerEntity::query(Work& work, const domain::PartnerLedger& ledger,
                          std::span<const domain::PartnerEvent> history) {
  const auto& wanted = get<domain::PartnerQuery>(get<api::Call>(work.task).operation);
  const auto answer = domain::answer(wanted, ledger, work.program->catalogue, history);
  work.answer = answer_of(answer);
}

void PartnerEntity::answer_with_history(Work& work, std::span<const RecordView> history) {
  const auto& as_of = get<api::Call>(work.task).as_of;
  std::vector<domain::PartnerEvent> events;
  domain::PartnerLedger then;
  then.id = ledger_.id;
  for (const auto& record : history) {
    decode_facts<domain::PartnerEvent>(record, [&](domain::Instant at, domain::PartnerEvent event) {
      if (as_of) {
        if (!domain::keep_until(*as_of, at, event)) return;
        domain::evolve(then, at, event);
      }
      events.push_back(std::move(event));
    });
  }
  query(work, as_of ? then : ledger_, events);
}

bool PartnerEntity::replay_facts(const RecordView& record) {
  return decode_facts<domain::PartnerEvent>(
      record, [&](domain::Instant at, const domain::PartnerEvent& event) {
        domain::evolve(ledger_, at, event);
      });
}

void PartnerEntity::write_state(codec::Writer& out) const { codec::write_stored(out, ledger_); }
bool PartnerEntity::read_state(codec::Reader& in) { return codec::read_stored(in, ledger_); }

}  // namespace loyalty::actors
