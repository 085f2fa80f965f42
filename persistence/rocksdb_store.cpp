// SPDX-License-Identifier: Apache-2.0
#include "persistence/rocksdb_store.hpp"

#include <limits>
#include <mutex>
#include <shared_mutex>
#include <utility>

#include "persistence/failpoint.hpp"
#include "persistence/faults.hpp"
#include "persistence/rocksdb_batch.hpp"
#include "persistence/rocksdb_environment.hpp"
#include "persistence/rocksdb_format.hpp"
#include "persistence/rocksdb_journal_tables.hpp"
#include "persistence/rocksdb_open.hpp"
#include "persistence/rocksdb_reader.hpp"
#include "persistence/watermark_keeper.hpp"
#include "persistence/write_rules.hpp"

namespace loyalty::persistence {
namespace {

/// A write that did not succeed. Until the database has been resumed or reopened, nobody can say
/// whether a later crash would bring the write back, so nothing else is written before that.
struct WriteFailure {
  bool no_space = false;
  /// Not all of the write's bytes reached the log: it can never come back.
  bool nothing_written = false;
  std::string message;
  std::uint64_t log = 0;  ///< the number of the log that was written to
};

WriteFailure failure_of(const rocksdb::Status& status, Database& database) {
  const std::string message = status.ToString();
  // A log that could not be appended to ends within the record, and recovery drops it. The other
  // way to run out of space is the sync: then the record may be complete.
  const bool appending = message.find("While appending") != std::string::npos;
  return {.no_space = status.IsNoSpace(),
          .nothing_written = status.IsNoSpace() && appending,
          .message = message,
          .log = database.current_log()};
}

/// About as many as a table of the journal has: only then are its tables looked at.
constexpr std::uint64_t records_between_drops = 4096;

constexpr std::uint64_t reopen_margin = std::uint64_t{4} << 20;

LogFiles log_files(bool sync) { return sync ? LogFiles::framed : LogFiles::plain; }

class RocksDbStore final : public Store {
 public:
  RocksDbStore(StoreDirectory directory, const StoreOptions& options, rocksdb::Env* env,
               VerifiedDatabase verified, PinnedNames pinned)
      : directory_(std::move(directory)),
        sync_(options.durability == Durability::fsync),
        env_(env),
        database_(std::move(verified.database)),
        dropped_tail_(verified.dropped_tail),
        records_(std::move(verified.records)),
        pinned_(std::move(pinned)),
        trimmed_(records_.size()),
        keeper_(directory_.watermark(), heads(), [this] { return make_durable(); }) {}

  ShardId shards() const override { return static_cast<ShardId>(trimmed_.size()); }

  std::string describe() const override {
    return "rocksdb:" + directory_.path().string() + " (" + (sync_ ? "fsync" : "relaxed") +
           (dropped_tail_ ? "; the log was damaged behind the last watermark and was cut there)"
                          : ")");
  }

  StoreResult<OwnerRecord> owner(ShardId shard) override {
    if (shard >= shards()) return no_such_shard(shard, shards());
    // Waits for a write under way and settles one that failed: the answer must be the truth.
    const std::lock_guard writing(write_mutex_);
    if (const auto usable = restore_service(); !usable) return Fault{usable.error()};
    return record(shard);
  }

  StoreResult<OwnerRecord> claim(ShardId shard, const Fence& seen, OwnerNonce me,
                                 std::int64_t now_ms) override {
    if (shard >= shards()) return no_such_shard(shard, shards());
    const std::lock_guard writing(write_mutex_);
    if (const auto usable = restore_service(); !usable) return Fault{usable.error()};
    const auto next = claimed(shard, record(shard), seen, me, now_ms);
    if (!next) return next;
    return put_owner(shard, *next);
  }

  StoreResult<bool> release(ShardId shard, const Fence& fence) override {
    if (shard >= shards()) return no_such_shard(shard, shards());
    const std::lock_guard writing(write_mutex_);
    if (const auto usable = restore_service(); !usable) return usable;
    auto next = record(shard);
    if (next.fence != fence || fence.owner == OwnerNonce{}) return false;
    next.fence.owner = {};
    const auto put = put_owner(shard, next);
    if (!put) return Fault{put.error()};
    return true;
  }

