// SPDX-License-Identifier: Apache-2.0
#include "persistence/redis_sentinel.hpp"

#include <algorithm>
#include <array>
#include <charconv>

#include "persistence/faults.hpp"

namespace loyalty::persistence {
namespace {

StoreResult<RedisEndpoint> parse_address(const RedisUrl& url, const RedisEndpoint& sentinel,
                                         ReplyView reply) {
  const std::string who = "sentinel " + sentinel.name();
  if (const auto error = reply.error()) return unavailable(who + ": " + std::string(*error));
  if (reply.is_null()) return unavailable(who + " knows no master named " + url.master);
  const auto host = reply[0].text();
  const auto port_text = reply[1].text();
  std::uint16_t port = 0;
  if (reply.size() != 2 || !host || host->empty() || !port_text ||
      std::from_chars(port_text->data(), port_text->data() + port_text->size(), port).ptr !=
          port_text->data() + port_text->size() ||
      port == 0) {
    return unavailable(who + " answered with something that is no address");
  }
  return RedisEndpoint{.host = std::string(*host), .port = port, .path = {}};
}

StoreResult<RedisEndpoint> ask_sentinel(const RedisUrl& url, const RedisEndpoint& sentinel,
                                        Deadline deadline) {
  auto connection = RedisConnection::open(sentinel, deadline);
  if (!connection) return Fault{connection.error()};
  const std::array<RedisCommand, 1> question = {
      RedisCommand{"SENTINEL", "get-master-addr-by-name", url.master}};
  auto replies = ask(*connection, question, deadline);
  if (!replies) return Fault{replies.error()};
  const auto error = replies->front().view().error();
  if (error && error_code(*error) == "NOAUTH") {
    // A sentinel that wants a password gets the one of the servers it watches.
    RedisUrl as_user = url;
    as_user.database = 0;
    connection = log_in(as_user, sentinel, deadline);
    if (!connection) return Fault{connection.error()};
    replies = ask(*connection, question, deadline);
    if (!replies) return Fault{replies.error()};
  }
  return parse_address(url, sentinel, replies->front().view());
}

}  // namespace

StoreResult<RedisEndpoint> discover_primary(const RedisUrl& url, Deadline deadline) {
  std::string failures;
  for (std::size_t i = 0; i < url.endpoints.size(); ++i) {
    // A sentinel that does not answer leaves time for the others.
    const auto left = deadline - RedisClock::now();
    const auto share = left / static_cast<int>(url.endpoints.size() - i + 1);
    const auto primary = ask_sentinel(url, url.endpoints[i], RedisClock::now() + share);
    if (primary) return primary;
    failures += (failures.empty() ? "" : "; ") + primary.error().message;
  }
  return unavailable("no sentinel names a primary: " + failures);
}

}  // namespace loyalty::persistence
