// SPDX-License-Identifier: Apache-2.0
#include "net/peer_port.hpp"

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <string>

#include "net/middleman_frames.hpp"

namespace loyalty::net {
namespace {

using namespace std::chrono_literals;

/// A header of CAF's protocol.
std::string header(unsigned char operation, std::uint32_t payload) {
  std::string bytes(32, '\0');
  bytes[0] = static_cast<char>(operation);
  for (int i = 0; i < 4; ++i) bytes[4 + i] = static_cast<char>(payload >> (8 * (3 - i)));
  return bytes;
}
std::string handshake() { return header(1, 6) + "shop-1"; }

class Fd {
 public:
  explicit Fd(int fd) : fd_(fd) {}
  ~Fd() { ::close(fd_); }
  Fd(const Fd&) = delete;
  Fd& operator=(const Fd&) = delete;
  int get() const { return fd_; }

  void send(const std::string& bytes) const {
    ASSERT_EQ(::send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL),
              static_cast<ssize_t>(bytes.size()));
  }
  /// What comes until so many bytes are there, the other end closes or nothing more comes.
  std::string read(std::size_t size) const {
    std::string got;
    while (got.size() < size) {
      pollfd entry{.fd = fd_, .events = POLLIN, .revents = 0};
      if (::poll(&entry, 1, 5000) != 1) break;
      std::array<char, 4096> part{};
      const ssize_t count = ::recv(fd_, part.data(), part.size(), 0);
      if (count <= 0) break;
      got.append(part.data(), static_cast<std::size_t>(count));
    }
    return got;
  }

 private:
  int fd_;
};

sockaddr_in loopback(std::uint16_t port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  address.sin_port = htons(port);
  return address;
}

struct PeerPortTest : testing::Test {
  void SetUp() override {
    auto address = loopback(0);
    socklen_t size = sizeof(address);
    ASSERT_EQ(::bind(middleman.get(), reinterpret_cast<sockaddr*>(&address), size), 0);
    ASSERT_EQ(::listen(middleman.get(), 8), 0);
    ::getsockname(middleman.get(), reinterpret_cast<sockaddr*>(&address), &size);
    PeerPort::Options options{.host = "127.0.0.1", .behind = ntohs(address.sin_port)};
    options.frame_bytes = 1000;
    options.patience = 200ms;
    auto started = PeerPort::start(options);
    ASSERT_TRUE(started) << started.error();
    port = std::move(*started);
  }
  int connect() const {
    const int fd = ::socket(AF_INET, SOCK_STREAM, 0);
    const auto address = loopback(port->port());
    EXPECT_EQ(::connect(fd, reinterpret_cast<const sockaddr*>(&address), sizeof(address)), 0);
    return fd;
  }
  int accept() const { return ::accept(middleman.get(), nullptr, nullptr); }

  Fd middleman{::socket(AF_INET, SOCK_STREAM, 0)};
  std::unique_ptr<PeerPort> port;
};

TEST_F(PeerPortTest, PassesOnWhatNodesSayInBothDirections) {
  const Fd node(connect());
  const Fd inside(accept());
  inside.send("welcome");
  EXPECT_EQ(node.read(7), "welcome");
  const std::string said = handshake() + handshake() + header(2, 5) + "hello" + header(6, 0);
  node.send(said);
  EXPECT_EQ(inside.read(said.size()), said);
}

TEST_F(PeerPortTest, AFrameThatIsTooLongIsNotSeenByTheMiddleman) {
  const Fd node(connect());
  const Fd inside(accept());
  node.send(handshake());
  EXPECT_EQ(inside.read(handshake().size()), handshake());
  node.send(header(2, 0xf0000000));
  EXPECT_EQ(inside.read(1), "");
  EXPECT_EQ(node.read(1), "");  // closed
}

TEST_F(PeerPortTest, WhoeverDoesNotBeginLikeANodeIsClosed) {
  for (const std::string& first : {header(2, 10), header(1, 100'000), std::string(32, 'G')}) {
    const Fd node(connect());
    const Fd inside(accept());
    node.send(first);
    EXPECT_EQ(node.read(1), "");
    EXPECT_EQ(inside.read(1), "");
  }
}

TEST_F(PeerPortTest, WhoeverSaysNothingIsClosed) {
  const Fd node(connect());
  const Fd inside(accept());
  node.send(handshake().substr(0, 31));
  EXPECT_EQ(node.read(1), "");
}

TEST(PeerPort, ListensOnPrivateAddressesOnly) {
  for (const char* host : {"127.0.0.1", "10.1.2.3", "172.31.0.1", "192.168.1.1", "169.254.0.9",
                           "100.64.0.1", "::1", "fd00::1", "fe80::1"}) {
    EXPECT_TRUE(is_private_address(host)) << host;
  }
  for (const char* host : {"0.0.0.0", "8.8.8.8", "172.32.0.1", "192.169.0.1", "100.128.0.1",
                           "::", "2001:db8::1", "localhost.example", ""}) {
    EXPECT_FALSE(is_private_address(host)) << host;
    EXPECT_FALSE(PeerPort::start({.host = host})) << host;
  }
}

TEST(MiddlemanFrames, AreFollowedHoweverTheyAreCut) {
  const std::string good = handshake() + header(2, 300) + std::string(300, 'x') + header(6, 0);
  for (const std::size_t piece : {1U, 7U, 31U, 33U, 1000U}) {
    MiddlemanFrames frames(300);
    for (std::size_t at = 0; at < good.size(); at += piece) {
      EXPECT_TRUE(frames.take(std::string_view(good).substr(at, piece)));
    }
    EXPECT_FALSE(frames.take(header(2, 301)));
  }
}

}  // namespace
}  // namespace loyalty::net
