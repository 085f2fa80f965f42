// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>

namespace loyalty::net {

/// What one client, and all of them together, may cost the server (docs/protocol.md, Limits).
struct Limits {
  std::size_t max_connections = 10'000;
  std::size_t max_per_source = 512;  ///< connections from one IP address
  std::size_t frame_bytes = 65'536;  ///< one message from a client

  /// Requests of one connection that wait for their reply; with that many the server reads no more.
  std::size_t max_in_flight = 256;

  /// Output that a client leaves unread for `output_soft_time`: it is disconnected.
  std::size_t output_soft_bytes = 256 * 1024;
  std::chrono::milliseconds output_soft_time{10'000};
  /// Output waiting for a socket that takes no more: the client is disconnected at once.
  std::size_t output_hard_bytes = 1024 * 1024;

  /// From the first byte of a frame to its last, however steadily the bytes drip.
  std::chrono::milliseconds frame_deadline{5'000};
  /// Nothing read, nothing written and nothing owed for so long; 0 = for ever.
  std::chrono::milliseconds idle_timeout{300'000};

  int max_nesting = 12;                ///< containers within containers, the frame itself included
  std::uint32_t max_elements = 1'024;  ///< of one array or map
};

}  // namespace loyalty::net
