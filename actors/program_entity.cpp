// SPDX-License-Identifier: Apache-2.0
#include "actors/program_entity.hpp"

#include "actors/answers.hpp"
#include "actors/entity_key.hpp"

namespace loyalty::actors {
ProgramEntity::ProgramEntity(const std::string& key) : Entity(key) {
  program_.id = program_of(key);
}

ProgramRegistry::View ProgramEntity::view() {
  if (!program_.exists) return nullptr;
  return view_ = domain::view_of(program_, view_.get());
}

void ProgramEntity::execute(Work& work) {
  const auto& call = get<api::Call>(work.task);
  if (const auto* boxed = get_if<api::BoxedProgramCommand>(&call.operation)) {
    command(work, **boxed);
    return;
  }
  const auto answer = domain::answer(get<domain::ProgramQuery>(call.operation), program_);
  work.answer = answer_of(answer);
}

void ProgramEntity::command(Work& work, const domain::ProgramCommand& command) {
  const std::uint64_t before = program_.sequence;
  const auto outcome = domain::execute(program_, command, work.now);
  Record record = new_record(work);
  record.first_sequence = before + 1;
  record.version = program_.version;
  conclude(outcome.result, work, record);
  std::vector<Stamped<domain::ProgramEvent>> facts;
  for (const auto& event : outcome.events) facts.push_back({work.now, event});
  record.facts = encode_facts(record.at, facts);
  if (!facts.empty()) work.publish = view();
  work.runs_batch = outcome.result && holds_alternative<domain::RunBatch>(command);
  finish(work, std::move(record), domain::never, false);
}

void ProgramEntity::answer_with_history(Work&, std::span<const RecordView>) {}

bool ProgramEntity::replay_facts(const RecordView& record) {
  return decode_facts<domain::ProgramEvent>(
      record,
      [&](domain::Instant, const domain::ProgramEvent& event) { domain::evolve(program_, event); });
}

void ProgramEntity::write_state(codec::Writer& out) const { codec::write_stored(out, program_); }
bool ProgramEntity::read_state(codec::Reader& in) { return codec::read_stored(in, program_); }

}  // namespace loyalty::actors
