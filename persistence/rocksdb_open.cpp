// SPDX-License-Identifier: Apache-2.0
#include "persistence/rocksdb_open.hpp"

#include <algorithm>
#include <filesystem>
#include <map>
#include <system_error>

#include "persistence/faults.hpp"
#include "persistence/rocksdb_format.hpp"

namespace loyalty::persistence {
namespace {

using rocksdb::WALRecoveryMode;

StoreResult<std::optional<Meta>> read_meta(Database& database, const std::string& path) {
  auto value = database.get(Family::meta, std::string(meta_key), path + ", format record");
  if (!value) return Fault{value.error()};
  if (!*value) return std::optional<Meta>{};
  auto meta = load_meta(**value);
  if (!meta) return damaged(path + ": the checksum of the format record does not match");
  if (meta->version != store_format_version) {
    return foreign(path + " has store format " + std::to_string(meta->version) +
                   ", this server reads " + std::to_string(store_format_version));
  }
  return meta;
}

StoreResult<OwnerRecord> read_owner(Database& database, ShardId shard) {
  const std::string key = shard_key(shard);
  auto value = database.get(Family::own, key, shard_name(shard) + ", owner record");
  if (!value) return Fault{value.error()};
  if (!*value) return damaged(shard_name(shard) + ": the owner record is missing");
  const auto record = load_owner(key, **value);
  if (!record) return damaged(shard_name(shard) + ": the checksum of the owner record fails");
  return *record;
}

Fault disk_regressed(ShardId shard, const Head& head, const Head& acknowledged) {
  const std::string name = shard_name(shard);
  if (head.position < acknowledged.position) {
    return damaged(name + ": the store ends at position " + std::to_string(head.position) +
                   ", but position " + std::to_string(acknowledged.position) +
                   " was acknowledged: its log lost its end, or an old copy was put back");
  }
  return damaged(name + ": what is at position " + std::to_string(acknowledged.position) +
                 " is not what was acknowledged there");
}

/// The last block must be the head, unless all blocks have been trimmed.
StoreResult<bool> verify_end(Database& database, ShardId shard, const OwnerRecord& record) {
  const auto last = database.last(Family::journal, shard_key(shard), shard_end(shard),
                                  shard_name(shard) + ", end of the journal");
  if (!last) return Fault{last.error()};
  if (!*last) {
    if (record.head.position <= record.checkpoint) return true;
    return damaged(shard_name(shard) + ": no blocks from position " +
                   std::to_string(record.checkpoint + 1) + " to " +
                   std::to_string(record.head.position));
  }
  const auto block = load_block((*last)->key, (*last)->value);
  if (!block || Head{block->last_position, block->chain} != record.head) {
    return damaged(shard_name(shard) + ": the last block is not the one that ends at position " +
                   std::to_string(record.head.position));
  }
  return true;
}

StoreResult<bool> verify_acknowledged(Database& database, ShardId shard, const OwnerRecord& record,
                                      const Head& acknowledged) {
  if (record.head == acknowledged || acknowledged.position == 0) return true;
  if (record.head.position <= acknowledged.position) {
    return disk_regressed(shard, record.head, acknowledged);
  }
  const std::string key = journal_key(shard, acknowledged.position);
  const auto value = database.get(
      Family::journal, key,
      shard_name(shard) + ", block at position " + std::to_string(acknowledged.position));
  if (!value) return Fault{value.error()};
  if (!*value) {
    if (acknowledged.position <= record.checkpoint) return true;
    return disk_regressed(shard, record.head, acknowledged);
  }
  const auto block = load_block(key, **value);
  if (!block || block->chain != acknowledged.chain) {
    return disk_regressed(shard, record.head, acknowledged);
  }
  return true;
}

StoreResult<std::vector<OwnerRecord>> verify(Database& database, const std::string& path,
                                             const Watermark& acknowledged) {
  const auto meta = read_meta(database, path);
  if (!meta) return Fault{meta.error()};
  if (!*meta) return damaged(path + ": the format record is missing");
  if ((*meta)->shards != acknowledged.size()) {
    return damaged(path + " has " + std::to_string((*meta)->shards) +
                   " shards, but its watermark has " + std::to_string(acknowledged.size()));
  }
  std::vector<OwnerRecord> records;
  for (ShardId shard = 0; std::size_t{shard} < acknowledged.size(); ++shard) {
    auto record = read_owner(database, shard);
    if (!record) return Fault{record.error()};
    // The watermark first: its message says best what happened.
    for (const auto& checked : {verify_acknowledged(database, shard, *record, acknowledged[shard]),
                                verify_end(database, shard, *record)}) {
      if (!checked) return Fault{checked.error()};
    }
    records.push_back(*record);
  }
  return records;
}

/// Whether everything acknowledged lies before the first damage of the log.
StoreResult<bool> inspect(const std::string& path, const Watermark& acknowledged,
                          rocksdb::Env* env) {
  auto database =
      Database::open(path, Database::Access::inspect, WALRecoveryMode::kPointInTimeRecovery, env);
  if (!database) return Fault{database.error()};
  const auto records = verify(**database, path, acknowledged);
  if (!records) return Fault{records.error()};
  return true;
}

bool is_damage(const StoreFault& fault) { return fault.kind == StoreFault::Kind::damaged; }

bool all_zero(const Watermark& watermark) {
  return std::ranges::all_of(watermark, [](const Head& head) { return head == Head{}; });
}

/// Refuses a database of somebody else, before anything is written to it.
StoreResult<bool> check_families(const std::string& path, bool has_watermark, rocksdb::Env* env) {
  const auto names = Database::families(path, env);
  if (!names) return Fault{names.error()};
  for (const auto& name : *names) {
    if (std::ranges::find(family_names, name) == family_names.end()) {
      return foreign(path + " is not a loyalty store of this version: it has a family " + name);
    }
  }
  if (has_watermark) return true;
  if (names->size() == 1) {
    return foreign(path + " is a RocksDB database, but not a loyalty store");
  }
  return damaged(path +
                 ": the watermark file is missing, so nobody can tell whether the store is "
                 "complete");
}

StoreResult<bool> create(const StoreDirectory& directory, ShardId shards, rocksdb::Env* env) {
  const std::string path = directory.path().string();
  // The watermark first: a database without one is then never an unfinished one.
  const auto saved = write_watermark(directory.watermark(), Watermark(shards));
  if (!saved) return saved;
  auto database = Database::open(path, Database::Access::create,
                                 WALRecoveryMode::kTolerateCorruptedTailRecords, env);
  if (!database) return Fault{database.error()};

  const auto meta = read_meta(**database, path);
  if (!meta) return Fault{meta.error()};
  if (*meta) return true;
  rocksdb::WriteBatch batch;
  for (ShardId shard = 0; shard < shards; ++shard) {
    const std::string key = shard_key(shard);
    auto status = batch.Put((*database)->family(Family::own), key, store_owner(key, {}));
    if (!status.ok()) return fault_of(status, path);
  }
  auto status = batch.Put((*database)->family(Family::meta), std::string(meta_key),
                          store_meta(store_format_version, shards));
  if (!status.ok()) return fault_of(status, path);
  rocksdb::WriteOptions options;
  options.sync = true;
  status = (*database)->db().Write(options, &batch);
  if (!status.ok()) return fault_of(status, "cannot create " + path);
  return true;
}

/// Whether creating this store was begun and never finished: nobody has written to it yet.
StoreResult<bool> unfinished(const StoreDirectory& directory, const Watermark& watermark,
                             rocksdb::Env* env) {
  if (!all_zero(watermark)) return false;
  if (!directory.has_database()) return true;
  const auto names = Database::families(directory.path().string(), env);
  if (!names) return Fault{names.error()};
  if (names->size() < family_names.size()) return true;
  auto database = Database::open(directory.path().string(), Database::Access::inspect,
                                 WALRecoveryMode::kPointInTimeRecovery, env);
  if (!database) return Fault{database.error()};
  // A family with anything in it speaks against it, even if the format record is gone.
  for (const auto family : {Family::meta, Family::own, Family::snap, Family::journal}) {
    const auto any = (*database)->last(family, "", std::string(16, '\xff'), "new store");
    if (!any) return Fault{any.error()};
    if (*any) return false;
  }
  return true;
}

/// The logs and the list of tables of a database that is in use, with the length of the latter.
std::map<std::string, std::uintmax_t> log_files(const std::string& directory) {
  namespace fs = std::filesystem;
  std::map<std::string, std::uintmax_t> found;
  std::error_code error;
  for (fs::directory_iterator at(directory, error), end; !error && at != end; at.increment(error)) {
    const std::string name = at->path().filename().string();
    if (name.starts_with("MANIFEST-")) found[name] = at->file_size(error);
    if (name.ends_with(".log") && name != "rocksdb.log") found[name] = 0;
  }
  return found;
}

StoreResult<VerifiedDatabase> open_to_read(const std::string& path, rocksdb::Env* env) {
  // The watermark first: what was acknowledged before is in what is read after.
  const auto acknowledged = read_watermark(std::filesystem::path(path) / "watermark");
  if (!acknowledged) return Fault{acknowledged.error()};
  const auto ours = check_families(path, acknowledged->has_value(), env);
  if (!ours) return Fault{ours.error()};
  // A record that the server is writing at this moment looks like one that was cut off.
  auto database =
      Database::open(path, Database::Access::inspect, WALRecoveryMode::kPointInTimeRecovery, env);
  if (!database) return Fault{database.error()};
  auto records = verify(**database, path, **acknowledged);
  if (!records) return Fault{records.error()};
  return VerifiedDatabase{std::move(*database), std::move(*records), false};
}

}  // namespace

StoreResult<VerifiedDatabase> open_verified(const StoreDirectory& directory,
                                            const Watermark& acknowledged, LogFiles logs,
                                            rocksdb::Env* env) {
  const std::string path = directory.path().string();
  bool dropped_tail = false;
  auto database = Database::open(path, Database::Access::write,
                                 WALRecoveryMode::kTolerateCorruptedTailRecords, env, logs);
  if (!database && is_damage(database.error())) {
    const auto enough = inspect(path, acknowledged, env);
    if (!enough) {
      return Fault{StoreFault{enough.error().kind, enough.error().message + " (after: " +
                                                       database.error().message + ")"}};
    }
    dropped_tail = true;
    database = Database::open(path, Database::Access::write, WALRecoveryMode::kPointInTimeRecovery,
                              env, logs);
  }
  if (!database) return Fault{database.error()};
  auto records = verify(**database, path, acknowledged);
  if (!records) return Fault{records.error()};
  return VerifiedDatabase{std::move(*database), std::move(*records), dropped_tail};
}

StoreResult<VerifiedDatabase> open_or_create(const StoreDirectory& directory, ShardId shards,
                                             LogFiles logs, rocksdb::Env* env) {
  const std::string path = directory.path().string();
  auto watermark = read_watermark(directory.watermark());
  if (!watermark) return Fault{watermark.error()};
  if (directory.has_database()) {
    const auto ours = check_families(path, watermark->has_value(), env);
    if (!ours) return Fault{ours.error()};
  }
  if (!*watermark) *watermark = Watermark(shards);

  const auto fresh = unfinished(directory, **watermark, env);
  if (!fresh) return Fault{fresh.error()};
  if (*fresh) {
    *watermark = Watermark(shards);
    const auto created = create(directory, shards, env);
    if (!created) return Fault{created.error()};
  } else if (!directory.has_database()) {
    return damaged(path + ": there is a watermark, but the database is gone");
  }
  return open_verified(directory, **watermark, logs, env);
}

StoreResult<VerifiedDatabase> open_beside_writer(const std::string& directory, rocksdb::Env* env) {
  constexpr int most_attempts = 50;
  for (int attempt = 1;; ++attempt) {
    const auto before = log_files(directory);
    auto opened = open_to_read(directory, env);
    // The list of tables, and the logs that follow on it, are read one after the other. Where a
    // table was flushed and its log deleted in between, writes would be missing.
    if (before == log_files(directory)) return opened;
    if (attempt == most_attempts) {
      return unavailable(directory + ": its server changes it all the time");
    }
  }
}

}  // namespace loyalty::persistence
