// SPDX-License-Identifier: Apache-2.0
#include "persistence/redis_connection.hpp"

#include <hiredis/hiredis.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <utility>

#include "persistence/faults.hpp"

namespace loyalty::persistence {
namespace {

// No reply of ours comes near; a server that promises more than this is not believed.
constexpr int most_elements = 1 << 20;
constexpr std::size_t most_unparsed_bytes = std::size_t{600} << 20;

using ArrayMaker = void* (*)(const redisReadTask*, int);
ArrayMaker unlimited_array = nullptr;

/// hiredis allocates what an array's head promises, before there are any elements.
void* limited_array(const redisReadTask* task, int elements) {
  return elements > most_elements ? nullptr : unlimited_array(task, elements);
}

redisReplyObjectFunctions* limited_functions() {
  static redisReplyObjectFunctions functions = [] {
    redisReader* const reader = redisReaderCreate();
    redisReplyObjectFunctions made = *reader->fn;
    redisReaderFree(reader);
    unlimited_array = std::exchange(made.createArray, limited_array);
    return made;
  }();
  return &functions;
}

std::chrono::milliseconds remaining(Deadline deadline) {
  return std::max(std::chrono::milliseconds(0),
                  std::chrono::ceil<std::chrono::milliseconds>(deadline - RedisClock::now()));
}

Fault refused(const RedisEndpoint& endpoint, const std::string& why) {
  return unavailable("Redis at " + endpoint.name() + ": " + why);
}

}  // namespace

void RedisConnection::Close::operator()(redisContext* context) const {
  // What has not left this machine yet must not arrive after its caller has given up.
  const linger now{.l_onoff = 1, .l_linger = 0};
  if (context->fd >= 0) ::setsockopt(context->fd, SOL_SOCKET, SO_LINGER, &now, sizeof now);
  redisFree(context);
}

RedisConnection::RedisConnection(RedisEndpoint endpoint, redisContext* context)
    : endpoint_(std::move(endpoint)), context_(context) {
  context_->reader->fn = limited_functions();
}

StoreResult<RedisConnection> RedisConnection::open(const RedisEndpoint& endpoint,
                                                   Deadline deadline) {
  const auto wait = std::max(remaining(deadline), std::chrono::milliseconds(1)).count();
  const timeval timeout{.tv_sec = wait / 1000, .tv_usec = wait % 1000 * 1000};
  redisContext* const context =
      endpoint.path.empty() ? redisConnectWithTimeout(endpoint.host.c_str(), endpoint.port, timeout)
                            : redisConnectUnixWithTimeout(endpoint.path.c_str(), timeout);
  if (context == nullptr) return refused(endpoint, "out of memory");
  RedisConnection connection(endpoint, context);
  if (context->err != 0) return refused(endpoint, context->errstr);
  if (endpoint.path.empty()) {
    const int on = 1;
    ::setsockopt(context->fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  }
  return connection;
}

bool RedisConnection::is_stale() const {
  char byte = 0;
  if (context_->reader->pos < context_->reader->len) return true;
  const auto waiting = ::recv(context_->fd, &byte, 1, MSG_PEEK | MSG_DONTWAIT);
  return waiting >= 0 || (errno != EAGAIN && errno != EWOULDBLOCK && errno != EINTR);
}

/// One flight on its way.
class Exchange {
 public:
  explicit Exchange(Flight& flight) : flight_(flight) {}

  bool done() const {
    return !flight_.failure.empty() || flight_.replies.size() >= flight_.expected;
  }

  pollfd wanted() const {
    const bool writing = written_ < flight_.out.size();
    return {.fd = context().fd,
            .events = static_cast<short>(writing ? POLLIN | POLLOUT : POLLIN),
            .revents = 0};
  }

  void write() {
    while (written_ < flight_.out.size()) {
      const auto sent = ::send(context().fd, flight_.out.data() + written_,
                               flight_.out.size() - written_, MSG_DONTWAIT | MSG_NOSIGNAL);
      if (sent > 0) {
        flight_.sent = true;
        written_ += static_cast<std::size_t>(sent);
      } else if (errno == EAGAIN || errno == EWOULDBLOCK) {
        return;
      } else if (errno != EINTR) {
        return fail(std::string("the link broke: ") + std::strerror(errno));
      }
    }
  }

  void read() {
    std::array<char, std::size_t{64} << 10> bytes;  // NOLINT: filled by recv
    const auto received = ::recv(context().fd, bytes.data(), bytes.size(), MSG_DONTWAIT);
    if (received == 0) return fail("the server closed the link");
    if (received < 0) {
      if (errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR) return;
      return fail(std::string("the link broke: ") + std::strerror(errno));
    }
    redisReaderFeed(context().reader, bytes.data(), static_cast<std::size_t>(received));
    while (!done()) {
      void* reply = nullptr;
      if (redisReaderGetReply(context().reader, &reply) != REDIS_OK) {
        return fail(std::string("an answer that is none of Redis: ") + context().reader->errstr);
      }
      if (reply == nullptr) break;
      flight_.replies.emplace_back(static_cast<redisReply*>(reply));
    }
    if (context().reader->len - context().reader->pos > most_unparsed_bytes) {
      fail("an answer that does not end");
    }
  }

  void fail(const std::string& why) {
    flight_.failure = "Redis at " + flight_.connection->endpoint().name() + ": " + why;
  }

 private:
  redisContext& context() const { return *flight_.connection->context_; }

  Flight& flight_;
  std::size_t written_ = 0;
};

void carry_out(std::span<Flight> flights, Deadline deadline) {
  const auto begin = RedisClock::now();
  std::vector<Exchange> all(flights.begin(), flights.end());
  for (auto& one : all) one.write();
  std::vector<pollfd> polled;
  std::vector<Exchange*> waiting;
  for (;;) {
    polled.clear();
    waiting.clear();
    for (auto& one : all) {
      if (one.done()) continue;
      polled.push_back(one.wanted());
      waiting.push_back(&one);
    }
    if (waiting.empty()) return;
    const auto left = remaining(deadline).count();
    const int ready = left > 0 ? ::poll(polled.data(), polled.size(), static_cast<int>(left)) : 0;
    if (ready < 0 && errno == EINTR) continue;
    if (ready <= 0) {
      const auto waited =
          std::chrono::duration_cast<std::chrono::milliseconds>(RedisClock::now() - begin);
      for (auto* one : waiting) one->fail("no answer in " + std::to_string(waited.count()) + " ms");
      return;
    }
    for (std::size_t i = 0; i < waiting.size(); ++i) {
      if ((polled[i].revents & POLLOUT) != 0) waiting[i]->write();
      if ((polled[i].revents & ~POLLOUT) != 0 && !waiting[i]->done()) waiting[i]->read();
    }
  }
}

StoreResult<std::vector<Reply>> ask(RedisConnection& connection,
                                    std::span<const RedisCommand> commands, Deadline deadline) {
  Flight flight{.connection = &connection};
  for (const auto& command : commands) flight.add(command);
  carry_out({&flight, 1}, deadline);
  if (!flight.failure.empty()) return unavailable(flight.failure);
  return std::move(flight.replies);
}

StoreResult<RedisConnection> log_in(const RedisUrl& url, const RedisEndpoint& endpoint,
                                    Deadline deadline) {
  const auto password = read_password(url);
  if (!password) return Fault{password.error()};
  auto connection = RedisConnection::open(endpoint, deadline);
  if (!connection) return connection;

  std::vector<RedisCommand> commands;
  if (!password->empty()) {
    RedisCommand& auth = commands.emplace_back(RedisCommand{"AUTH"});
    if (!url.user.empty()) auth.add(url.user);
    auth.add(*password);
  }
  if (url.database != 0) commands.push_back({"SELECT", std::to_string(url.database)});
  if (commands.empty()) return connection;
  const auto replies = ask(*connection, commands, deadline);
  if (!replies) return Fault{replies.error()};
  for (const auto& reply : *replies) {
    if (const auto error = reply.view().error()) return refused(endpoint, std::string(*error));
  }
  return connection;
}

}  // namespace loyalty::persistence
