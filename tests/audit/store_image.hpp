// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "persistence/store.hpp"

namespace loyalty::audit {

/// Everything in a store as plain data that a test can change, and a store again that is read
/// only. Checksums and chains are made anew where a test asks for it, so that only what the bytes
/// say is wrong.
class StoreImage final : public persistence::Store {
 public:
  struct Shard {
    persistence::OwnerRecord owner;
    std::vector<persistence::Block> blocks;
    std::map<std::string, persistence::Snapshot> snapshots;
    std::map<std::pair<std::string, std::uint64_t>, persistence::Segment> segments;
    std::set<std::pair<std::int64_t, std::string>> due;
    bool damaged = false;  ///< reading its journal fails
  };
  std::vector<Shard> content;

  explicit StoreImage(persistence::Store& original);

  /// A block, opened.
  struct OpenBlock {
    std::uint64_t epoch = 0;
    std::vector<std::string> records;
  };
  struct OpenJournal {
    persistence::Head before;
    std::vector<OpenBlock> blocks;
  };
  OpenJournal open(persistence::ShardId shard) const;
  /// Writes the blocks with checksums and chain made anew, and the owner's head with them.
  void close(persistence::ShardId shard, const OpenJournal& journal);

  static std::vector<std::string> open(const persistence::Segment& segment);
  void close(persistence::ShardId shard, const std::string& entity, std::uint64_t first,
             const std::vector<std::string>& records);

  /// Forgets the blocks that snapshots cover.
  void trim_all();

  persistence::ShardId home(const std::string& entity) const;

  persistence::ShardId shards() const override;
  std::string describe() const override { return "image"; }
  persistence::StoreResult<persistence::OwnerRecord> owner(persistence::ShardId shard) override;
  persistence::StoreResult<persistence::OwnerRecord> claim(persistence::ShardId,
                                                           const persistence::Fence&,
                                                           persistence::OwnerNonce,
                                                           std::int64_t) override;
  persistence::StoreResult<bool> release(persistence::ShardId, const persistence::Fence&) override;
  std::vector<persistence::CommitResult> commit(std::span<const persistence::Commit>) override;
  persistence::StoreResult<persistence::Loaded> load(
      persistence::ShardId shard, std::span<const std::string> entities) override;
  persistence::StoreResult<std::vector<persistence::Snapshot>> pinned(
      persistence::ShardId shard) override;
  persistence::StoreResult<bool> entities(
      persistence::ShardId shard, const std::function<bool(const std::string&)>& visit) override;
  persistence::StoreResult<bool> blocks(
      persistence::ShardId shard, std::uint64_t after,
      const std::function<bool(const persistence::Block&)>& visit) override;
  persistence::StoreResult<bool> history(
      persistence::ShardId shard, std::string_view entity,
      const std::function<bool(const persistence::Segment&)>& visit) override;
  persistence::StoreResult<std::vector<persistence::DueEntry>> due(persistence::ShardId shard,
                                                                   std::int64_t from_ms,
                                                                   std::int64_t until_ms,
                                                                   std::size_t limit) override;
  persistence::StoreResult<bool> trim(persistence::ShardId, std::uint64_t) override;
  persistence::StoreResult<std::uint64_t> stable(persistence::ShardId shard) override;
  persistence::StoreResult<std::optional<persistence::Head>> projection_cursor(
      persistence::ShardId, std::string_view) override;
  persistence::StoreResult<bool> put_projection_cursor(persistence::ShardId, std::string_view,
                                                       persistence::Head) override;
};

}  // namespace loyalty::audit
