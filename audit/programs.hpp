// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>

#include "actors/record.hpp"
#include "domain/program/catalogue.hpp"
#include "domain/program/program.hpp"
#include "persistence/store.hpp"

namespace loyalty::audit {

/// A program with all its versions: members refer to the version they were decided with.
class KnownProgram {
 public:
  explicit KnownProgram(std::string id) { state_.id = std::move(id); }

  /// Takes the facts of a record; false when they cannot be read.
  bool add(const actors::RecordView& record);

  const std::string& id() const { return state_.id; }
  const domain::Program& state() const { return state_; }
  const domain::Symbols& symbols() const { return state_.symbols; }
  /// A version compiled, with the names ever used; null when there is no such version.
  const domain::Catalogue* version(std::uint32_t number) const;

 private:
  domain::Program state_;
  std::map<std::uint32_t, domain::ProgramDefinition> definitions_;
  mutable std::map<std::uint32_t, std::unique_ptr<domain::Catalogue>> compiled_;
};

using Programs = std::map<std::string, KnownProgram, std::less<>>;

/// Reads the programs of a whole store, or the one called `only`. What is wrong with them is found
/// when their shard is audited; here the rest is made use of.
persistence::StoreResult<Programs> read_programs(persistence::Store& store, std::string_view only);

}  // namespace loyalty::audit
