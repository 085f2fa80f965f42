// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "api/exchange.hpp"
#include "domain/expected.hpp"
#include "net/limits.hpp"
#include "net/statistics.hpp"

namespace loyalty::net {

/// One call. The views live only while the handler runs.
struct Incoming {
  std::string_view method;
  std::string_view params;   ///< one MessagePack map, raw: well-formed, otherwise unchecked
  api::ReplySlot reply;      ///< owes the client exactly one Reply
  std::string_view program;  ///< the default that the client named in `hello`, or ""
};

/// Gets all calls that one read of one connection brought, in their order. Runs on an io thread, so
/// it must not block; with several io threads, on several at once. A reply may be sent from within.
using Handler = std::function<void(std::span<const Incoming>)>;

struct ServerOptions {
  std::string host = "127.0.0.1";  ///< an IP address, or "localhost"
  std::uint16_t port = 0;          ///< 0: any free one
  std::size_t threads = 1;         ///< io threads; a connection stays on one
  Limits limits;
};

/// Listens for MessagePack-RPC clients (docs/protocol.md). All functions may be called from any
/// thread but an io thread.
class Server {
 public:
  /// `methods` is what the handler can do, for clients that ask. Serves at once when it succeeds;
  /// the error is a sentence for the operator. An address that is not loopback is refused: clients
  /// are not authenticated yet.
  static domain::Expected<std::unique_ptr<Server>, std::string> start(
      ServerOptions options, Handler handler, std::vector<std::string> methods);

  /// Closes every connection at once.
  ~Server();
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;

  std::uint16_t port() const;

  /// Returns when nobody can connect any more; what is connected stays.
  void stop_accepting();

  /// Stops accepting and reading, tells the clients (`server.draining`), waits until every reply
  /// owed is written or the time is over, and closes.
  void drain(std::chrono::milliseconds patience);

  Statistics statistics() const;

 private:
  class Impl;
  explicit Server(std::unique_ptr<Impl> impl);

  std::unique_ptr<Impl> impl_;
};

}  // namespace loyalty::net
