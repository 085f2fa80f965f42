// SPDX-License-Identifier: Apache-2.0
#include "actors/shard_moves.hpp"

#include <algorithm>
#include <utility>

#include "actors/handing.hpp"
#include "persistence/failpoint.hpp"
#include "persistence/faults.hpp"

namespace loyalty::actors {

using domain::Unexpected;
using persistence::failpoint;
using persistence::Fence;
using persistence::ShardId;
using persistence::Store;
using persistence::StoreResult;

ShardMoves::ShardMoves(Services services)
    : services_(std::move(services)), lane_(services_.store) {}

void ShardMoves::take(ShardId id, const Fence& seen, persistence::OwnerNonce me, Taken done) {
  ShardExecutor& executor = services_.executor_of(id);
  executor.post([this, &executor, id, seen, me, done = std::move(done)] {
    executor.hold(id);
    lane_.read([this, &executor, id, seen, me, done](Store& store) {
      auto claimed = claim(store, id, seen, me);
      if (claimed) {
        admit(std::make_shared<std::unique_ptr<Resident>>(std::move(*claimed)), done);
        return;
      }
      executor.post([&executor, id, done, fault = claimed.error()] {
        executor.let_go(id);
        done(Unexpected{fault});
      });
    });
  });
}

StoreResult<std::unique_ptr<Resident>> ShardMoves::claim(Store& store, ShardId id,
                                                         const Fence& seen,
                                                         persistence::OwnerNonce me) {
  failpoint("claim.before");
  const auto claimed = claim_for_good(store, id, seen, me, RealClock().now().ms);
  failpoint("claim.after");
  if (!claimed) return Unexpected{claimed.error()};
  auto resident = services_.make(id, *claimed);
  const auto recovered = resident->shard->recover(store);
  if (recovered) return resident;
  // Somebody else may have more luck.
  (void)store.release(id, claimed->fence);
  return Unexpected{recovered.error()};
}

void ShardMoves::admit(std::shared_ptr<std::unique_ptr<Resident>> resident, const Taken& done) {
  const ShardId id = (*resident)->shard->id();
  ShardExecutor& executor = services_.executor_of(id);
  executor.post([this, &executor, id, resident, done] {
    const Fence fence = (*resident)->shard->fence();
    // Reads the store only where reports have to be made anew, after a change of their format.
    const auto complete = (*resident)->shard->complete_reports(services_.store, false);
    if (!complete) {
      executor.let_go(id);
      release((*resident)->life.hold(), id, fence, (*resident)->shard->durable_head(),
              [done, fault = complete.error()](const auto&) { done(Unexpected{fault}); });
      return;
    }
    executor.add(std::move(*resident));
    done(fence);
  });
}

void ShardMoves::give(ShardId id, std::chrono::milliseconds drain, Given done) {
  ShardExecutor& executor = services_.executor_of(id);
  executor.post([this, &executor, id, drain, done = std::move(done)] {
    const auto& residents = executor.residents();
    const auto found = std::find_if(residents.begin(), residents.end(), [&](const auto& resident) {
      return resident->shard->id() == id;
    });
    if (found == residents.end()) {
      done(true);
      return;
    }
    Departure::Services services{
        .hold = [&executor](ShardId shard) { executor.hold(shard); },
        .let_go = [&executor](ShardId shard) { executor.let_go(shard); },
        .retire = [&executor](ShardId shard) { executor.retire(shard); },
        .release =
            [this, life = (*found)->life](ShardId shard, Fence fence, persistence::Head end,
                                          Given released) {
              release(life.hold(), shard, fence, end, std::move(released));
            },
        .ended = done};
    executor.depart(std::make_unique<Departure>(*(*found)->shard, std::chrono::steady_clock::now(),
                                                drain, std::move(services)));
  });
}

void ShardMoves::release(Lifeline::Hold hold, ShardId id, const Fence& fence,
                         const persistence::Head& end, Given done) {
  lane_.read([this, hold, id, fence, end, done = std::move(done)](Store& store) {
    failpoint("release.before");
    const auto released = release_for_good(store, id, fence, end);
    failpoint("release.after");
    services_.executor_of(id).post([hold, done, released] { done(released); });
  });
}

void ShardMoves::drop_all(std::span<const std::unique_ptr<ShardExecutor>> executors) {
  for (const auto& executor : executors) {
    executor->post([executor = executor.get()] {
      std::vector<ShardId> all;
      for (const auto& resident : executor->residents()) all.push_back(resident->shard->id());
      for (const ShardId id : all) {
        executor->shard(id)->depose("this node was declared dead");
        executor->retire(id);
      }
    });
  }
}

}  // namespace loyalty::actors
