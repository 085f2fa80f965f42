// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>

#include "api/call.hpp"
#include "cluster/messages.hpp"
#include "cluster/owners.hpp"
#include "cluster/peer_link.hpp"

namespace loyalty::cluster {

class Relay;

/// The subscriptions of this node's clients. Each stands between a session and whichever node has
/// the entity: when that changes, or the link to it is lost, it asks the next one for what comes
/// after the last notice that the session got. So notices come in order and without a gap wherever
/// the entity is. Any thread.
class Relays {
 public:
  using Time = std::chrono::steady_clock::time_point;
  struct Services {
    std::function<ShardOwner(ShardId)> owner_of;
    std::function<void(api::Call)> here;  ///< hands a call to this node
    std::function<void(const Incarnation&, Envelope, PeerLink::Done)> there;
    std::function<void(const Incarnation&, const Message&)> tell;
    std::chrono::milliseconds patience{1500};  ///< for the first answer
    std::chrono::milliseconds deadline{5000};  ///< of one question
  };

  explicit Relays(Services services) : services_(std::move(services)) {}
  ~Relays();

  /// Takes a client's call, which names its program.
  void subscribe(ShardId shard, api::Call call);
  void unsubscribe(ShardId shard, const api::Call& call);

  /// A notice came for a listener.
  void notice(const Incarnation& from, std::uint64_t listener, std::string_view bytes);
  void lost(const Incarnation& node);
  void tick(Time now);

 private:
  friend class Relay;
  using RelayPtr = std::shared_ptr<Relay>;

  void ask(const RelayPtr& relay, Time now);
  void drop(const RelayPtr& relay);

  const Services services_;
  std::mutex mutex_;
  std::uint64_t last_ = 0;
  std::map<std::uint64_t, RelayPtr> relays_;
};

}  // namespace loyalty::cluster
