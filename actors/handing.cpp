// SPDX-License-Identifier: Apache-2.0
#include "actors/handing.hpp"

#include <string>

#include "persistence/faults.hpp"

namespace loyalty::actors {

using persistence::Fence;
using persistence::OwnerRecord;
using persistence::ShardId;
using persistence::Store;
using persistence::StoreResult;

StoreResult<OwnerRecord> claim_for_good(Store& store, ShardId shard, const Fence& seen,
                                        persistence::OwnerNonce me, std::int64_t now_ms) {
  auto claimed = store.claim(shard, seen, me, now_ms);
  if (!claimed) return claimed;
  const auto settled = store.settle(shard);
  if (settled) return claimed;
  (void)store.release(shard, claimed->fence);
  return domain::Unexpected{settled.error()};
}

StoreResult<bool> release_for_good(Store& store, ShardId shard, const Fence& fence,
                                   const persistence::Head& end) {
  const auto settled = store.settle(shard);
  if (!settled) return settled;
  // Looked at after that: what is there now was on all replicas.
  const auto owner = store.owner(shard);
  if (!owner) return domain::Unexpected{owner.error()};
  if (owner->fence != fence) return false;
  if (owner->head != end) {
    return persistence::unavailable(
        persistence::shard_name(shard) + ": the store ends at position " +
        std::to_string(owner->head.position) + ", not at " + std::to_string(end.position));
  }
  return store.release(shard, fence);
}

}  // namespace loyalty::actors
