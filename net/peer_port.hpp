// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>

#include "domain/expected.hpp"

namespace loyalty::net {

/// The port that the other nodes of a cluster connect to. Behind it, on a loopback port, is CAF's
/// middleman, which believes what it is told: one header of 32 bytes makes it reserve gigabytes
/// (runtime.md P21). So nothing reaches it that does not look like its protocol, with frames of at
/// most `frame_bytes`, beginning with the handshake of a client within `patience`. There is no
/// authentication: the port listens on private addresses only, and clients never need it.
class PeerPort {
 public:
  struct Options {
    std::string host;          ///< a loopback or private IP address
    std::uint16_t port = 0;    ///< 0: any free one
    std::uint16_t behind = 0;  ///< of the middleman, on 127.0.0.1
    std::size_t frame_bytes = std::size_t{17} << 20;
    std::size_t connections = 256;
    std::chrono::milliseconds patience{3000};
  };

  /// Listens when it succeeds; the error is a sentence for the operator.
  static domain::Expected<std::unique_ptr<PeerPort>, std::string> start(Options options);
  ~PeerPort();
  PeerPort(const PeerPort&) = delete;
  PeerPort& operator=(const PeerPort&) = delete;

  std::uint16_t port() const;

 private:
  class Impl;
  explicit PeerPort(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

/// Loopback, link-local, private (RFC 1918, RFC 4193) or shared (RFC 6598): what no stranger on the
/// internet reaches. False for names and for "any address".
bool is_private_address(const std::string& host);

}  // namespace loyalty::net
