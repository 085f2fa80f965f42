// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "actors/clock.hpp"
#include "actors/neighbours.hpp"
#include "api/call.hpp"
#include "domain/expected.hpp"
#include "persistence/store.hpp"

namespace loyalty::actors {

/// What a node of a cluster asks the cluster, and tells it. Any thread.
struct ClusterServices {
  /// Whether the lease holds: no other node can have taken a shard of this one.
  std::function<bool()> may_speak;
  /// Whether new calls are taken in.
  std::function<bool()> may_begin;
  /// Where the node that has the shard takes calls; "" when nobody knows.
  std::function<std::string(persistence::ShardId)> address_of;
  /// A fresh nonce that names this node.
  std::function<persistence::OwnerNonce()> nonce;
  /// Answers a question or an order about the cluster.
  std::function<void(api::Call)> administer;
  /// A shard was lost to another node.
  std::function<void(persistence::ShardId)> lost;
  /// The way to shards of other nodes; null: who asks for one is told where it is.
  Neighbours* neighbours = nullptr;
};

struct NodeOptions {
  std::size_t executors = 0;  ///< threads that run actors; 0: half of the cores, two at least
  std::size_t active_entities = 100'000;  ///< kept in memory
  std::chrono::seconds max_idle{600};     ///< an entity not used for so long leaves memory
  std::chrono::seconds snapshot_age{30};  ///< when a record is so old its entity is snapshotted
  std::size_t max_in_flight = 20'000;     ///< calls at once; more are answered OVERLOADED
  std::string version;                    ///< for server_info
  std::string durability;                 ///< for server_info
  /// Where acknowledged writes are put that the store has lost; empty: nowhere.
  std::filesystem::path lost_writes;
  bool rebuild_reports = false;  ///< make all reports anew from the histories
  std::function<void(const std::string&)> log;
  /// Takes calls of `replay_program`, which read the store and not the actors; any thread.
  std::function<void(api::Call)> replay;
  /// In a cluster: the node begins without shards, which are taken and given while it runs.
  std::optional<ClusterServices> cluster;
};

/// All actors of this process: takes decoded calls and answers each exactly once, when what it
/// depends on is durable. Store and clock outlive it.
class Node {
 public:
  /// Claims and recovers every shard of the store; in a cluster none.
  static persistence::StoreResult<std::unique_ptr<Node>> start(NodeOptions options,
                                                               persistence::Store& store,
                                                               Clock& clock);
  ~Node();
  Node(const Node&) = delete;
  Node& operator=(const Node&) = delete;

  /// Any thread; never blocks.
  void submit(std::vector<api::Call>&& calls);

  /// What other nodes may ask of this one.
  Here& here();

  /// The version of a program in force; 0 when there is none. Any thread.
  std::uint32_t program_version(std::string_view id) const;

  // In a cluster, from any thread; the answers come on threads of the node:
  /// Claims a shard while it is as it was seen, and serves it; the fence under which it does.
  void take(persistence::ShardId shard, const persistence::Fence& seen, persistence::OwnerNonce me,
            std::function<void(persistence::StoreResult<persistence::Fence>)> done);
  /// Gives a shard away; each of the two parts of that ends after `drain` at the latest. True: it
  /// is not here any more.
  void give(persistence::ShardId shard, std::chrono::milliseconds drain,
            std::function<void(persistence::StoreResult<bool>)> done);
  /// Forgets all shards, as others have taken them.
  void drop_all();
  /// Brings into force what programs the store holds, whoever has their shards. Waits for the
  /// store.
  persistence::StoreResult<bool> learn_programs();

  /// Waits until nothing is under way, or the time is over.
  void wait_until_quiet(std::chrono::milliseconds patience);

 private:
  class Impl;
  explicit Node(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace loyalty::actors
