// SPDX-License-Identifier: Apache-2.0
#include "actors/member_entity.hpp"

#include <algorithm>

#include "actors/answers.hpp"
#include "actors/entity_key.hpp"
#include "actors/prefetch.hpp"
#include "api/errors.hpp"
#include "codec/wire.hpp"
#include "domain/id.hpp"
#include "domain/member/execute.hpp"
#include "domain/member/settle.hpp"

namespace loyalty::actors {
namespace {

/// The owner of a budget.
std::string budget_of(const domain::BudgetShare& share, const domain::Catalogue& catalogue) {
  return share.pack ? partner_key(catalogue.id, catalogue.text(share.pack))
                    : budget_key(catalogue.id, catalogue.text(share.promotion));
}

std::vector<OutboxEntry> addressed(domain::MemberOutcome& outcome,
                                   const domain::Catalogue& catalogue) {
  std::vector<OutboxEntry> result;
  for (auto& entry : outcome.owed) {
    result.push_back({partner_key(catalogue.id, catalogue.text(entry.partner)), std::move(entry)});
  }
  for (const auto& use : outcome.uses) {
    result.push_back({budget_of(use, catalogue), domain::BudgetUse{use.quantities}});
  }
  for (auto& delivery : outcome.deliveries) {
    result.push_back({member_key(catalogue.id, delivery.to), std::move(delivery)});
  }
  return result;
}

domain::Peer as_peer(const domain::Member& member) {
  if (!member.exists) return domain::Peer::unknown;
  return member.status == domain::MemberStatus::active ? domain::Peer::active
                                                       : domain::Peer::inactive;
}

}  // namespace

MemberEntity::MemberEntity(const std::string& key) : Entity(key) { member_.id = id_of(key); }

void MemberEntity::prefetch() const { prefetch_bytes(this, sizeof(*this)); }

void MemberEntity::prefetch_parts() const {
  keys().prefetch();
  prefetch_list(member_.purses);
  prefetch_list(member_.tiers);
  prefetch_list(member_.benefits);
  prefetch_list(member_.promotions);
}

void MemberEntity::prefetch_parts_of_parts() const {
  for (const auto& purse : member_.purses) {
    if (purse.lots.empty()) continue;
    prefetch_bytes(&purse.lots.front(), sizeof(domain::Lot));
    prefetch_bytes(&purse.lots.back(), 2 * sizeof(domain::Lot));  // and where the next one will be
  }
}

void MemberEntity::execute(Work& work) {
  if (holds_alternative<WakeUp>(work.task)) {
    if (work.program) command(work, domain::Wake{});
    return;
  }
  if (const auto* message = get_if<OutboxMessage>(&work.task)) return take(work, *message);
  if (holds_alternative<PeerQuestion>(work.task)) {
    work.peer = as_peer(member_);
    return;
  }
  const auto& call = get<api::Call>(work.task);
  if (const auto* boxed = get_if<api::BoxedMemberCommand>(&call.operation)) {
    const domain::MemberCommand* wanted = boxed->get();
    if (const auto* peer = domain::peer_of(*wanted);
        peer != nullptr && work.peer == domain::Peer::unasked && member_.exists) {
      if (domain::is_id(*peer) && *peer != member_.id) {
        work.needs_peer = member_key(program_of(key()), *peer);
        return;
      }
    }
    if (call.quote) settle_first(work);
    if (work.needs_budget) return;
    // Others may have been answered while the past was read: then it is read again.
    const bool looks_back = member_.exists && domain::needs_history(*wanted);
    const bool has_all = work.history && work.history->records.size() == records();
    work.needs_history = looks_back && !has_all;
    if (work.needs_history) return;
    call.quote ? quote(work, *wanted) : command(work, *wanted);
    return;
  }
  settle_first(work);
  if (work.needs_budget) return;
  if (holds_alternative<api::Subscribe>(call.operation) && !member_.exists) {
    work.answer = api::to_error(
        {domain::RefusalCode::unknown_member, "member", "no such member in this program"});
    return;
  }
  if (const auto* wanted = get_if<domain::MemberQuery>(&call.operation)) {
    work.needs_history = member_.exists && (call.as_of || domain::needs_history(*wanted));
    if (!work.needs_history) query(work, *wanted, {});
  }
}

domain::MemberContext MemberEntity::context_of(const Work& work,
                                               std::span<const domain::MemberFact> past) {
  return {.catalogue = work.program->catalogue,
          .batch_runs = work.program->batch_runs,
          .now = work.now,
          .history = past,
          .versions = &work.program->versions,
          .peer = work.peer};
}

std::vector<domain::MemberFact> MemberEntity::past_for(const Work& work,
                                                       const domain::MemberCommand& command) {
  if (!work.history || !domain::needs_history(command)) return {};
  return member_facts(work.history->records);
}

void MemberEntity::quote(Work& work, const domain::MemberCommand& command) const {
  const auto past = past_for(work, command);
  domain::Member copy = member_;
  const auto outcome = domain::execute(copy, command, context_of(work, past));
  work.answer = answer_of(outcome.result);
}

std::optional<domain::MemberOutcome> MemberEntity::execute_within_budgets(
    Work& work, const domain::MemberCommand& command, domain::MemberContext context) {
  work.needs_budget = false;
  const domain::Catalogue& catalogue = context.catalogue;
  if (!catalogue.has_budgets()) return domain::execute(member_, command, context);
  // First as if nothing were limited: what it would use is what it needs.
  domain::Member copy = member_;
  domain::MemberOutcome outcome = domain::execute(copy, command, context);
  bool all = true;
  for (const auto& use : outcome.uses) {
    const domain::Quantities wanted = use.quantities.positive();
    if (wanted == domain::Quantities{}) continue;
    const std::string budget = budget_of(use, catalogue);
    auto known = std::ranges::find(work.reserved, budget, &Reserved::budget);
    if (known == work.reserved.end()) {
      work.reserved.push_back({.budget = budget, .share = use, .wanted = {}});
      known = std::prev(work.reserved.end());
      known->share.quantities = {};
    }
    known->wanted = wanted;
    work.needs_budget = work.needs_budget || !known->settled();
    all = all && known->share.quantities.covers(wanted);
  }
  if (work.needs_budget) return std::nullopt;
  if (all) {  // nothing is cut: then it has just been done
    member_ = std::move(copy);
    return outcome;
  }
  std::vector<domain::Allowance> allowances;
  for (const auto& reserved : work.reserved) {
    allowances.push_back(domain::allowance_of(reserved.share, catalogue));
  }
  context.allowances = allowances;
  return domain::execute(member_, command, context);
}

void MemberEntity::command(Work& work, const domain::MemberCommand& command) {
  const auto past = past_for(work, command);
  domain::MemberContext context = context_of(work, past);
  context.counted = true;
  const std::uint64_t before = member_.sequence;
  auto run = execute_within_budgets(work, command, context);
  if (!run) return;
  domain::MemberOutcome& outcome = *run;
  const bool asked =
      holds_alternative<api::Call>(work.task) && !holds_alternative<domain::Wake>(command);
  if (outcome.result) {
    if (asked) work.answer = api::Result{.body = codec::to_wire(*outcome.result)};
  } else {
    work.answer = api::to_error(outcome.result.error());
  }
  const domain::Instant due = domain::next_due(member_, context.catalogue, context.batch_runs);
  const bool waits = domain::waits_for_batch(member_, context.batch_runs);
  // A wake-up that finds nothing is recorded only when it moves the entity in the due index.
  const std::int64_t due_now = due == domain::never ? 0 : due.ms;
  if (outcome.facts.empty() && !asked && due_now == due_ms() && waits == waits_for_batch()) return;

  Record record = new_record(work);
  record.first_sequence = before + 1;
  if (outcome.result && asked) {
    record.kind = OutcomeKind::result;
    record.outcome = codec::to_stored(*outcome.result);
  } else if (!outcome.result) {
    record.kind = OutcomeKind::refusal;
    record.outcome = codec::to_stored(outcome.result.error());
  }
  record.facts = encode_facts(record.at, outcome.facts);
  if (const auto* peer = domain::peer_of(command); peer != nullptr && !outcome.deliveries.empty()) {
    work.awaits = member_key(context.catalogue.id, *peer);
  }
  record.owed = addressed(outcome, context.catalogue);
  work.counts = std::move(outcome.counts);
  finish(work, std::move(record), due, waits);
}

void MemberEntity::take(Work& work, const OutboxMessage& message) {
  const domain::OutboxId last = domain::last_of(member_.cursors, message.source);
  const bool follows = message.previous == last || message.previous == domain::OutboxId{};
  if (message.id > last && follows && work.program) {
    domain::TakeDeliveries command{{message.source, message.id}, {}};
    for (const auto& effect : message.effects) {
      if (const auto* delivery = get_if<domain::MemberDelivery>(&effect)) {
        command.deliveries.push_back(*delivery);
      }
    }
    this->command(work, std::move(command));
  }
  work.receipt =
      OutboxReceipt{message.source, key(), domain::last_of(member_.cursors, message.source)};
}

void MemberEntity::settle_first(Work& work) {
  const auto& program = *work.program;
  if (domain::is_due(member_, program.catalogue, program.batch_runs, work.now)) {
    command(work, domain::Wake{});
  }
}

void MemberEntity::query(Work& work, const domain::MemberQuery& query,
                         std::span<const domain::MemberFact> history) {
  const auto& program = *work.program;
  const auto& as_of = get<api::Call>(work.task).as_of;
  if (!as_of || !member_.exists) {
    work.answer = answer_of(
        domain::answer(query, member_, program.catalogue, work.now, history, &program.versions));
    return;
  }
  if (*as_of > work.now) {
    work.answer = api::to_error(
        {domain::RefusalCode::invalid_param, "as_of", "expected an instant that is not to come"});
    return;
  }
  const auto then = domain::as_of(member_.id, history, *as_of);
  const domain::Catalogue* catalogue = program.of_version(then.version);
  work.answer =
      answer_of(domain::answer(query, then.member, catalogue ? *catalogue : program.catalogue,
                               *as_of, history.first(then.facts), &program.versions));
}

void MemberEntity::answer_with_history(Work& work, std::span<const RecordView> history) {
  const auto& call = get<api::Call>(work.task);
  if (call.quote) return execute(work);
  query(work, get<domain::MemberQuery>(call.operation), member_facts(history));
}

bool MemberEntity::replay_facts(const RecordView& record) {
  return decode_facts<domain::MemberEvent>(
      record, [&](domain::Instant at, const domain::MemberEvent& event) {
        domain::evolve(member_, at, event);
      });
}

void MemberEntity::write_state(codec::Writer& out) const { codec::write_stored(out, member_); }
bool MemberEntity::read_state(codec::Reader& in) { return codec::read_stored(in, member_); }

std::vector<domain::MemberFact> member_facts(std::span<const RecordView> history) {
  std::vector<domain::MemberFact> facts;
  for (const auto& record : history) {
    std::uint64_t sequence = record.first_sequence;
    const bool good = decode_facts<domain::MemberEvent>(
        record, [&](domain::Instant at, domain::MemberEvent event) {
          facts.push_back({sequence++, at, record.version, std::move(event)});
        });
    if (!good) break;
  }
  return facts;
}

}  // namespace loyalty::actors
