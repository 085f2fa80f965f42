// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "persistence/redis_client.hpp"
#include "persistence/redis_format.hpp"

/// Between a commit and the script that writes it.
namespace loyalty::persistence {

/// The call of the script `commit`.
RedisCommand commit_command(RedisClient& client, const ShardKeys& keys, const Commit& commit);

/// What the answer says. With `replicated`, what the replicas have not confirmed is `unknown`.
CommitResult commit_result(const ShardKeys& keys, const Commit& commit, const RedisAnswer& answer,
                           bool replicated);

/// Whether the answer is one that no server of ours gives.
bool is_garbage(const RedisAnswer& answer);

}  // namespace loyalty::persistence
