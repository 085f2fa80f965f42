// SPDX-License-Identifier: Apache-2.0
#include "actors/entity.hpp"

#include "actors/budget_entity.hpp"
#include "actors/entity_key.hpp"
#include "actors/member_entity.hpp"
#include "actors/partner_entity.hpp"
#include "actors/program_entity.hpp"
#include "api/errors.hpp"
#include "domain/invariant.hpp"

namespace loyalty::actors {
namespace {

/// Of snapshots; raised with every change that an older program could not read (docs/format.md).
constexpr std::uint64_t snapshot_format = 1;

}  // namespace

Answer repeated_answer(const Work& work, const RecordView& record) {
  const auto& call = get<api::Call>(work.task);
  if (record.payload != call.payload) {
    return api::to_error({domain::RefusalCode::idempotency_conflict, "key",
                          "this key was used before, for something else"});
  }
  const domain::Catalogue* decided_with =
      work.program ? work.program->of_version(record.version) : nullptr;
  auto outcome = stored_outcome(record, decided_with);
  if (!outcome && decided_with == nullptr) {  // another node's news of it is on its way
    return api::unavailable("the version of the program is not known here yet");
  }
  if (!outcome) return api::internal("a stored outcome cannot be read");
  return visit([](auto& value) -> Answer { return std::move(value); }, *outcome);
}

bool Entity::may_know(std::string_view key) const {
  return !key.empty() && keys_.may_know(KeyMemory::fingerprint(key));
}

bool Entity::repeats(Work& work) const {
  const auto* call = get_if<api::Call>(&work.task);
  if (call == nullptr || work.history || !may_know(call->key)) return false;
  work.needs_history = true;
  return true;
}

void Entity::handle(Work& work) {
  if (work.history) {
    handle_with_history(work);
  } else if (!repeats(work)) {
    execute(work);
  }
  work.sequence = sequence();
}

void Entity::handle_with_history(Work& work) {
  work.needs_history = false;
  const std::span<const RecordView> history = work.history->records;
  const auto* call = get_if<api::Call>(&work.task);
  if (call != nullptr && !call->key.empty()) {
    for (const auto& record : history) {
      if (record.key != call->key) continue;
      work.answer = repeated_answer(work, record);
      return;
    }
    execute(work);  // it was another key with the same fingerprint
    return;
  }
  // A subscriber is told the past by its shard, as it stands in the records.
  if (call != nullptr && holds_alternative<api::Subscribe>(call->operation)) return;
  answer_with_history(work, history);
}

bool Entity::replay(const RecordView& record) {
  if (record.number != records_ + 1) return false;
  if (!replay_facts(record)) return false;
  records_ = record.number;
  due_ms_ = record.due_ms;
  waits_for_batch_ = record.waits_for_batch;
  if (!record.key.empty()) keys_.add(KeyMemory::fingerprint(record.key));
  return true;
}

std::string Entity::snapshot() const {
  codec::Writer out;
  out.array(6);
  out.unsigned_integer(snapshot_format);
  out.unsigned_integer(records_);
  out.integer(due_ms_);
  out.boolean(waits_for_batch_);
  codec::write_stored(out, keys_.all());
  write_state(out);
  return out.take();
}

bool Entity::restore(std::string_view snapshot) {
  codec::Reader in(snapshot);
  std::uint32_t count = 0;
  std::uint64_t format = 0;
  std::vector<std::uint64_t> keys;
  const bool good = in.read_array(count) && count == 6 && in.read(format) &&
                    format == snapshot_format && in.read(records_) && in.read(due_ms_) &&
                    in.read(waits_for_batch_) && codec::read_stored(in, keys) && read_state(in) &&
                    in.at_end();
  if (good) keys_ = KeyMemory::of(std::move(keys));
  return good;
}

std::optional<std::uint64_t> records_of_snapshot(std::string_view snapshot) {
  codec::Reader in(snapshot);
  std::uint32_t count = 0;
  std::uint64_t format = 0;
  std::uint64_t records = 0;
  const bool good = in.read_array(count) && count == 6 && in.read(format) &&
                    format == snapshot_format && in.read(records);
  return good ? std::optional(records) : std::nullopt;
}

std::string Entity::state() const {
  codec::Writer out;
  write_state(out);
  return out.take();
}

Record Entity::new_record(const Work& work) const {
  Record record;
  record.number = records_ + 1;
  record.at = work.now;
  if (const auto* call = get_if<api::Call>(&work.task)) {
    record.key = call->key;
    record.payload = call->payload;
  }
  if (work.program) record.version = work.program->catalogue.version;
  return record;
}

void Entity::finish(Work& work, Record record, domain::Instant due, bool waits_for_batch) {
  record.due_ms = due == domain::never ? 0 : due.ms;
  record.waits_for_batch = waits_for_batch;
  records_ = record.number;
  due_ms_ = record.due_ms;
  waits_for_batch_ = waits_for_batch;
  if (!record.key.empty()) keys_.add(KeyMemory::fingerprint(record.key));
  work.record = std::move(record);
}

std::unique_ptr<Entity> make_entity(const std::string& key) {
  switch (type_of(key)) {
    case EntityType::member: return std::make_unique<MemberEntity>(key);
    case EntityType::program: return std::make_unique<ProgramEntity>(key);
    case EntityType::partner: return std::make_unique<PartnerEntity>(key);
    case EntityType::budget: return std::make_unique<BudgetEntity>(key);
    case EntityType::outbox:
    case EntityType::report: break;
  }
  throw domain::BrokenInvariant("an outbox is no actor, nor is a report");
}

}  // namespace loyalty::actors
