// SPDX-License-Identifier: Apache-2.0
#include "persistence/rocksdb_inspection.hpp"

#include <shared_mutex>
#include <utility>

#include "persistence/faults.hpp"
#include "persistence/rocksdb_open.hpp"
#include "persistence/rocksdb_reader.hpp"

namespace loyalty::persistence {
namespace {

class RocksDbInspection final : public Store {
 public:
  RocksDbInspection(std::string directory, VerifiedDatabase verified)
      : directory_(std::move(directory)),
        database_(std::move(verified.database)),
        records_(std::move(verified.records)) {}

  ShardId shards() const override { return static_cast<ShardId>(records_.size()); }
  std::string describe() const override { return "rocksdb:" + directory_ + " (read only)"; }

  StoreResult<OwnerRecord> owner(ShardId shard) override {
    if (shard >= shards()) return no_such_shard(shard, shards());
    return records_[shard];
  }
  StoreResult<OwnerRecord> claim(ShardId, const Fence&, OwnerNonce, std::int64_t) override {
    return read_only();
  }
  StoreResult<bool> release(ShardId, const Fence&) override { return read_only(); }
  std::vector<CommitResult> commit(std::span<const Commit> commits) override {
    return std::vector<CommitResult>(
        commits.size(),
        {.status = CommitStatus::unavailable, .head = {}, .detail = read_only().error.message});
  }

  StoreResult<Loaded> load(ShardId shard, std::span<const std::string> entities) override {
    if (shard >= shards()) return no_such_shard(shard, shards());
    auto found = reader_.load(shard, entities);
    if (!found) return Fault{found.error()};
    return Loaded{records_[shard].head, std::move(*found)};
  }
  StoreResult<std::vector<Snapshot>> pinned(ShardId shard) override {
    if (shard >= shards()) return no_such_shard(shard, shards());
    return reader_.pinned(shard);
  }
  StoreResult<bool> entities(ShardId shard,
                             const std::function<bool(const std::string&)>& visit) override {
    if (shard >= shards()) return no_such_shard(shard, shards());
    return reader_.entities(shard, visit);
  }
  StoreResult<bool> blocks(ShardId shard, std::uint64_t after,
                           const std::function<bool(const Block&)>& visit) override {
    if (shard >= shards()) return no_such_shard(shard, shards());
    return reader_.blocks(shard, after, visit);
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

  StoreResult<bool> trim(ShardId, std::uint64_t) override { return read_only(); }
  StoreResult<std::uint64_t> stable(ShardId shard) override {
    if (shard >= shards()) return no_such_shard(shard, shards());
    return records_[shard].head.position;
  }
  StoreResult<std::optional<Head>> projection_cursor(ShardId shard,
                                                     std::string_view name) override {
    if (shard >= shards()) return no_such_shard(shard, shards());
    return reader_.cursor(shard, name);
  }
  StoreResult<bool> put_projection_cursor(ShardId, std::string_view, Head) override {
    return read_only();
  }

 private:
  Fault read_only() const { return unavailable(describe() + ": it was opened to be read"); }

  const std::string directory_;
  std::shared_mutex never_replaced_;
  std::unique_ptr<Database> database_;
  std::vector<OwnerRecord> records_;
  RocksDbReader reader_{[this] {
    return DatabaseInUse{std::shared_lock(never_replaced_), database_.get()};
  }};
};

}  // namespace

StoreResult<std::unique_ptr<Store>> open_rocksdb_inspection(const std::string& directory) {
  auto verified = open_beside_writer(directory, rocksdb::Env::Default());
  if (!verified) return Fault{verified.error()};
  return std::unique_ptr<Store>(
      std::make_unique<RocksDbInspection>(directory, std::move(*verified)));
}

}  // namespace loyalty::persistence
