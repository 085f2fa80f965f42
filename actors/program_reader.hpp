// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "actors/program_registry.hpp"
#include "persistence/store.hpp"

namespace loyalty::actors {

/// All programs of a store as they are durable now, whoever has their shards: a node that joins a
/// cluster knows the rules before it takes a member. `unavailable` when a journal was trimmed
/// while it was read: reading again helps.
persistence::StoreResult<std::vector<ProgramRegistry::View>> read_programs(
    persistence::Store& store);

}  // namespace loyalty::actors
