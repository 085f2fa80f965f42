// SPDX-License-Identifier: Apache-2.0
#include "actors/budget_entity.hpp"

#include <algorithm>

#include "actors/answers.hpp"
#include "actors/entity_key.hpp"
#include "api/errors.hpp"

namespace loyalty::actors {

std::optional<domain::PortionSet> decide_grant(const BudgetAsk& ask, const domain::Budget& budget,
                                               const domain::Quantities& total,
                                               domain::OutboxId cursor, BudgetGrant& grant) {
  grant = {.source = ask.source, .budget = ask.budget, .request = ask.request};
  // What the shard kept is right only if just the uses up to then are counted.
  grant.again = cursor != ask.after;
  if (grant.again) return std::nullopt;
  grant.granted = domain::grantable(budget, total, ask.source, ask.kept, ask.wanted);
  grant.complete = grant.granted == ask.wanted;
  const domain::Portion portion{ask.source, ask.epoch, ask.kept + grant.granted};
  const auto known = std::ranges::find(budget.portions, ask.source, &domain::Portion::shard);
  const auto before = known == budget.portions.end() ? domain::Quantities{} : known->quantities;
  if (before == portion.quantities) return std::nullopt;
  return domain::PortionSet{portion};
}

BudgetEntity::BudgetEntity(const std::string& key) : Entity(key) { budget_.id = id_of(key); }

void BudgetEntity::execute(Work& work) {
  if (const auto* message = get_if<OutboxMessage>(&work.task)) return count(work, *message);
  if (const auto* ask = get_if<BudgetAsk>(&work.task)) return grant(work, *ask);
  const auto& call = get<api::Call>(work.task);
  if (holds_alternative<api::Unsubscribe>(call.operation)) return;
  if (holds_alternative<api::Subscribe>(call.operation)) {
    if (work.program->catalogue.promotion(budget_.id) == nullptr) {
      work.answer = api::to_error({domain::RefusalCode::unknown_promotion, "promotion",
                                   "the program has no promotion '" + budget_.id + "'"});
    }
    return;
  }
  work.answer = answer_of(
      domain::answer(get<domain::BudgetQuery>(call.operation), budget_, work.program->catalogue));
}

void BudgetEntity::count(Work& work, const OutboxMessage& message) {
  const domain::OutboxId last = domain::last_of(budget_.cursors, message.source);
  if (message.id > last && message.previous == last) {
    domain::BudgetUsed used{{message.source, message.id}, {}};
    for (const auto& effect : message.effects) {
      if (const auto* use = get_if<domain::BudgetUse>(&effect)) used.uses.push_back(*use);
    }
    state(work, std::move(used));
  }
  work.receipt =
      OutboxReceipt{message.source, key(), domain::last_of(budget_.cursors, message.source)};
}

void BudgetEntity::grant(Work& work, const BudgetAsk& ask) {
  const domain::Promotion* promotion =
      work.program ? work.program->catalogue.promotion(budget_.id) : nullptr;
  const auto total = promotion ? domain::total_of(promotion->limits) : domain::Quantities{};
  work.grant.emplace();
  if (const auto fact = decide_grant(ask, budget_.budget, total,
                                     domain::last_of(budget_.cursors, ask.source), *work.grant)) {
    state(work, *fact);
  }
}

void BudgetEntity::state(Work& work, domain::BudgetEvent event) {
  Record record = new_record(work);
  record.first_sequence = budget_.sequence + 1;
  domain::evolve(budget_, event);
  record.facts = encode_facts(
      record.at, std::vector<Stamped<domain::BudgetEvent>>{{work.now, std::move(event)}});
  finish(work, std::move(record), domain::never, false);
}

void BudgetEntity::answer_with_history(Work& work, std::span<const RecordView>) { execute(work); }

bool BudgetEntity::replay_facts(const RecordView& record) {
  return decode_facts<domain::BudgetEvent>(
      record,
      [&](domain::Instant, const domain::BudgetEvent& event) { domain::evolve(budget_, event); });
}

void BudgetEntity::write_state(codec::Writer& out) const { codec::write_stored(out, budget_); }
bool BudgetEntity::read_state(codec::Reader& in) { return codec::read_stored(in, budget_); }

}  // namespace loyalty::actors
