// SPDX-License-Identifier: Apache-2.0
#include "actors/program_reader.hpp"

#include <map>
#include <memory>
#include <string>

#include "actors/entity_key.hpp"
#include "actors/program_entity.hpp"
#include "actors/record.hpp"
#include "persistence/block.hpp"
#include "persistence/faults.hpp"

namespace loyalty::actors {
namespace {

using persistence::ShardId;
using persistence::StoreResult;
using Programs = std::map<std::string, std::unique_ptr<ProgramEntity>, std::less<>>;

/// Takes the records of programs out of one block; what is wrong with it, or "".
std::string take_block(ShardId shard, const persistence::Block& block, Programs& programs) {
  const auto parsed =
      persistence::parse_block(shard, persistence::announced_previous(block), block);
  if (!parsed) return parsed.error().message;
  for (const auto bytes : parsed->records) {
    const auto record = decode_record(bytes);
    if (!record) return "not a record";
    if (type_of(record->entity) != EntityType::program) continue;
    auto& program = programs[std::string(record->entity)];
    if (!program) program = std::make_unique<ProgramEntity>(std::string(record->entity));
    if (record->number <= program->records()) continue;  // the snapshot has it
    if (record->number != program->records() + 1 || !program->replay(*record)) {
      return std::string(record->entity) + ": its records do not follow each other";
    }
  }
  return {};
}

StoreResult<bool> read_shard(persistence::Store& store, ShardId shard, Programs& programs) {
  const auto owner = store.owner(shard);
  if (!owner) return domain::Unexpected{owner.error()};
  const auto pinned = store.pinned(shard);
  if (!pinned) return domain::Unexpected{pinned.error()};
  for (const auto& snapshot : *pinned) {
    if (type_of(snapshot.entity) != EntityType::program) continue;
    auto program = std::make_unique<ProgramEntity>(snapshot.entity);
    if (!program->restore(snapshot.bytes)) {
      return persistence::damaged(persistence::shard_name(shard) + ": " + snapshot.entity +
                                  " cannot be read");
    }
    programs.insert_or_assign(snapshot.entity, std::move(program));
  }
  std::string problem;
  const auto read = store.blocks(shard, owner->checkpoint, [&](const persistence::Block& block) {
    problem = take_block(shard, block, programs);
    return problem.empty();
  });
  if (!read) return read;
  if (!problem.empty()) {
    return persistence::unavailable(persistence::shard_name(shard) + ": " + problem);
  }
  return true;
}

}  // namespace

StoreResult<std::vector<ProgramRegistry::View>> read_programs(persistence::Store& store) {
  Programs programs;
  for (ShardId shard = 0; shard < store.shards(); ++shard) {
    const auto read = read_shard(store, shard, programs);
    if (!read) return domain::Unexpected{read.error()};
  }
  std::vector<ProgramRegistry::View> views;
  for (const auto& [key, program] : programs) {
    if (auto view = program->view()) views.push_back(std::move(view));
  }
  return views;
}

}  // namespace loyalty::actors
