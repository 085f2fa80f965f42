// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <memory>
#include <optional>
#include <string>

#include "actors/node.hpp"
#include "cluster/agent.hpp"
#include "cluster/owners.hpp"
#include "cluster/peers.hpp"
#include "config/settings.hpp"
#include "net/peer_port.hpp"
#include "persistence/open_store.hpp"

namespace loyalty::cli {

/// What is wrong with the settings of a node; nullopt when nothing is.
std::optional<std::string> cluster_mistake(const config::Settings& settings);

/// What a server has beside its actors when it is a node of a cluster.
class ClusterMember {
 public:
  static persistence::StoreResult<std::unique_ptr<ClusterMember>> open(
      const config::Settings& settings, const persistence::StoreOptions& options,
      const persistence::Store& store, std::function<void(const std::string&)> log);

  actors::ClusterServices services();
  const std::string& name() const { return name_; }

  /// Begins to be a node that takes calls at this address; why it cannot, where it cannot listen
  /// for other nodes.
  std::optional<std::string> enter(actors::Node& node, const std::string& client_address);
  /// Whether the node has its place, or cannot have one.
  cluster::Agent::Entry wait(std::chrono::milliseconds patience) { return agent_->wait(patience); }
  /// Gives the shards to the others and leaves.
  void leave() { agent_->leave(); }
  /// Does nothing more. Before the node ends; this object ends after it. A process that hangs after
  /// this ends with that code all the same.
  void stop(int exit_code);

 private:
  ClusterMember() = default;
  bool prepare(const std::function<void(const std::string&)>& log);
  void viewed(const cluster::View& view);

  std::string name_;
  std::string peer_listen_;
  std::string peer_advertise_;
  std::unique_ptr<persistence::Membership> members_;
  std::unique_ptr<cluster::Owners> owners_;
  std::unique_ptr<cluster::Agent> agent_;
  std::unique_ptr<cluster::Peers> peers_;
  std::unique_ptr<net::PeerPort> port_;
  actors::Node* node_ = nullptr;

  // On the agent's thread:
  cluster::View view_;
  cluster::Incarnation me_;
  std::chrono::steady_clock::time_point began_;
};

}  // namespace loyalty::cli
