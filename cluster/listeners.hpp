// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <tuple>

#include "api/exchange.hpp"
#include "cluster/peer_link.hpp"

namespace loyalty::cluster {

/// Stands for the clients of another node at this one: what is sent to it goes there.
class RemotePeer : public api::Peer {
 public:
  RemotePeer(PeerLink& links, const Incarnation& node, std::uint64_t listener)
      : links_(links), node_(node), listener_(listener) {}

  void send(std::vector<api::Outgoing>&& messages) override;
  std::size_t backlog() const override { return links_.backlog(node_); }
  void orphaned() override;

 private:
  PeerLink& links_;
  const Incarnation node_;
  const std::uint64_t listener_;  ///< 0: none, it takes only replies
};

/// Who listens from other nodes to members of this one, and who waits for answers there. Any
/// thread.
class Listeners {
 public:
  explicit Listeners(PeerLink& links) : links_(links) {}

  /// The peer that answers to a node; with a number it takes notices too, until it is removed.
  std::shared_ptr<api::Peer> peer(const Incarnation& node, std::uint64_t listener);
  void remove(const Incarnation& node, std::uint64_t listener);
  /// The link to the node is lost: nobody there listens any more.
  void remove(const Incarnation& node);

 private:
  using Key = std::tuple<std::uint64_t, std::uint64_t, std::uint64_t>;

  PeerLink& links_;
  std::mutex mutex_;
  std::map<Key, std::shared_ptr<api::Peer>> peers_;
};

}  // namespace loyalty::cluster
