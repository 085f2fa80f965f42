// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstddef>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "persistence/redis_command.hpp"
#include "persistence/redis_reply.hpp"
#include "persistence/redis_url.hpp"
#include "persistence/store.hpp"

struct redisContext;

namespace loyalty::persistence {

/// Every request to Redis has a deadline of its own: hiredis 0.14 bounds single system calls only,
/// and a server that sends a byte now and then would never end.
using RedisClock = std::chrono::steady_clock;
using Deadline = RedisClock::time_point;

/// A connection to one server. Not thread-safe.
class RedisConnection {
 public:
  /// Connects; nothing has been said yet.
  static StoreResult<RedisConnection> open(const RedisEndpoint& endpoint, Deadline deadline);

  const RedisEndpoint& endpoint() const { return endpoint_; }
  /// Whether the other side has closed it, or said something without being asked.
  bool is_stale() const;

 private:
  friend class Exchange;
  struct Close {
    void operator()(redisContext* context) const;
  };
  RedisConnection(RedisEndpoint endpoint, redisContext* context);

  RedisEndpoint endpoint_;
  std::unique_ptr<redisContext, Close> context_;
};

/// Commands to one server, sent at once, and their replies.
struct Flight {
  RedisConnection* connection = nullptr;
  std::string out;
  std::size_t expected = 0;
  std::vector<Reply> replies{};  ///< fewer than expected after a failure
  std::string failure{};         ///< empty: all replies are there
  bool sent = false;             ///< whether any of it may have reached the server

  void add(const RedisCommand& command) {
    command.append_to(out);
    ++expected;
  }
};

/// Flies them all at the same time. After a failure the connection must not be used again.
void carry_out(std::span<Flight> flights, Deadline deadline);

/// The same for a few commands to one server; `unavailable` when not all are answered.
StoreResult<std::vector<Reply>> ask(RedisConnection& connection,
                                    std::span<const RedisCommand> commands, Deadline deadline);

/// Connects, authenticates and selects the database as the URL says.
StoreResult<RedisConnection> log_in(const RedisUrl& url, const RedisEndpoint& endpoint,
                                    Deadline deadline);

}  // namespace loyalty::persistence
