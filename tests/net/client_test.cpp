// SPDX-License-Identifier: Apache-2.0
#include "net/client.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <poll.h>

#include <thread>

#include "tests/net/test_server.hpp"
#include "tests/net/wire.hpp"

namespace loyalty::net {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;

const std::string no_params("\x80", 1);

Client connect_to(const TestServer& server) {
  auto client = Client::connect("127.0.0.1", server.port(), patience);
  EXPECT_TRUE(client) << client.error();
  return std::move(*client);
}

TEST(Client, CallsAndGetsTheResult) {
  TestServer server;
  Client client = connect_to(server);
  const auto result = client.call("echo", map_of(3), patience);
  ASSERT_TRUE(result);
  EXPECT_EQ(*result, map_of(3));
  EXPECT_EQ(client.in_flight(), 0U);
}

TEST(Client, GetsARefusalWithAllItsFields) {
  TestServer server;
  Client client = connect_to(server);
  const auto result = client.call("refuse", no_params, patience);
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().kind, CallError::Kind::refused);
  EXPECT_EQ(result.error().error.code, "NO_POINTS");
  EXPECT_EQ(result.error().error.text, "too few");
  EXPECT_EQ(result.error().error.param, "amount");
  EXPECT_TRUE(result.error().error.retryable);
  EXPECT_EQ(result.error().error.retry_after_ms, 250);
}

TEST(Client, GivesUpInTimeAndDropsTheLateReply) {
  TestServer server;
  Client client = connect_to(server);
  const auto late = client.call("wait", no_params, 10ms);
  ASSERT_FALSE(late);
  EXPECT_EQ(late.error().kind, CallError::Kind::timeout);
  answer(server.wait_for_held(1)[0].reply, map_of(9));
  const auto next = client.call("echo", map_of(1), patience);
  ASSERT_TRUE(next);
  EXPECT_EQ(*next, map_of(1));
  EXPECT_EQ(client.in_flight(), 0U);
  EXPECT_FALSE(client.next_reply(0ms));
}

TEST(Client, SaysWhenTheServerHasGone) {
  TestServer server;
  Client client = connect_to(server);
  client.send("wait", no_params);
  ASSERT_TRUE(client.flush(patience));
  server.wait_for_held(1);
  server.end();
  const auto reply = client.next_reply(patience);
  ASSERT_FALSE(reply);
  EXPECT_EQ(reply.error().kind, CallError::Kind::lost);
  EXPECT_EQ(client.call("echo", no_params, patience).error().kind, CallError::Kind::lost);
}

TEST(Client, SaysWhyItCannotConnect) {
  TestServer server;
  const std::uint16_t port = server.port();
  server.end();
  const auto refused = Client::connect("127.0.0.1", port, patience);
  ASSERT_FALSE(refused);
  EXPECT_THAT(refused.error(), HasSubstr("Connection refused"));
  const auto unknown = Client::connect("no such host", port, patience);
  ASSERT_FALSE(unknown);
  EXPECT_THAT(unknown.error(), HasSubstr("cannot find no such host"));
}

TEST(Client, SaysWhyTheServerWouldNotHaveIt) {
  TestServer server({.max_connections = 1});
  Client first = connect_to(server);
  ASSERT_TRUE(first.call("echo", no_params, patience));
  Client second = connect_to(server);
  const auto reply = second.next_reply(patience);
  ASSERT_FALSE(reply);
  EXPECT_EQ(reply.error().kind, CallError::Kind::lost);
  EXPECT_EQ(reply.error().error.text, "OVERLOADED: too many connections");
}

TEST(Client, KeepsRepliesAndNoticesThatComeInBetween) {
  TestServer server;
  Client client = connect_to(server);
  const std::uint32_t first = client.send("wait", no_params);
  ASSERT_TRUE(client.flush(patience));
  const auto slot = server.wait_for_held(1)[0].reply;
  notify(slot, "points.earned", map_of(2));
  answer(slot, map_of(1));
  ASSERT_TRUE(client.call("echo", no_params, patience));
  const auto reply = client.next_reply(0ms);
  ASSERT_TRUE(reply);
  EXPECT_EQ(reply->msgid, first);
  EXPECT_EQ(*reply->outcome, map_of(1));
  const auto notice = client.next_notice(0ms);
  ASSERT_TRUE(notice);
  EXPECT_EQ(notice->method, "points.earned");
  EXPECT_EQ(notice->body, map_of(2));
  EXPECT_EQ(client.next_notice(0ms).error().kind, CallError::Kind::timeout);
}

