// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <thread>

#include "tests/net/test_server.hpp"
#include "tests/net/wire.hpp"

namespace loyalty::net {
namespace {

using namespace std::chrono_literals;
using Texts = std::vector<std::string>;

const std::string hello_call = hex("94 00 01 a5 'hello' 90");

TEST(Drain, TellsTheClientsAndWaitsForTheRepliesOwed) {
  TestServer server;
  RawSocket client(server.port());
  client.write(hello_call + call_bytes(2, "wait"));
  EXPECT_EQ(client.read(1).size(), 1U);
  const auto held = server.wait_for_held(1);
  std::thread drain([&] { server.server().drain(patience); });
  EXPECT_EQ(client.read(1), Texts{R"([2,"server.draining",[{}]])"});

  EXPECT_FALSE(RawSocket(server.port()).is_connected()) << "nobody new";
  client.write(call_bytes(3, "wait"));
  answer(held[0].reply);
  EXPECT_EQ(client.read_to_end(), Texts{"[1,2,null,{}]"}) << "and no new call";
  EXPECT_EQ(server.held(), 1U);
  client.reset();
  drain.join();
  EXPECT_EQ(server.statistics().connections_open, 0U);
}

TEST(Drain, EndsWhenItsTimeIsOver) {
  TestServer server;
  RawSocket client(server.port());
  client.write(call_bytes(1, "wait"));
  const auto held = server.wait_for_held(1);
  server.server().drain(50ms);
  EXPECT_EQ(server.statistics().connections_open, 0U);
  EXPECT_EQ(client.read_to_end(), Texts{});
  answer(held[0].reply);
}

TEST(Drain, ClosesIdleClientsSoon) {
  TestServer server({}, 2);
  RawSocket first(server.port());
  RawSocket second(server.port());
  for (RawSocket* client : {&first, &second}) {
    client->write(hello_call);
    ASSERT_EQ(client->read(1).size(), 1U);
  }
  std::thread drain([&] { server.server().drain(patience); });
  for (RawSocket* client : {&first, &second}) {
    EXPECT_EQ(client->read_to_end(), Texts{R"([2,"server.draining",[{}]])"});
    client->end_input();
  }
  drain.join();
}

TEST(Drain, SendsNoNoticeToWhomItCouldHarm) {
  // Go's net/rpc takes no push; whoever said neither hello nor subscribe may be such a client.
  TestServer server;
  RawSocket silent(server.port());
  RawSocket go(server.port());
  silent.write(call_bytes(1, "echo"));
  go.write(hex("94 00 01 a5 'hello' 91 81 a6 'errors' a6 'string'"));
  ASSERT_EQ(silent.read(1).size(), 1U);
  ASSERT_EQ(go.read(1).size(), 1U);
  std::thread drain([&] { server.server().drain(patience); });
  EXPECT_EQ(silent.read_to_end(), Texts{});
  EXPECT_EQ(go.read_to_end(), Texts{});
  silent.end_input();
  go.end_input();
  drain.join();
}

TEST(Drain, TellsSubscribers) {
  TestServer server;
  RawSocket client(server.port());
  client.write(call_bytes(1, "subscribe"));
  answer(server.wait_for_held(1)[0].reply);
  EXPECT_EQ(client.read(1).size(), 1U);
  std::thread drain([&] { server.server().drain(patience); });
  EXPECT_EQ(client.read_to_end(), Texts{R"([2,"server.draining",[{}]])"});
  client.end_input();
  drain.join();
}

TEST(StopAccepting, KeepsWhatIsConnected) {
  TestServer server;
  RawSocket client(server.port());
  client.write(call_bytes(1, "echo"));
  EXPECT_EQ(client.read(1).size(), 1U);
  server.server().stop_accepting();
  EXPECT_FALSE(RawSocket(server.port()).is_connected());
  client.write(call_bytes(2, "echo"));
  EXPECT_EQ(client.read(1), Texts{"[1,2,null,{}]"});
}

}  // namespace
}  // namespace loyalty::net
