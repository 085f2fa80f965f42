// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "tests/net/test_server.hpp"
#include "tests/net/wire.hpp"

namespace loyalty::net {
namespace {

using namespace std::chrono_literals;
using Texts = std::vector<std::string>;

constexpr int small_window_bytes = 4096;

TEST(SlowWriter, IsClosedWhenAFrameIsNotWholeInTime) {
  TestServer server({.frame_deadline = 100ms});
  RawSocket client(server.port());
  client.write(call_bytes(1, "echo") + hex("94 00 07 a4 'ec'"));
  EXPECT_EQ(client.read(1), Texts{"[1,1,null,{}]"});
  const Texts rest = client.read_to_end();
  ASSERT_EQ(rest.size(), 1U);
  EXPECT_EQ(rest[0].substr(0, 23), R"([1,7,[1,"FRAME_TIMEOUT:)");
  EXPECT_EQ(server.statistics().slow_writers, 1U);
}

TEST(SlowWriter, IsClosedWithoutAReplyWhenNoMsgidCanBeRead) {
  TestServer server({.frame_deadline = 100ms});
  RawSocket client(server.port());
  client.write(hex("94 00"));
  EXPECT_EQ(client.read_to_end(), Texts{});
}

TEST(SlowWriter, IsClosedHoweverSteadilyItWrites) {
  TestServer server({.frame_deadline = 100ms});
  RawSocket client(server.port());
  client.write(hex("94 00 07 a4 'echo' 91 81 a1 'k' c5 ff 00"));
  int bytes = 0;
  while (!client.wait_readable(5ms) && bytes < 10'000) {
    client.write("x");
    ++bytes;
  }
  EXPECT_LT(bytes, 10'000);
  EXPECT_EQ(client.read_to_end().size(), 1U);
}

TEST(SlowWriter, IsNotWhoCallsAgainAndAgain) {
  TestServer server({.frame_deadline = 50ms});
  RawSocket client(server.port());
  const auto end = std::chrono::steady_clock::now() + 200ms;
  // Each write ends within a frame, but no frame takes long.
  std::string rest;
  while (std::chrono::steady_clock::now() < end) {
    const std::string next = call_bytes(2, "echo");
    client.write(rest + call_bytes(1, "echo") + next.substr(0, 5));
    rest = next.substr(5);
    ASSERT_FALSE(client.read(1).empty());
  }
  EXPECT_EQ(server.statistics().slow_writers, 0U);
}

TEST(SlowReader, IsClosedAtTheHardBound) {
  TestServer server({.output_soft_bytes = 1 << 30, .output_hard_bytes = 256 * 1024});
  RawSocket client(server.port(), small_window_bytes);
  client.write(call_bytes(1, "subscribe"));
  const auto slot = server.wait_for_held(1)[0].reply;
  const std::string body = map_of(4'000);
  EXPECT_TRUE(eventually([&] {
    notify(slot, "points.earned", body);
    return server.statistics().slow_readers == 1;
  }));
  EXPECT_TRUE(eventually([&] { return server.statistics().connections_open == 0; }));
}

TEST(SlowReader, IsClosedWhenItStaysAboveTheSoftBound) {
  TestServer server({.output_soft_bytes = 64 * 1024,
                     .output_soft_time = 50ms,
                     .output_hard_bytes = 64 * 1024 * 1024});
  RawSocket client(server.port(), small_window_bytes);
  client.write(call_bytes(1, "subscribe"));
  const auto slot = server.wait_for_held(1)[0].reply;
  // More than the system buffers for the socket.
  const std::string body = map_of(10'000);
  for (int i = 0; i < 200; ++i) notify(slot, "points.earned", body);
  EXPECT_TRUE(eventually([&] { return server.statistics().connections_open == 0; }));
  EXPECT_EQ(server.statistics().slow_readers, 1U);
}

TEST(SlowReader, IsNotWhoReadsALot) {
  TestServer server;
  RawSocket client(server.port());
  client.write(call_bytes(1, "wait") + call_bytes(2, "wait") + call_bytes(3, "wait"));
  const std::string body = map_of(50'000);
  for (const auto& held : server.wait_for_held(3)) answer(held.reply, body);
  EXPECT_EQ(client.read(3).size(), 3U);
  EXPECT_EQ(server.statistics().slow_readers, 0U);
}

TEST(SlowReader, IsNotReadFromWhileItsRepliesWait) {
  TestServer server({.max_in_flight = 4, .output_soft_bytes = 64 * 1024});
  RawSocket client(server.port(), small_window_bytes);
  client.write(call_bytes(1, "wait"));
  const auto held = server.wait_for_held(1);
  for (int i = 0; i < 40; ++i) notify(held[0].reply, "points.earned", map_of(10'000));
  answer(held[0].reply);
  client.write(call_bytes(2, "wait"));
  // Everything before the reply must be read before the second call is.
  EXPECT_EQ(client.read(41).back(), "[1,1,null,{}]");
  answer(server.wait_for_held(2)[1].reply);
  EXPECT_EQ(client.read(1), Texts{"[1,2,null,{}]"});
}

TEST(CallsInFlight, AreLimitedAndGoOnWhenRepliesWentOut) {
  TestServer server({.max_in_flight = 4});
  RawSocket client(server.port());
  std::string bytes;
  for (std::uint32_t id = 1; id <= 10; ++id) bytes += call_bytes(id, "wait");
  client.write(bytes);
  auto held = server.wait_for_held(4);
  RawSocket other(server.port());
  other.write(call_bytes(1, "echo"));
  EXPECT_EQ(other.read(1), Texts{"[1,1,null,{}]"});
  EXPECT_EQ(server.held(), 4U);

  for (std::uint32_t id = 1; id <= 10; ++id) {
    held = server.wait_for_held(std::min<std::size_t>(10, id + 3));
    EXPECT_LE(server.held(), id + 3U);
    answer(held[id - 1].reply);
    EXPECT_EQ(client.read(1), Texts{"[1," + std::to_string(id) + ",null,{}]"});
  }
  EXPECT_EQ(server.statistics().requests, 11U);
}

TEST(CallsInFlight, MayPileUpUnreadInTheSocket) {
  TestServer server({.max_in_flight = 8});
  RawSocket client(server.port());
  constexpr std::uint32_t calls = 5'000;
  std::string bytes;
  for (std::uint32_t id = 1; id <= calls; ++id) bytes += call_bytes(id, "echo");
  client.write(bytes);
  const Texts replies = client.read(calls);
  ASSERT_EQ(replies.size(), calls);
  EXPECT_EQ(replies.back(), "[1,5000,null,{}]");
}

TEST(IdleClient, IsClosedUnlessItIsOwedAReply) {
  TestServer server({.idle_timeout = 50ms});
  RawSocket waiting(server.port());
  waiting.write(call_bytes(1, "wait"));
  const auto held = server.wait_for_held(1);
  RawSocket idle(server.port());
  EXPECT_EQ(idle.read_to_end(), Texts{});
  EXPECT_EQ(server.statistics().idle_closed, 1U);
  answer(held[0].reply);
  EXPECT_EQ(waiting.read(1), Texts{"[1,1,null,{}]"});
}

}  // namespace
}  // namespace loyalty::net