TEST(Client, PipelinesInTheOrderOfItsCalls) {
  TestServer server;
  Client client = connect_to(server);
  constexpr std::uint32_t calls = 20'000;
  for (std::uint32_t i = 0; i < calls; ++i) client.send("echo", no_params);
  EXPECT_EQ(client.in_flight(), calls);
  for (std::uint32_t i = 1; i <= calls; ++i) {
    const auto reply = client.next_reply(patience);
    ASSERT_TRUE(reply) << i;
    ASSERT_EQ(reply->msgid, i);
  }
  EXPECT_EQ(client.in_flight(), 0U);
}

TEST(Client, TakesRepliesLargerThanItsBuffer) {
  TestServer server({.output_hard_bytes = 64 * 1024 * 1024});
  Client client = connect_to(server);
  client.send("wait", no_params);
  ASSERT_TRUE(client.flush(patience));
  const std::string body = map_of(60'000);
  answer(server.wait_for_held(1)[0].reply, body);
  const auto reply = client.next_reply(patience);
  ASSERT_TRUE(reply);
  EXPECT_TRUE(*reply->outcome == body);
}

TEST(Client, IsDrivenWithOthersFromOneThread) {
  TestServer server({}, 2);
  std::vector<Client> clients;
  for (int i = 0; i < 4; ++i) clients.push_back(connect_to(server));
  constexpr int rounds = 50;
  int replies = 0;
  for (Client& client : clients) client.send("echo", no_params);
  while (replies < 4 * rounds) {
    std::vector<pollfd> entries;
    for (const Client& client : clients) {
      const auto events = static_cast<short>(POLLIN | (client.wants_write() ? POLLOUT : 0));
      entries.push_back({.fd = client.fd(), .events = events, .revents = 0});
    }
    ASSERT_GT(::poll(entries.data(), entries.size(), 20'000), 0);
    for (Client& client : clients) {
      ASSERT_TRUE(client.pump());
      while (const auto reply = client.poll_reply()) {
        EXPECT_FALSE(reply->refused);
        ++replies;
        client.send("echo", no_params);
      }
    }
  }
}

/// A server that says one thing to whoever connects.
class OneLiner {
 public:
  explicit OneLiner(std::string line) : line_(std::move(line)), client_(connect_to(server_)) {}

  std::string lost_because() {
    client_.send("wait", no_params);
    client_.flush(patience);
    const auto slot = server_.wait_for_held(1)[0].reply;
    // The body of a reply goes out as it is, so anything can be put behind it.
    answer(slot, no_params + line_);
    EXPECT_TRUE(client_.next_reply(patience));
    const auto reply = client_.next_reply(patience);
    EXPECT_FALSE(reply);
    EXPECT_EQ(reply.error().kind, CallError::Kind::lost);
    return client_.lost_because();
  }

 private:
  TestServer server_;
  std::string line_;
  Client client_;
};

TEST(Client, TrustsNoServerThatBreaksTheProtocol) {
  for (const char* line : {
           "c1",
           "05",
           "90",
           "93 01 07 c0",
           "95 01 07 c0 80 80",
           "94 01 ca 00 00 00 00 c0 80",
           "94 01 a1 '7' c0 80",
           "94 01 07 a1 'e' 80",
           "94 00 07 a4 'ping' 90",
           "93 02 05 91 80",
           "93 02 a1 'n' 90",
           "93 02 a1 'n' 91 c0",
       }) {
    EXPECT_EQ(OneLiner(hex(line)).lost_because(), "the server sent no MessagePack-RPC") << line;
  }
  EXPECT_EQ(OneLiner(hex("94 01 07 c0 80")).lost_because(),
            "the server sent a reply that nobody asked for");
}

}  // namespace
}  // namespace loyalty::net
