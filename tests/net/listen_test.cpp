// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/net/test_server.hpp"
#include "tests/net/wire.hpp"

namespace loyalty::net {
namespace {

std::string start_error(const std::string& host, std::uint16_t port = 0) {
  const auto server =
      Server::start({.host = host, .port = port}, [](std::span<const Incoming>) {}, {});
  return server ? "" : server.error();
}

TEST(Listen, RefusesAddressesThatOthersCanReach) {
  for (const char* host : {"0.0.0.0", "::", "192.0.2.1", "::ffff:192.0.2.1"}) {
    EXPECT_THAT(start_error(host), testing::HasSubstr("not authenticated yet")) << host;
    EXPECT_THAT(start_error(host), testing::HasSubstr(host));
  }
}

TEST(Listen, RefusesWhatIsNoAddress) {
  for (const char* host : {"", "example.org", "127.0.0", "127.0.0.1:7777"}) {
    EXPECT_THAT(start_error(host), testing::HasSubstr("is not an IP address")) << host;
  }
}

TEST(Listen, SaysWhenThePortIsInUse) {
  TestServer server;
  EXPECT_EQ(start_error("127.0.0.1", server.port()), "cannot listen on 127.0.0.1 port " +
                                                         std::to_string(server.port()) +
                                                         ": Address already in use");
}

TEST(Listen, FindsAFreePortAndGivesItBack) {
  std::uint16_t port = 0;
  {
    TestServer server;
    port = server.port();
    EXPECT_NE(port, 0);
    RawSocket client(port);
    client.write(call_bytes(1, "echo"));
    EXPECT_EQ(client.read(1).size(), 1U);
  }
  EXPECT_EQ(start_error("127.0.0.1", port), "");
}

TEST(Listen, TakesTheNameLocalhost) { EXPECT_EQ(start_error("localhost"), ""); }

}  // namespace
}  // namespace loyalty::net
