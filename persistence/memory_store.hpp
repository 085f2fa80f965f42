// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>

#include "persistence/store.hpp"

namespace loyalty::persistence {

/// Keeps everything in memory and promises nothing: for tests and the simulator.
std::unique_ptr<Store> make_memory_store(ShardId shards);

}  // namespace loyalty::persistence
