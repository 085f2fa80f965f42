// SPDX-License-Identifier: Apache-2.0
#include <arpa/inet.h>
#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include <optional>

#include "tests/net/test_server.hpp"
#include "tests/net/wire.hpp"

namespace loyalty::net {
namespace {

using Texts = std::vector<std::string>;

const Texts too_many_connections{
    R"([1,0,[0,"OVERLOADED: too many connections",{"code":"OVERLOADED","param":"",)"
    R"("retryable":true,"retry_after_ms":1000}],null])"};

bool is_served(RawSocket& client) {
  client.write(call_bytes(1, "echo"));
  return client.read(1) == Texts{"[1,1,null,{}]"};
}

TEST(ConnectionLimit, RefusesOneTooManyWithAReason) {
  TestServer server({.max_connections = 2});
  std::optional<RawSocket> first(server.port());
  RawSocket second(server.port());
  EXPECT_TRUE(is_served(*first));
  EXPECT_TRUE(is_served(second));
  RawSocket third(server.port());
  EXPECT_EQ(third.read_to_end(), too_many_connections);
  EXPECT_EQ(server.statistics().connections_refused, 1U);

  first.reset();
  EXPECT_TRUE(eventually([&] { return server.statistics().connections_open == 1; }));
  RawSocket fourth(server.port());
  EXPECT_TRUE(is_served(fourth));
  EXPECT_TRUE(is_served(second));
}

TEST(ConnectionLimit, HoldsForEachSourceAddress) {
  TestServer server({.max_per_source = 1});
  RawSocket first(server.port());
  EXPECT_TRUE(is_served(first));
  RawSocket second(server.port());
  EXPECT_EQ(second.read_to_end(), too_many_connections);
  RawSocket elsewhere(server.port(), 0, "127.0.0.2");
  EXPECT_TRUE(is_served(elsewhere));
}

/// No new file descriptor can be opened while it lives.
class NoMoreDescriptors {
 public:
  NoMoreDescriptors() {
    ::getrlimit(RLIMIT_NOFILE, &before_);
    const int lowest_free = ::open("/dev/null", O_RDONLY | O_CLOEXEC);
    ::close(lowest_free);
    rlimit none = before_;
    none.rlim_cur = static_cast<rlim_t>(lowest_free);
    ::setrlimit(RLIMIT_NOFILE, &none);
  }
  ~NoMoreDescriptors() { ::setrlimit(RLIMIT_NOFILE, &before_); }
  NoMoreDescriptors(const NoMoreDescriptors&) = delete;
  NoMoreDescriptors& operator=(const NoMoreDescriptors&) = delete;

 private:
  rlimit before_{};
};

TEST(Accepting, RestsWhileThereIsNoFileDescriptor) {
  TestServer server;
  RawSocket before(server.port());
  ASSERT_TRUE(is_served(before));
  {
    std::optional<NoMoreDescriptors> scarcity;
    // The socket of the client is there before the scarcity, its connection comes with it.
    const int fd = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    scarcity.emplace();
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(server.port());
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    ASSERT_EQ(::connect(fd, reinterpret_cast<const sockaddr*>(&address), sizeof(address)), 0);
    EXPECT_TRUE(eventually([&] { return server.statistics().accept_failures >= 2; }));
    EXPECT_TRUE(is_served(before)) << "who is connected does not notice";
    // It tries ten times a second; a spinning server would have tried thousands of times.
    EXPECT_LT(server.statistics().accept_failures, 50U);
    scarcity.reset();
    EXPECT_TRUE(eventually([&] { return server.statistics().connections_open == 2; }));
    ::close(fd);
  }
  RawSocket after(server.port());
  EXPECT_TRUE(is_served(after));
}

}  // namespace
}  // namespace loyalty::net
