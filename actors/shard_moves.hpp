// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <functional>
#include <memory>

#include "actors/resident.hpp"
#include "actors/shard_executor.hpp"
#include "actors/store_lane.hpp"

namespace loyalty::actors {

/// Takes shards and gives them away while the node runs. What waits for the store does so on a
/// thread of its own, one shard after the other; executors are not held up. Any thread.
class ShardMoves {
 public:
  struct Services {
    persistence::Store& store;
    std::function<ShardExecutor&(persistence::ShardId)> executor_of;
    /// The shard with all that it needs, not recovered yet.
    std::function<std::unique_ptr<Resident>(persistence::ShardId, const persistence::OwnerRecord&)>
        make;
    std::function<void(const std::string&)> log;
  };
  /// The fence under which the shard is served now. On the executor's thread or the mover's.
  using Taken = std::function<void(persistence::StoreResult<persistence::Fence>)>;
  using Given = std::function<void(persistence::StoreResult<bool>)>;

  explicit ShardMoves(Services services);

  /// Claims a shard that is as it was seen, makes certain that a failover does not undo that, reads
  /// it and serves it. Meanwhile its messages wait.
  void take(persistence::ShardId id, const persistence::Fence& seen, persistence::OwnerNonce me,
            Taken done);
  /// Gives a shard away (Departure). True: it is not here any more.
  void give(persistence::ShardId id, std::chrono::milliseconds drain, Given done);
  /// Forgets all shards, without a word to the store: this node counts as dead.
  void drop_all(std::span<const std::unique_ptr<ShardExecutor>> executors);

  /// Takes no more, and drops what waits.
  void close() { lane_.close(); }

 private:
  persistence::StoreResult<std::unique_ptr<Resident>> claim(persistence::Store& store,
                                                            persistence::ShardId id,
                                                            const persistence::Fence& seen,
                                                            persistence::OwnerNonce me);
  void admit(std::shared_ptr<std::unique_ptr<Resident>> resident, const Taken& done);
  void release(Lifeline::Hold hold, persistence::ShardId id, const persistence::Fence& fence,
               const persistence::Head& end, Given done);

  const Services services_;
  ThreadedStoreLane lane_;
};

}  // namespace loyalty::actors
