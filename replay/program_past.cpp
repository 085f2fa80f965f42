// SPDX-License-Identifier: Apache-2.0
#include "replay/program_past.hpp"

#include "actors/entity_key.hpp"
#include "persistence/faults.hpp"
#include "replay/shard_past.hpp"

namespace loyalty::replay {

persistence::StoreResult<ProgramPast> read_program_past(persistence::Store& store,
                                                        const std::string& id) {
  const std::string key = actors::program_key(id);
  auto shard = ShardPast::open(store, actors::shard_of(key, store.shards()),
                               [&](std::string_view entity) { return entity == key; });
  if (!shard) return domain::Unexpected{shard.error()};
  ProgramPast past;
  const auto begin = [&] { past = {.program = {.id = id}, .batch_runs = {}}; };
  begin();
  const auto add = [&](const actors::RecordView& record) {
    return actors::decode_facts<domain::ProgramEvent>(
        record, [&](domain::Instant, const domain::ProgramEvent& event) {
          domain::evolve(past.program, event);
          if (const auto* run = get_if<domain::BatchRun>(&event)) {
            past.batch_runs.push_back(run->at);
          }
        });
  };
  if (!shard->entities().empty()) {
    const auto read = shard->records(0, begin, add);
    if (!read) return domain::Unexpected{read.error()};
  }
  if (!past.program.exists) return persistence::invalid("the store has no program \"" + id + "\"");
  return past;
}

}  // namespace loyalty::replay