  std::vector<CommitResult> commit(std::span<const Commit> commits) override {
    const std::lock_guard writing(write_mutex_);
    if (const auto usable = restore_service(); !usable) {
      const auto status =
          failure_ && failure_->no_space ? CommitStatus::full : CommitStatus::unknown;
      return std::vector<CommitResult>(
          commits.size(), {.status = status, .head = {}, .detail = usable.error().message});
    }
    CommitBatch batch(*database_, pinned_);
    std::vector<OwnerRecord> next = records_;
    std::vector<bool> touched(next.size());
    std::vector<CommitResult> results;
    results.reserve(commits.size());
    for (const Commit& commit : commits) {
      if (commit.shard >= shards()) {
        results.push_back({.status = CommitStatus::fenced,
                           .head = {},
                           .detail = no_such_shard(commit.shard, shards()).error.message});
        continue;
      }
      auto& current = next[commit.shard];
      if (auto refused = refusal(commit, current)) {
        results.push_back(*std::move(refused));
        continue;
      }
      current = after(commit, current);
      touched[commit.shard] = true;
      batch.add(commit);
      results.push_back({.status = CommitStatus::ok, .head = current.head, .detail = {}});
    }
    for (ShardId shard = 0; shard < shards(); ++shard) {
      if (touched[shard]) batch.put_owner(shard, next[shard]);
    }
    if (batch.batch().Count() == 0) return results;
    if (!write(batch, sync_)) return undone(std::move(results), commits);
    publish(std::move(next), touched, batch.pin_changes());
    return results;
  }

  StoreResult<Loaded> load(ShardId shard, std::span<const std::string> entities) override {
    if (shard >= shards()) return no_such_shard(shard, shards());
    auto found = reader_.load(shard, entities);
    if (!found) return Fault{found.error()};
    return Loaded{record(shard).head, std::move(*found)};
  }

  StoreResult<bool> entities(ShardId shard,
                             const std::function<bool(const std::string&)>& visit) override {
    if (shard >= shards()) return no_such_shard(shard, shards());
    return reader_.entities(shard, visit);
  }

  StoreResult<std::vector<Snapshot>> pinned(ShardId shard) override {
    if (shard >= shards()) return no_such_shard(shard, shards());
    return reader_.pinned(shard);
  }

  StoreResult<bool> blocks(ShardId shard, std::uint64_t after_position,
                           const std::function<bool(const Block&)>& visit) override {
    if (shard >= shards()) return no_such_shard(shard, shards());
    return reader_.blocks(shard, after_position, visit);
  }

  StoreResult<bool> history(ShardId shard, std::string_view entity,
                            const std::function<bool(const Segment&)>& visit) override {
    return history_from(shard, entity, 0, visit);
  }

  StoreResult<bool> history_from(ShardId shard, std::string_view entity,
                                 std::uint64_t first_sequence,
                                 const std::function<bool(const Segment&)>& visit) override {
    if (shard >= shards()) return no_such_shard(shard, shards());
    return reader_.history(shard, entity, first_sequence, visit);
  }

  StoreResult<std::vector<DueEntry>> due(ShardId shard, std::int64_t from_ms, std::int64_t until_ms,
                                         std::size_t limit) override {
    if (shard >= shards()) return no_such_shard(shard, shards());
    return reader_.due(shard, from_ms, until_ms, limit);
  }

  StoreResult<bool> trim(ShardId shard, std::uint64_t up_to) override {
    if (shard >= shards()) return no_such_shard(shard, shards());
    {
      const std::lock_guard writing(write_mutex_);
      if (const auto usable = restore_service(); !usable) return usable;
      const std::uint64_t limit = trim_limit(record(shard), up_to);
      if (limit <= trimmed_[shard]) return true;
      CommitBatch batch(*database_, pinned_);
      batch.drop_blocks(shard, trimmed_[shard] + 1, limit);
      // Not synced: a trim that is lost is done again.
      if (!write(batch, false)) return not_written(shard);
      trimmed_since_drop_ += limit - trimmed_[shard];
      trimmed_[shard] = limit;
    }
    drop_tables();
    return true;
  }

  StoreResult<std::uint64_t> stable(ShardId shard) override {
    if (shard >= shards()) return no_such_shard(shard, shards());
    return record(shard).head.position;
  }

  StoreResult<std::optional<Head>> projection_cursor(ShardId shard,
                                                     std::string_view name) override {
    if (shard >= shards()) return no_such_shard(shard, shards());
    return reader_.cursor(shard, name);
  }

