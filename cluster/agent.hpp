// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "actors/node.hpp"
#include "api/server_results.hpp"
#include "cluster/owners.hpp"
#include "cluster/protocol.hpp"
#include "persistence/membership.hpp"

namespace loyalty::cluster {

/// Makes a node one of a cluster: runs the protocol on a thread of its own, asks the store for it,
/// and moves the shards of the node as it says. Any thread may ask it.
class Agent {
 public:
  struct Services {
    persistence::Membership& members;
    Owners& owners;
    /// Brings what has to be there before the node takes shards; tried until it is true.
    std::function<bool()> prepare;
    std::function<void(const std::string&)> log;
    /// Told of every new view, without heartbeats, and when this node goes on under another
    /// incarnation; on the agent's thread.
    std::function<void(const View&)> viewed{};
    /// This node has changed what the others see when they look; on the agent's thread.
    std::function<void()> changed{};
  };

  Agent(const Timings& timings, ShardId shards, Services services);
  ~Agent();

  /// What the node asks and tells. The node is given to `start`, and outlives this.
  actors::ClusterServices services();

  /// Enters the cluster.
  void start(actors::Node& node, Protocol::Self self);
  enum class Entry : std::uint8_t {
    under_way,
    done,
    refused,  ///< another live node has its name
  };
  /// Waits until the node has its place or cannot have one, that long at most.
  Entry wait(std::chrono::milliseconds patience);
  /// Gives all shards away, as long as there is time, and leaves.
  void leave();
  /// Ends the thread.
  void stop();

  /// The link to another node broke.
  void link_down(const Incarnation& node);
  /// A shard is not where it was thought to be: the next look is soon.
  void look_soon();
  /// Who this node is at present; it changes when it was declared dead.
  Incarnation incarnation() const;

 private:
  using Time = Protocol::Time;

  void run();
  void perform(const Action& action);
  void perform(const JoinTable& action);
  void perform(const SendBeat& action);
  void perform(const LookAround&);
  void perform(const WatchShards& action);
  void perform(const ExpireNode& action);
  void perform(const EnterState& action);
  void perform(const LeaveTable&);
  void perform(const TakeShard& action);
  void perform(const GiveShard& action);
  void perform(const DropShards&);
  void publish();
  void tell_viewed(View view);
  void tell_changed();
  void post(std::function<void()> event);
  void administer(const api::Call& call);
  boost::variant2::variant<api::Result, api::Error> obey(const api::Call& call);
  api::ClusterResult status() const;
  void complain(const std::string& what, const std::string& why);

  std::string name_;
  const Timings timings_;
  const ShardId shards_;
  const Services services_;
  actors::Node* node_ = nullptr;
  std::optional<Protocol> protocol_;                  ///< on the thread
  std::optional<std::pair<View, Incarnation>> told_;  ///< to `viewed`
  OwnerMap published_;
  std::string last_complaint_;
  std::atomic<std::int64_t> speaks_until_{0};  ///< steady clock, ns
  std::atomic<std::int64_t> begins_until_{0};
  std::atomic<std::uint64_t> nonce_high_{0};
  std::atomic<std::uint64_t> nonce_low_{0};

  mutable std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<std::function<void()>> events_;
  Protocol::Phase phase_ = Protocol::Phase::entering;
  bool stopping_ = false;
  std::thread thread_;
};

}  // namespace loyalty::cluster
