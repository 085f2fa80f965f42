// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "persistence/rocksdb_database.hpp"
#include "persistence/store_directory.hpp"
#include "persistence/watermark.hpp"

/// Opening a RocksDB store so that nothing acknowledged can be missing from it.
///
/// RocksDB's log is opened in two steps, because its recovery modes each confuse two cases. First
/// the mode that forgives a record cut short at the very end (a crash) and refuses every other
/// damage. If that refuses, the log is inspected without changing anything, up to the first damage;
/// only if all that was acknowledged (the watermark) lies before it is the store opened that way.
/// And since a log that was cut or deleted opens without complaint in every mode, the end of each
/// shard is compared with the watermark each time.
namespace loyalty::persistence {

struct VerifiedDatabase {
  std::unique_ptr<Database> database;
  std::vector<OwnerRecord> records;
  bool dropped_tail = false;  ///< the log was damaged behind the last watermark
};

/// Opens what was created before. `acknowledged`: what must be in it.
StoreResult<VerifiedDatabase> open_verified(const StoreDirectory& directory,
                                            const Watermark& acknowledged, LogFiles logs,
                                            rocksdb::Env* env);

/// Opens the store of `directory`, or creates one with that many shards where there is none yet.
StoreResult<VerifiedDatabase> open_or_create(const StoreDirectory& directory, ShardId shards,
                                             LogFiles logs, rocksdb::Env* env);

/// Opens the store in `directory` as it is at this moment, only to read it: a server may use it and
/// go on writing, which is not seen. Nothing on disk changes.
StoreResult<VerifiedDatabase> open_beside_writer(const std::string& directory, rocksdb::Env* env);

}  // namespace loyalty::persistence
