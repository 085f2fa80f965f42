// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <boost/variant2/variant.hpp>
#include <cstdint>
#include <string>
#include <vector>

#include "cluster/view.hpp"

/// What the protocol wants to be done. Each of those that ask the store something is answered by
/// one call of Protocol, sooner or later.
namespace loyalty::cluster {

struct JoinTable {
  NodeRecord me;
};
struct SendBeat {
  Incarnation me;
};
/// The view, and the fences of all shards.
struct LookAround {};
/// The fences of these.
struct WatchShards {
  std::vector<ShardId> shards;
};
struct ExpireNode {
  std::string name;
  Incarnation incarnation;
  std::uint64_t heartbeat = 0;
};
struct EnterState {
  NodeState state = NodeState::up;
};
struct LeaveTable {};
struct TakeShard {
  ShardId shard = 0;
  persistence::Fence seen;
  persistence::OwnerNonce nonce;
};
struct GiveShard {
  ShardId shard = 0;
};
/// Others have, or may take, what this node had.
struct DropShards {};

using Action = boost::variant2::variant<JoinTable, SendBeat, LookAround, WatchShards, ExpireNode,
                                        EnterState, LeaveTable, TakeShard, GiveShard, DropShards>;

}  // namespace loyalty::cluster
