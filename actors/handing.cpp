// SPDX-License-Identifier: Apache-2.0
#include "actors/handing.hpp"

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

StoreResult<bool> release_for_good(Store& store, ShardId shard, const Fence& fence) {
  const auto settled = store.settle(shard);
  if (!settled) return settled;
  return store.release(shard, fence);
}

}  // namespace loyalty::actors
