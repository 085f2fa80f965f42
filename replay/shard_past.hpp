// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "actors/record.hpp"
#include "persistence/store.hpp"

namespace loyalty::replay {

/// The records of some entities of one shard, out of a store that a server may be writing to. What
/// is read of an entity is its past without a gap, up to the time of opening at least; a store that
/// cannot give that is `damaged`. The blocks that no snapshot covers yet are held in memory, the
/// rest is read entity by entity.
class ShardPast {
 public:
  using Wanted = std::function<bool(std::string_view entity)>;
  static persistence::StoreResult<ShardPast> open(persistence::Store& store,
                                                  persistence::ShardId shard, const Wanted& wanted);

  /// Ascending.
  const std::vector<std::string>& entities() const { return entities_; }

  /// Shows the records of an entity, 1, 2, 3, ... until `visit` returns false, which makes them
  /// unreadable. `restart` is called where it has to begin again from 1.
  persistence::StoreResult<bool> records(
      std::size_t index, const std::function<void()>& restart,
      const std::function<bool(const actors::RecordView&)>& visit);

 private:
  ShardPast(persistence::Store& store, persistence::ShardId shard)
      : store_(&store), shard_(shard) {}

  std::optional<persistence::StoreFault> read_journal(const Wanted& wanted);
  std::optional<persistence::StoreFault> read_names(const Wanted& wanted);
  /// How many records its snapshot covers; nullopt where it has none.
  persistence::StoreResult<std::optional<std::uint64_t>> covered(std::size_t index);
  /// The number of the next record.
  persistence::StoreResult<std::uint64_t> segments(
      const std::string& entity, const std::function<bool(const actors::RecordView&)>& visit) const;

  persistence::Store* store_;
  persistence::ShardId shard_;
  std::deque<persistence::Block> blocks_;  ///< what the views look into
  std::unordered_map<std::string_view, std::vector<actors::RecordView>> tails_;
  std::vector<std::string> entities_;
  std::vector<bool> has_snapshot_;  ///< by entity, when it was opened
  std::size_t window_begin_ = 0;    ///< index of the first snapshot that was read ahead
  std::vector<std::optional<persistence::Snapshot>> window_;
};

}  // namespace loyalty::replay
