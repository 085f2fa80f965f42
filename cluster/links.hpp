// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <chrono>
#include <deque>
#include <map>
#include <memory>
#include <mutex>
#include <shared_mutex>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "cluster/peer_link.hpp"
#include "cluster/transport.hpp"

namespace loyalty::cluster {

struct LinkLimits {
  /// Credit of one link: what may be under way that the other node has not taken.
  std::size_t window_envelopes = 1024;
  std::size_t window_bytes = std::size_t{4} << 20;
  /// Answers and notices that wait for credit; more and the link is given up.
  std::size_t waiting_bytes = std::size_t{8} << 20;
  std::chrono::milliseconds ping{500};      ///< something is said at least so often
  std::chrono::milliseconds silence{3000};  ///< a link that says nothing for so long is lost
  std::chrono::milliseconds redial{1000};   ///< between two tries to reach a node
};

/// All links of this node, one to each other node, over a transport.
///
/// A link stands when both have said hello: same cluster, a protocol that both speak. The node
/// whose name comes first dials; the other one does when it has waited for long, since a cut may be
/// one-way. A link that is lost, silent or replaced by a newer one answers all that was in flight
/// on it as `unknown`, at once.
class Links final : public PeerLink {
 public:
  using Time = std::chrono::steady_clock::time_point;
  struct Options {
    std::string cluster;  ///< ids of two clusters differ
    Incarnation me;       ///< nobody, as long as the node has no place in the cluster
    LinkLimits limits;
    std::uint32_t protocol_min = cluster::protocol_min;
    std::uint32_t protocol_max = cluster::protocol_max;
    std::function<void(const std::string&)> log;
    std::function<Time()> now = std::chrono::steady_clock::now;
  };

  /// The transport outlives it and is stopped before it ends.
  Links(Options options, Transport& transport, PeerEvents events);

  /// Begins to talk, under this name: with whoever connects, and with those that `follow` names.
  void start(std::string name);

  /// The nodes that are to be linked: those of the view that are not dead, this one among them or
  /// not. Links to others are given up.
  void follow(const std::vector<NodeRecord>& nodes);

  /// This node goes on under another incarnation: all links are made anew.
  void become(const Incarnation& me);

  /// Deadlines, pings, dialling. To be called every 100 ms or so.
  void tick(Time now);

  void request(const Incarnation& to, Envelope envelope, Done done) override;
  bool tell(const Incarnation& to, Envelope envelope) override;
  void notify(const Incarnation& to, Envelope envelope) override;
  void reply(const Incarnation& to, std::uint64_t correlation, std::string bytes) override;
  std::size_t backlog(const Incarnation& to) const override;
  bool is_up(const Incarnation& to) const override;

 private:
  struct InFlight {
    Done done;
    Time until;
  };
  /// A connection that has said hello.
  struct Link {
    Connection connection = 0;
    std::string name;
    Incarnation who;
    Incarnation me;

    mutable std::mutex mutex;
    bool lost = false;
    bool woken = false;               ///< the transport will ask for a frame
    bool must_speak = false;          ///< even if there are no envelopes
    std::string envelopes;            ///< encoded, for the next frame
    std::deque<std::string> waiting;  ///< encoded envelopes without credit
    std::size_t waiting_bytes = 0;
    std::uint64_t sent_envelopes = 0;
    std::uint64_t sent_bytes = 0;
    std::uint64_t it_took_envelopes = 0;
    std::uint64_t it_took_bytes = 0;
    std::uint64_t taken_envelopes = 0;
    std::uint64_t taken_bytes = 0;
    std::uint64_t told_envelopes = 0;  ///< so much of what was taken the other knows of
    std::uint64_t told_bytes = 0;
    std::unordered_map<std::uint64_t, InFlight> in_flight;
    Time heard;
    Time spoken;
  };
  using LinkPtr = std::shared_ptr<Link>;
  struct Wanted {
    NodeRecord node;
    Time apart_since;
    Time dialled;
  };
  enum class Queued : std::uint8_t { sent, no_credit, overfull };

  void opened(Connection connection, bool dialled);
  void received(Connection connection, const std::string& bytes);
  void closed(Connection connection);
  std::string next_frame(Connection connection);

  void greeted(Connection connection, const Frame& frame);
  void take_batch(const LinkPtr& link, Frame frame);
  /// Answers what was in flight, and forgets the link.
  void lose(const LinkPtr& link, const std::string& why, bool keep_connection = false);
  LinkPtr link_to(const Incarnation& who) const;
  LinkPtr link_of(Connection connection) const;
  std::string hello(bool asks) const;
  std::string reset() const;
  void say(Connection connection, std::string frame);
  bool has_credit(const Link& link, std::size_t bytes) const;
  Queued enqueue(Link& link, const Envelope& envelope, std::size_t may_wait_bytes);
  void enqueue_or_lose(const Incarnation& to, const Envelope& envelope, std::size_t may_wait_bytes);
  void append(Link& link, const std::string& encoded);
  void wake(Link& link);

  Options options_;
  const std::uint64_t cluster_;
  std::string name_;
  Transport& transport_;
  PeerEvents events_;

  /// Of all links: an answer may come over a later link than the request went, and must not be
  /// taken for that of another.
  std::atomic<std::uint32_t> last_correlation_{0};

  mutable std::shared_mutex mutex_;  ///< of what follows; taken before that of a link
  Incarnation me_;
  std::map<Connection, LinkPtr> by_connection_;
  std::map<std::pair<std::uint64_t, std::uint64_t>, LinkPtr> by_node_;
  std::map<Connection, std::deque<std::string>> sayings_;  ///< frames outside of a link
  std::map<std::string, Wanted> wanted_;
};

}  // namespace loyalty::cluster
