// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

#include "persistence/membership.hpp"

/// What Membership does to the table of nodes, as pure functions; the scripts of
/// redis_membership_script.cpp do the same inside Redis, and one contract test is for both.
namespace loyalty::persistence {

bool join(View& table, const NodeRecord& me);
Beat heartbeat(View& table, std::string_view name, const Incarnation& me);
bool expire(View& table, std::string_view name, const Incarnation& who,
            std::uint64_t seen_heartbeat);
bool enter(View& table, std::string_view name, const Incarnation& who, NodeState state);
bool leave(View& table, std::string_view name, const Incarnation& me);
void pin(View& table, ShardId shard, std::string_view node);

}  // namespace loyalty::persistence
