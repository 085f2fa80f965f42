// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

#include "persistence/store.hpp"

/// `loyalty export`: everything in a store, in words (docs/audit.md). Two stores that got the same
/// commands under the same clock export the same bytes, whatever their kind, number of shards or
/// snapshots.
namespace loyalty::audit {

struct ExportProgress {
  std::uint64_t entity = 0;  ///< entities written
  std::uint64_t entities = 0;
  std::uint64_t lines = 0;
};

struct ExportOptions {
  std::string program;  ///< only this one; "" for all
  std::function<void(const ExportProgress&)> progress;
};

/// Takes one line, a MessagePack map; false when it cannot be written.
using LineSink = std::function<bool(std::string_view)>;

/// Streams the export, in the order of entity_name.hpp. Held in memory are the journals beyond the
/// checkpoints, the names of all entities, and one segment of history, or the entries of one
/// partner. Data that do not add up end it with a fault of the kind `damaged`: `verify` tells more.
/// False when the sink refused.
persistence::StoreResult<bool> export_store(persistence::Store& store, const ExportOptions& options,
                                            const LineSink& sink);

}  // namespace loyalty::audit
