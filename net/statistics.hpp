// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

namespace loyalty::net {

/// What a server has seen since its start. Every field but `connections_open` only grows.
struct Statistics {
  std::uint64_t connections_open = 0;
  std::uint64_t connections_accepted = 0;
  std::uint64_t connections_refused = 0;  ///< over a connection limit
  std::uint64_t accept_failures = 0;      ///< such as no file descriptor left

  std::uint64_t requests = 0;          ///< handed to the handler
  std::uint64_t built_in_calls = 0;    ///< answered by net itself (hello, discovery)
  std::uint64_t invalid_requests = 0;  ///< refused, connection kept
  std::uint64_t ignored_messages = 0;  ///< notifications and replies that clients sent

  // Faults; each ended its connection.
  std::uint64_t malformed = 0;  ///< not MessagePack, or not MessagePack-RPC
  std::uint64_t frames_too_large = 0;
  std::uint64_t frames_too_deep = 0;
  std::uint64_t containers_too_long = 0;
  std::uint64_t slow_writers = 0;
  std::uint64_t slow_readers = 0;
  std::uint64_t idle_closed = 0;
};

}  // namespace loyalty::net
