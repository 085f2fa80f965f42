// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "persistence/store.hpp"

/// How a shard changes hands so that no failover of the store undoes it (runtime.md 2.4). Both wait
/// for the store.
namespace loyalty::actors {

/// Claims a shard that still is as it was seen. When that cannot be made certain it is given back.
persistence::StoreResult<persistence::OwnerRecord> claim_for_good(persistence::Store& store,
                                                                  persistence::ShardId shard,
                                                                  const persistence::Fence& seen,
                                                                  persistence::OwnerNonce me,
                                                                  std::int64_t now_ms);

/// Gives a shard up once everything that was written to it, up to `end`, is there to stay: the next
/// owner could not write it again. `unavailable` when the store has gone back before that: its
/// owner has to mend it first. False: it was somebody else's already.
persistence::StoreResult<bool> release_for_good(persistence::Store& store,
                                                persistence::ShardId shard,
                                                const persistence::Fence& fence,
                                                const persistence::Head& end);

}  // namespace loyalty::actors
