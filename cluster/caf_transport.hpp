// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "cluster/transport.hpp"
#include "domain/expected.hpp"

namespace loyalty::cluster {

/// Frames over CAF's middleman: one gateway actor on each node, which is the only one that talks to
/// other nodes (runtime.md P11). The middleman listens on a loopback port; what other nodes connect
/// to is the peer port in front of it, which lets nothing through that is no frame of ours
/// (net/peer_port.hpp, P21).
class CafTransport final : public Transport {
 public:
  struct Options {
    std::chrono::milliseconds heartbeat{1000};  ///< of the middleman, beside the ping of links
    std::chrono::milliseconds timeout{5000};    ///< it gives up a connection that is silent
    std::chrono::milliseconds connect{1000};    ///< how long a node may take to accept
    std::function<void(const std::string&)> log;
  };

  explicit CafTransport(Options options);
  ~CafTransport() override;

  /// The loopback port of the middleman; an error text when it cannot listen.
  domain::Expected<std::uint16_t, std::string> listen();

  void start(Events events) override;
  void dial(const std::string& address) override;
  void wake(Connection connection) override;
  void close(Connection connection, std::string last_frame) override;
  void stop() override;

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace loyalty::cluster
