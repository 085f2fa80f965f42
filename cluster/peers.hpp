// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <condition_variable>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <thread>

#include "cluster/caf_transport.hpp"
#include "cluster/forwarding.hpp"
#include "cluster/links.hpp"
#include "cluster/owners.hpp"

namespace loyalty::cluster {

/// Everything between this node and the others, put together: the middleman, the links over it,
/// and the forwarding that uses them. Any thread.
class Peers {
 public:
  struct Options {
    std::string cluster;  ///< ids of two clusters differ
    LinkLimits links{};
    ForwardingLimits forwarding{};
    std::function<void(const std::string&)> log;
    /// Another node is linked, or not any more: a hint, and no more than that.
    std::function<void(const Incarnation&, bool linked)> hint;
    /// Calls wait for shards that nobody is known to have; ForwardingLimits::lost_way.
    std::function<void()> lost_way{};
  };

  Peers(Options options, Owners& owners);
  ~Peers();

  /// What the node at home passes on.
  actors::Neighbours& neighbours() { return forwarding_; }

  /// Begins to talk; the answer is the loopback port of the middleman, for a peer port to stand in
  /// front of it (net/peer_port.hpp). An error text when it cannot listen.
  domain::Expected<std::uint16_t, std::string> start(const std::string& name, actors::Here& here);
  /// Says and hears nothing more. Before the node at home ends; this object ends after it.
  void stop();

  /// The nodes as they are now, and which of them this is. To be called whenever that changes.
  void follow(const View& view, const Incarnation& me);
  /// Tells the others that this node has changed the table, or taken or given a shard.
  void table_changed() { forwarding_.table_changed(); }
  /// Whether there is a link to every other node that takes or has shards.
  bool linked_to_all(const View& view) const;

 private:
  void run();

  CafTransport transport_;
  std::unique_ptr<Links> links_;
  Forwarding forwarding_;

  mutable std::mutex mutex_;
  std::condition_variable ended_;
  Incarnation me_;
  bool ending_ = false;
  std::thread thread_;
};

}  // namespace loyalty::cluster
