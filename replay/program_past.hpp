// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "domain/program/program.hpp"
#include "persistence/store.hpp"

namespace loyalty::replay {

/// A program as a store has it, and all its batch runs: the program itself keeps the last ones.
struct ProgramPast {
  domain::Program program;
  std::vector<domain::Instant> batch_runs;
};

/// `invalid` when the store has no such program.
persistence::StoreResult<ProgramPast> read_program_past(persistence::Store& store,
                                                        const std::string& id);

}  // namespace loyalty::replay