  StoreResult<bool> put_projection_cursor(ShardId shard, std::string_view name,
                                          Head cursor) override {
    if (shard >= shards()) return no_such_shard(shard, shards());
    const std::lock_guard writing(write_mutex_);
    if (const auto usable = restore_service(); !usable) return usable;
    CommitBatch batch(*database_, pinned_);
    batch.put_cursor(shard, name, cursor);
    if (!write(batch, sync_)) return not_written(shard);
    return true;
  }

 private:
  Fault not_written(ShardId shard) const {
    return unavailable(shard_name(shard) + ": not written: " + failure_->message);
  }

  OwnerRecord record(ShardId shard) const {
    const std::lock_guard lock(records_mutex_);
    return records_[shard];
  }

  Watermark heads() const {
    Watermark all;
    for (const auto& record : records_) all.push_back(record.head);
    return all;
  }

  /// Outside of the writes, which go on meanwhile.
  void drop_tables() {
    const std::unique_lock dropping(drop_mutex_, std::try_to_lock);
    if (!dropping.owns_lock()) return;
    std::vector<std::uint64_t> trimmed;
    {
      const std::lock_guard writing(write_mutex_);
      if (trimmed_since_drop_ < records_between_drops || failure_ || !database_) return;
      trimmed_since_drop_ = 0;
      trimmed = trimmed_;
    }
    std::vector<std::string> names;
    if (const std::shared_lock using_it(database_mutex_); database_) {
      names = journal_tables_.droppable(*database_, trimmed);
    }
    // The snapshots that stand for these blocks first, and what says that they do.
    if (names.empty() || !make_durable()) return;
    if (const std::shared_lock using_it(database_mutex_); database_) {
      JournalTables::drop(*database_, names);
    }
  }

  bool make_durable() {
    if (sync_) return true;  // every acknowledged write is on the disk already
    // RocksDB must not be written to after a sync that failed.
    const std::lock_guard writing(write_mutex_);
    if (failure_ || !database_) return false;
    const auto status = database_->db().SyncWAL();
    if (!status.ok()) failure_ = failure_of(status, *database_);
    return status.ok();
  }

  StoreResult<OwnerRecord> put_owner(ShardId shard, const OwnerRecord& next) {
    CommitBatch batch(*database_, pinned_);
    batch.put_owner(shard, next);
    if (!write(batch, sync_)) return not_written(shard);
    const std::lock_guard lock(records_mutex_);
    records_[shard] = next;
    return next;
  }

  bool write(CommitBatch& batch, bool sync) {
    rocksdb::WriteOptions options;
    options.sync = sync;
    failpoint("sync.before");
    const auto status = database_->db().Write(options, &batch.batch());
    failpoint("sync.after");
    if (status.ok()) return true;
    failure_ = failure_of(status, *database_);
    if (failure_->no_space) database_->delete_spare_logs();
    return false;
  }

  /// Takes back the results of a batch that was not written.
  std::vector<CommitResult> undone(std::vector<CommitResult> results,
                                   std::span<const Commit> commits) const {
    for (std::size_t i = 0; i < results.size(); ++i) {
      if (results[i].status != CommitStatus::ok) continue;
      results[i] = {
          .status = failure_->nothing_written ? CommitStatus::full : CommitStatus::unknown,
          .head = failure_->nothing_written ? records_[commits[i].shard].head : Head{},
          .detail = failure_->message};
    }
    return results;
  }

  void publish(std::vector<OwnerRecord> next, const std::vector<bool>& touched,
               const std::vector<PinChange>& pin_changes) {
    for (const auto& change : pin_changes) {
      if (change.pinned) {
        pinned_[change.shard].insert(change.entity);
      } else {
        pinned_[change.shard].erase(change.entity);
      }
    }
    for (ShardId shard = 0; shard < shards(); ++shard) {
      const auto records = next[shard].head.position - records_[shard].head.position;
      if (touched[shard] && records > 0) keeper_.advance(shard, next[shard].head, records);
    }
    const std::lock_guard lock(records_mutex_);
    records_ = std::move(next);
  }

  /// After a failed write: makes the database writable again, and finds out what it holds.
  StoreResult<bool> restore_service() {
    if (!failure_) return true;
    if (failure_->no_space && database_) {
      // Flushes what is in memory (the failed write is not) and starts a new log.
      const auto status = database_->db().Resume();
      // Where it had nothing in memory it goes on with the log that failed, and the next write to
      // that ends the process.
      if (status.ok() && database_->current_log() != failure_->log) {
        failure_.reset();
        return true;
      }
      // While there is no room to reopen it, the database stays as it is and goes on to read.
      if (status.IsNoSpace() || !room_to_reopen()) {
        return unavailable("no space: " + failure_->message);
      }
    }
    return reopen();
  }

