// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>

#include "persistence/store.hpp"

/// What every backend decides before it writes, as pure functions over the owner record.
namespace loyalty::persistence {

inline constexpr ShardId max_shards = 1024;

/// Why `commit` may not be written on top of `record`; nullopt when it may. The fence is compared
/// before the head, so that a deposed owner learns that it is one. A commit that contradicts itself
/// (a block that is not as long as it says, a checkpoint beyond the end) is answered with `head`.
std::optional<CommitResult> refusal(const Commit& commit, const OwnerRecord& record);

/// The owner record once `commit` is written.
OwnerRecord after(const Commit& commit, const OwnerRecord& record);

/// The owner record once `me` has taken the shard, as `Store::claim` describes it.
StoreResult<OwnerRecord> claimed(ShardId shard, const OwnerRecord& record, const Fence& seen,
                                 OwnerNonce me, std::int64_t now_ms);

/// Blocks whose last position is at or below this may go.
std::uint64_t trim_limit(const OwnerRecord& record, std::uint64_t up_to);

}  // namespace loyalty::persistence
