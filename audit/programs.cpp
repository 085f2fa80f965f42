// SPDX-License-Identifier: Apache-2.0
#include "audit/programs.hpp"

#include <exception>

#include "actors/entity_key.hpp"
#include "audit/shard_reader.hpp"

namespace loyalty::audit {

bool KnownProgram::add(const actors::RecordView& record) {
  return actors::decode_facts<domain::ProgramEvent>(
      record, [&](domain::Instant, const domain::ProgramEvent& event) {
        domain::evolve(state_, event);
        if (const auto version = domain::version_of(event)) {
          definitions_.insert_or_assign(*version, state_.definition);
          compiled_.clear();
        }
      });
}

const domain::Catalogue* KnownProgram::version(std::uint32_t number) const {
  const auto definition = definitions_.find(number);
  if (definition == definitions_.end()) return nullptr;
  auto& compiled = compiled_[number];
  if (!compiled) {
    try {
      compiled = std::make_unique<domain::Catalogue>(definition->second, state_.symbols, number,
                                                     state_.status);
    } catch (const std::exception&) {
      return nullptr;  // a definition that was tampered with: its record does not fit its snapshot
    }
  }
  return compiled.get();
}

persistence::StoreResult<Programs> read_programs(persistence::Store& store, std::string_view only) {
  Programs programs;
  Findings reported_later;
  for (persistence::ShardId shard = 0; shard < store.shards(); ++shard) {
    auto reader = ShardReader::open(store, shard, JournalPart::retained, only, reported_later);
    if (!reader) return domain::Unexpected{reader.error()};
    for (std::size_t i = 0; i < reader->entities().size(); ++i) {
      const std::string& name = reader->entities()[i];
      if (actors::type_of(name) != actors::EntityType::program) continue;
      const std::string id(actors::program_of(name));
      KnownProgram& program = programs.emplace(id, KnownProgram(id)).first->second;
      const auto read = reader->records(name, {}, reported_later, [&](const StoredRecord& record) {
        return program.add(record.view);
      });
      if (!read) return domain::Unexpected{read.error()};
    }
  }
  return programs;
}

}  // namespace loyalty::audit