  /// Replaying the log writes about what the memory tables hold.
  bool room_to_reopen() {
    std::uint64_t needed = 0;
    std::uint64_t free = 0;
    return database_->db().GetAggregatedIntProperty(rocksdb::DB::Properties::kSizeAllMemTables,
                                                    &needed) &&
           env_->GetFreeSpace(directory_.path().string(), &free).ok() &&
           free > 2 * needed + reopen_margin;
  }

  StoreResult<bool> reopen();

  const StoreDirectory directory_;
  const bool sync_;
  rocksdb::Env* const env_;

  // Order of locking: drop_mutex_, write_mutex_, then database_mutex_, then records_mutex_.
  std::mutex drop_mutex_;
  JournalTables journal_tables_;  // under drop_mutex_
  std::mutex write_mutex_;
  mutable std::shared_mutex database_mutex_;  // exclusive only while the database is replaced
  std::unique_ptr<Database> database_;        // null while reopening has failed
  bool dropped_tail_;
  mutable std::mutex records_mutex_;  // writers hold write_mutex_ as well
  std::vector<OwnerRecord> records_;
  PinnedNames pinned_;                    // under write_mutex_
  std::vector<std::uint64_t> trimmed_;    // under write_mutex_: what this process has trimmed
  std::uint64_t trimmed_since_drop_ = 0;  // under write_mutex_, records
  std::optional<WriteFailure> failure_;   // under write_mutex_
  RocksDbReader reader_{[this] {
    return DatabaseInUse{std::shared_lock(database_mutex_), database_.get()};
  }};
  WatermarkKeeper keeper_;  // last: its thread uses the rest, and its end saves before the close
};

StoreResult<PinnedNames> read_pinned_names(Database& database, std::size_t shards) {
  PinnedNames names(shards);
  for (ShardId shard = 0; std::size_t{shard} < shards; ++shard) {
    const auto entries = database.scan(
        Family::pinned, shard_key(shard), shard_end(shard), std::numeric_limits<std::size_t>::max(),
        std::numeric_limits<std::size_t>::max(), shard_name(shard) + ", pinned snapshots");
    if (!entries) return Fault{entries.error()};
    for (const auto& entry : *entries) names[shard].emplace(entity_of_key(entry.key));
  }
  return names;
}

StoreResult<bool> RocksDbStore::reopen() {
  const std::unique_lock replacing(database_mutex_);
  database_.reset();
  auto verified = open_verified(directory_, heads(), log_files(sync_), env_);
  if (!verified) return Fault{verified.error()};
  auto names = read_pinned_names(*verified->database, records_.size());
  if (!names) return Fault{names.error()};

  database_ = std::move(verified->database);
  dropped_tail_ = dropped_tail_ || verified->dropped_tail;
  pinned_ = std::move(*names);
  failure_.reset();
  for (ShardId shard = 0; shard < shards(); ++shard) {
    // The failed write may turn out to have succeeded.
    const Head& head = verified->records[shard].head;
    if (head != records_[shard].head) keeper_.advance(shard, head, 1);
  }
  const std::lock_guard lock(records_mutex_);
  records_ = std::move(verified->records);
  return true;
}

}  // namespace

StoreResult<std::unique_ptr<Store>> open_rocksdb_store_in(const std::string& directory,
                                                          const StoreOptions& options,
                                                          rocksdb::Env* env) {
  auto held = StoreDirectory::acquire(directory);
  if (!held) return Fault{held.error()};
  auto verified = open_or_create(*held, options.shards,
                                 log_files(options.durability == Durability::fsync), env);
  if (!verified) return Fault{verified.error()};
  auto pinned = read_pinned_names(*verified->database, verified->records.size());
  if (!pinned) return Fault{pinned.error()};
  return std::unique_ptr<Store>(std::make_unique<RocksDbStore>(
      std::move(*held), options, env, std::move(*verified), std::move(*pinned)));
}

StoreResult<std::unique_ptr<Store>> open_rocksdb_store(const std::string& directory,
                                                       const StoreOptions& options) {
  return open_rocksdb_store_in(directory, options, rocksdb::Env::Default());
}

}  // namespace loyalty::persistence
