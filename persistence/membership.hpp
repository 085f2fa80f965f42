// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "persistence/store.hpp"

/// Who the nodes of a cluster are, kept in the store beside the data (runtime.md 2.2). It gives
/// liveness only: what keeps the data right is the fence of each shard, which is compared inside
/// every write. Nothing in here compares clocks.
namespace loyalty::persistence {

/// Names one run of one node. A node that was declared dead comes back under another one.
using Incarnation = OwnerNonce;

enum class NodeState : std::uint8_t {
  joining,   ///< known, and given no shards yet
  up,        ///< takes its share
  draining,  ///< gives its shards away
  dead,      ///< its counter stood still; its shards may be taken
};

struct NodeRecord {
  std::string name;
  Incarnation incarnation;
  std::string peer_address;    ///< HOST:PORT for other nodes; "" where there is none
  std::string client_address;  ///< HOST:PORT for clients
  NodeState state = NodeState::joining;
  std::uint64_t heartbeat = 0;  ///< counts up while the node is alive
  std::uint32_t protocol_min = 1;
  std::uint32_t protocol_max = 1;
  friend bool operator==(const NodeRecord&, const NodeRecord&) = default;
};

/// A shard that is to be where somebody put it, as long as that node is up.
struct Pin {
  ShardId shard = 0;
  std::string node;
  friend bool operator==(const Pin&, const Pin&) = default;
};

/// All nodes as of one moment.
struct View {
  std::uint64_t version = 0;      ///< moves with every change but heartbeats
  std::vector<NodeRecord> nodes;  ///< sorted by name
  std::vector<Pin> pins;          ///< sorted by shard
  friend bool operator==(const View&, const View&) = default;
};

/// What a node hears when it says that it is alive.
struct Beat {
  bool alive = false;  ///< false: declared dead, or unknown; it has to come back as another
  std::uint64_t version = 0;
};

/// The table of nodes. Every change is one atomic step and moves the version; the answers are
/// confirmed at the durability of the store. Any thread.
class Membership {
 public:
  virtual ~Membership() = default;

  /// Enters a node as `joining`. False when another incarnation of that name is there and not dead.
  virtual StoreResult<bool> join(const NodeRecord& me) = 0;
  /// Counts the heartbeat up.
  virtual StoreResult<Beat> heartbeat(std::string_view name, const Incarnation& me) = 0;
  /// Declares a node dead whose counter still is where it was seen. False when it has moved.
  virtual StoreResult<bool> expire(std::string_view name, const Incarnation& who,
                                   std::uint64_t seen_heartbeat) = 0;
  /// joining -> up, joining or up -> draining. False where that is not the way (a dead node, a
  /// draining one, another incarnation). Asked for twice it is true twice.
  virtual StoreResult<bool> enter(std::string_view name, const Incarnation& who,
                                  NodeState state) = 0;
  /// Takes the record away. True as well when it is not there any more.
  virtual StoreResult<bool> leave(std::string_view name, const Incarnation& me) = 0;
  /// Puts a shard on a node, whatever the placement says; "" leaves it to the placement again.
  virtual StoreResult<bool> pin(ShardId shard, std::string_view node) = 0;

  virtual StoreResult<View> view() = 0;
  /// The fences of these shards as they are now: who has them. Any node may look, at any time.
  virtual StoreResult<std::vector<Fence>> fences(std::span<const ShardId> shards) = 0;
};

}  // namespace loyalty::persistence
