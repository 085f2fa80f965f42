// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <string>

#include "actors/shard_executor.hpp"

namespace loyalty::actors {

/// What to do with messages for shards of other nodes.
struct Elsewhere {
  std::string owner;  ///< where the node that has the shard takes calls; "" if nobody knows
  /// Tries again to bring a message to where it belongs, and to tell a shard of this node what it
  /// gets of a budget.
  std::function<void(OutboxMessage)> send;
  std::function<void(BudgetGrant)> grant;
};

/// A message for a shard that is not here: callers are told where it is, effects are tried again
/// after a while, and whoever asked hears that there is no answer now. On the executor's thread.
void turn_away(ShardExecutor& executor, Work& work, const Elsewhere& elsewhere);

}  // namespace loyalty::actors
