// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <functional>
#include <string>
#include <vector>

#include "cluster/envelope.hpp"

namespace loyalty::cluster {

/// How a node talks to the others: envelopes whose contents it does not know. Behind it are a
/// credit window for each link, deadlines, incarnations and a ping of its own, because CAF's
/// middleman has none of them (runtime.md section 4). Any thread; nothing waits.
class PeerLink {
 public:
  enum class Fate : std::uint8_t {
    answered,
    not_sent,  ///< there is no link to that node: nothing was done there
    full,      ///< the credit of the link is used up: nothing was done there
    unknown,   ///< sent, and no answer came in time or the link was lost
  };
  struct Outcome {
    Fate fate = Fate::unknown;
    std::string bytes;  ///< of the answer
  };
  using Done = std::function<void(Outcome)>;

  virtual ~PeerLink() = default;

  /// Sends a request; `done` is called exactly once. `kind` and `correlation` are set by the link.
  virtual void request(const Incarnation& to, Envelope envelope, Done done) = 0;
  /// Sends what is not answered; false when it is not sent.
  virtual bool tell(const Incarnation& to, Envelope envelope) = 0;
  /// The same for what must not be missing among others: when it cannot be sent the link is lost.
  virtual void notify(const Incarnation& to, Envelope envelope) = 0;
  /// Answers a request; likewise.
  virtual void reply(const Incarnation& to, std::uint64_t correlation, std::string bytes) = 0;
  /// Bytes on the way to a node that it has not taken yet.
  virtual std::size_t backlog(const Incarnation& to) const = 0;
  /// Whether there is a link to that incarnation.
  virtual bool is_up(const Incarnation& to) const = 0;
};

/// What a node gets from its links. On a thread of the transport.
struct PeerEvents {
  /// Requests and tells of one frame, in order.
  std::function<void(const Incarnation& from, std::vector<Envelope>&&)> received;
  std::function<void(const Incarnation&, const std::string& name)> up;
  /// The link is lost; what was in flight on it was told so before.
  std::function<void(const Incarnation&, const std::string& name)> down;
};

}  // namespace loyalty::cluster
