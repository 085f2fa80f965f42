// SPDX-License-Identifier: Apache-2.0
#include "persistence/rocksdb_database.hpp"

#include <rocksdb/convenience.h>
#include <rocksdb/filter_policy.h>
#include <rocksdb/memtablerep.h>
#include <rocksdb/table.h>
#include <rocksdb/utilities/table_properties_collectors.h>

#include <algorithm>

#include "persistence/faults.hpp"
#include "persistence/rocksdb_checked_tables.hpp"
#include "persistence/rocksdb_journal_tables.hpp"
#include "persistence/rocksdb_log.hpp"
#include "persistence/rocksdb_ordered_logs.hpp"
#include "persistence/rocksdb_paced_deletion.hpp"

namespace loyalty::persistence {
namespace {

constexpr std::size_t kibibyte = std::size_t{1} << 10;
constexpr std::size_t mebibyte = std::size_t{1} << 20;

rocksdb::DBOptions database_options(const std::string& directory, Database::Access access,
                                    rocksdb::WALRecoveryMode recovery, rocksdb::Env* env) {
  rocksdb::DBOptions options;
  options.env = env;
  options.create_if_missing = access == Database::Access::create;
  options.create_missing_column_families = access == Database::Access::create;
  options.paranoid_checks = true;
  options.wal_recovery_mode = recovery;
  // RocksDB's own way of using a log file again leaves old records behind its end, which no
  // recovery mode that tells a torn tail from a flipped bit can work with (ours:
  // rocksdb_framed_logs).
  options.recycle_log_file_num = 0;
  // Bounds both the disk space of the log and the time to replay it.
  options.max_total_wal_size = 256 * mebibyte;
  // Over all families together: eight of them with three buffers each would be too many.
  options.db_write_buffer_size = 96 * mebibyte;
  options.allow_concurrent_memtable_write = false;
  options.max_background_jobs = 2;
  // The disk gets what is flushed and compacted bit by bit, and the next bit only when it has the
  // one before: syncs of the log do not queue up behind a whole table.
  options.bytes_per_sync = mebibyte;
  options.wal_bytes_per_sync = mebibyte;
  options.strict_bytes_per_sync = true;
  // Beside a server that goes on writing, files that were opened stay readable when it deletes
  // them.
  options.max_open_files = access == Database::Access::inspect ? -1 : 512;
  options.info_log = access == Database::Access::inspect
                         ? make_rocksdb_silence()
                         : make_rocksdb_log(directory + "/rocksdb.log");
  // The store decides itself when to resume (and what became of the write that failed).
  options.max_bgerror_resume_count = 0;
  return options;
}

rocksdb::ColumnFamilyOptions family_options(std::string_view name,
                                            const std::shared_ptr<rocksdb::Cache>& cache) {
  rocksdb::ColumnFamilyOptions options;
  options.write_buffer_size = 32 * mebibyte;
  options.max_write_buffer_number = 3;
  const auto supported = rocksdb::GetSupportedCompressions();
  const bool lz4 = std::ranges::find(supported, rocksdb::kLZ4Compression) != supported.end();
  // Blocks of the journal and segments of histories are packed already.
  const bool worth_it = name != "journal" && name != "history";
  options.compression = lz4 && worth_it ? rocksdb::kLZ4Compression : rocksdb::kNoCompression;

  rocksdb::BlockBasedTableOptions table;
  table.block_cache = cache;
  table.cache_index_and_filter_blocks = true;
  table.pin_l0_filter_and_index_blocks_in_cache = true;
  if (name == "journal") {
    // Written once, read when a server starts, and soon dropped, table by table. They stay in level
    // 0, in the order in which they came, until there are more than a journal may be long.
    options.write_buffer_size = 8 * mebibyte;
    options.max_write_buffer_number = 8;
    options.target_file_size_base = 8 * mebibyte;
    options.level0_file_num_compaction_trigger = 256;
    options.max_bytes_for_level_base = 4096 * mebibyte;  // which bounds level 0 as well
    options.level0_slowdown_writes_trigger = 512;
    options.level0_stop_writes_trigger = 768;
    options.table_properties_collector_factories.push_back(collect_journal_ends());
    table.block_size = 32 * kibibyte;  // looked into from one end to the other
    // Nobody looks into it before it is a table: to sort it then is cheaper than to keep it sorted.
    options.memtable_factory.reset(new rocksdb::VectorRepFactory);
  } else {
    // In parts of 4 KiB: a filter of a whole table has half a megabyte, of which a piece of the
    // cache holds two. From a million members on each one that was loaded read one or two anew.
    table.filter_policy.reset(rocksdb::NewBloomFilterPolicy(10));
    table.index_type = rocksdb::BlockBasedTableOptions::kTwoLevelIndexSearch;
    table.partition_filters = true;
    table.metadata_block_size = 4 * kibibyte;
    table.pin_top_level_index_and_filter = true;
  }
  options.table_factory.reset(rocksdb::NewBlockBasedTableFactory(table));

  // One record for each shard, of always the same size, that each write replaces.
  options.inplace_update_support = name == "own";
  options.inplace_update_num_locks = 16;

  // Every timer that fires leaves a tombstone at the front, where each look for due timers starts.
  if (name == "timers") {
    options.table_properties_collector_factories.push_back(
        rocksdb::NewCompactOnDeletionCollectorFactory(4096, 1024));
  }
  return options;
}

std::vector<rocksdb::ColumnFamilyDescriptor> descriptors() {
  const auto cache = rocksdb::NewLRUCache(64 * mebibyte);
  std::vector<rocksdb::ColumnFamilyDescriptor> all;
  for (const auto name : family_names)
    all.emplace_back(std::string(name), family_options(name, cache));
  return all;
}

/// For scans that touch each block once: they would push everything else out of the cache.
rocksdb::ReadOptions scan_options(const rocksdb::Slice& lower, const rocksdb::Slice& upper) {
  rocksdb::ReadOptions options;
  options.fill_cache = false;
  options.iterate_lower_bound = &lower;
  options.iterate_upper_bound = &upper;
  return options;
}

}  // namespace

Fault fault_of(const rocksdb::Status& status, const std::string& what) {
  const std::string message = what + ": " + status.ToString();
  if (status.IsCorruption() || status.IsPathNotFound()) return damaged(message);
  if (status.IsInvalidArgument()) return foreign(message);
  return unavailable(message);
}

StoreResult<std::vector<std::string>> Database::families(const std::string& directory,
                                                         rocksdb::Env* env) {
  std::vector<std::string> names;
  rocksdb::DBOptions options;
  options.env = env;
  const auto status = rocksdb::DB::ListColumnFamilies(options, directory, &names);
  if (!status.ok()) return fault_of(status, "cannot read " + directory);
  return names;
}

StoreResult<std::unique_ptr<Database>> Database::open(const std::string& directory, Access access,
                                                      rocksdb::WALRecoveryMode recovery,
                                                      rocksdb::Env* env, LogFiles logs) {
  std::unique_ptr<Database> database(new Database);
  // What may keep a log comes before what deletes it.
  database->logs_ = frame_logs(pace_deletions(check_tables(env->GetFileSystem())), logs);
  database->env_ = rocksdb::NewCompositeEnv(order_logs(database->logs_));
  const auto options = database_options(directory, access, recovery, database->env_.get());
  rocksdb::DB* db = nullptr;
  const auto status =
      access == Access::inspect
          ? rocksdb::DB::OpenForReadOnly(options, directory, descriptors(), &database->handles_,
                                         &db)
          : rocksdb::DB::Open(options, directory, descriptors(), &database->handles_, &db);
  database->db_.reset(db);
  if (status.ok()) return database;

  const std::string message = status.ToString();
  if (status.IsIOError() && message.find("lock") != std::string::npos &&
      (message.find("current process") != std::string::npos ||
       message.find("temporarily unavailable") != std::string::npos)) {
    return unavailable("another server is using " + directory);
  }
  return fault_of(status, "cannot open " + directory);
}

Database::~Database() {
  if (!db_) return;
  for (auto* handle : handles_) db_->DestroyColumnFamilyHandle(handle);
  db_->Close().PermitUncheckedError();
}

std::uint64_t Database::current_log() {
  std::unique_ptr<rocksdb::LogFile> log;
  return db_->GetCurrentWalFile(&log).ok() && log ? log->LogNumber() : 0;
}

StoreResult<std::optional<std::string>> Database::get(Family family, const std::string& key,
                                                      const std::string& what) {
  std::string value;
  const auto status = db_->Get(rocksdb::ReadOptions(), this->family(family), key, &value);
  if (status.IsNotFound()) return std::optional<std::string>{};
  if (!status.ok()) return fault_of(status, what);
  return std::optional(std::move(value));
}

StoreResult<std::vector<Database::Entry>> Database::scan(Family family, const std::string& from,
                                                         const std::string& end, std::size_t limit,
                                                         std::size_t bytes,
                                                         const std::string& what) {
  const rocksdb::Slice lower(from);
  const rocksdb::Slice upper(end);
  const std::unique_ptr<rocksdb::Iterator> at(
      db_->NewIterator(scan_options(lower, upper), this->family(family)));
  std::vector<Entry> found;
  std::size_t size = 0;
  for (at->Seek(lower); at->Valid() && found.size() < limit && size < bytes; at->Next()) {
    found.push_back({at->key().ToString(), at->value().ToString()});
    size += found.back().key.size() + found.back().value.size();
  }
  if (!at->status().ok()) return fault_of(at->status(), what);
  return found;
}

StoreResult<std::optional<Database::Entry>> Database::last(Family family, const std::string& from,
                                                           const std::string& end,
                                                           const std::string& what) {
  const rocksdb::Slice lower(from);
  const rocksdb::Slice upper(end);
  const std::unique_ptr<rocksdb::Iterator> at(
      db_->NewIterator(scan_options(lower, upper), this->family(family)));
  at->SeekToLast();
  if (!at->status().ok()) return fault_of(at->status(), what);
  if (!at->Valid()) return std::optional<Entry>{};
  return std::optional(Entry{at->key().ToString(), at->value().ToString()});
}

}  // namespace loyalty::persistence
