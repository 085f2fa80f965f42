// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <boost/variant2/variant.hpp>
#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

/// What crosses the border between the network and the actors. Both know these types; neither
/// knows the other.
namespace loyalty::api {

/// Why a call gave no result. `code` is stable (docs/errors.md).
struct Error {
  std::string code;
  std::string text;
  std::string param;          ///< the offending parameter, "" where there is none
  bool callers_fault = true;  ///< false: the server's
  bool retryable = false;     ///< the same call with the same key may succeed later
  std::int64_t retry_after_ms = 0;
  std::string owner{};  ///< NOT_OWNER: HOST:PORT of the node to ask, where it is known
};

/// A MessagePack map, already encoded.
struct Result {
  std::string body;
  bool replayed = false;  ///< the stored result of an earlier call with the same key
};

struct Reply {
  std::uint32_t msgid = 0;
  boost::variant2::variant<Result, Error> outcome;
};

/// Sent without being asked for, after `subscribe`.
struct Notice {
  std::string_view method;  ///< such as "tier.upgraded"; lives as long as the process
  std::string body;         ///< a MessagePack map, already encoded
};

using Outgoing = boost::variant2::variant<Reply, Notice>;

/// The client's end of a connection. Implemented by net, held by whoever owes it an answer.
class Peer {
 public:
  virtual ~Peer() = default;
  /// Queues messages for the client, in order. Any thread; never blocks. Messages for a connection
  /// that is gone are dropped.
  virtual void send(std::vector<Outgoing>&& messages) = 0;
  /// Bytes sent to the client that the network has not taken yet. Whoever has much to send looks
  /// at it, because a client that is flooded is disconnected. Any thread.
  virtual std::size_t backlog() const { return 0; }
  /// The shard of something that it listens to is not served here any more: no notice will come.
  virtual void orphaned() {}
};

/// Where the answer to one call goes.
struct ReplySlot {
  std::shared_ptr<Peer> peer;
  std::uint32_t msgid = 0;
};

}  // namespace loyalty::api
