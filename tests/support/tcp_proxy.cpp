// SPDX-License-Identifier: Apache-2.0
#include "tests/support/tcp_proxy.hpp"

#include <arpa/inet.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <stdexcept>
#include <string_view>
#include <utility>
#include <vector>

namespace loyalty::test {
namespace {

sockaddr_in loopback(std::uint16_t port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  return address;
}

struct Link {
  int client;
  int target;
};

bool send_all(int socket, std::string_view bytes) {
  while (!bytes.empty()) {
    const auto sent = ::send(socket, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent <= 0) return false;
    bytes.remove_prefix(static_cast<std::size_t>(sent));
  }
  return true;
}

}  // namespace

TcpProxy::TcpProxy(std::uint16_t target)
    : target_(target), listener_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
  auto address = loopback(0);
  socklen_t size = sizeof address;
  auto* const generic = reinterpret_cast<sockaddr*>(&address);  // NOLINT: the way of the API
  if (::bind(listener_, generic, size) != 0 || ::listen(listener_, 64) != 0 ||
      ::getsockname(listener_, generic, &size) != 0) {
    throw std::runtime_error("no proxy");
  }
  port_ = ntohs(address.sin_port);
  thread_ = std::thread([this] { run(); });
}

TcpProxy::~TcpProxy() {
  closing_ = true;
  thread_.join();
  ::close(listener_);
}

void TcpProxy::answer_with(std::string lie) {
  const std::lock_guard lock(mutex_);
  lie_ = std::move(lie);
}

void TcpProxy::run() {
  constexpr int look_ms = 10;
  std::vector<Link> links;
  std::array<char, 65536> bytes{};
  while (!closing_) {
    std::vector<pollfd> polled = {{.fd = listener_, .events = POLLIN, .revents = 0}};
    for (const auto& link : links) {
      polled.push_back({.fd = link.client, .events = POLLIN, .revents = 0});
      polled.push_back({.fd = link.target, .events = POLLIN, .revents = 0});
    }
    if (frozen_) {
      ::poll(nullptr, 0, look_ms);
      continue;
    }
    if (::poll(polled.data(), polled.size(), look_ms) <= 0) continue;
    const std::string lie = [this] {
      const std::lock_guard lock(mutex_);
      return lie_;
    }();
    std::vector<Link> kept;
    for (std::size_t i = 0; i < links.size(); ++i) {
      bool open = true;
      for (const bool from_client : {true, false}) {
        if (polled[1 + 2 * i + (from_client ? 0 : 1)].revents == 0) continue;
        const int from = from_client ? links[i].client : links[i].target;
        const auto size = ::recv(from, bytes.data(), bytes.size(), 0);
        if (size <= 0) {
          open = false;
          continue;
        }
        const std::string_view said(bytes.data(), static_cast<std::size_t>(size));
        if (from_client && !lie.empty()) {
          open = open && send_all(links[i].client, lie);
        } else if (from_client || !swallow_) {
          open = open && send_all(from_client ? links[i].target : links[i].client, said);
        }
      }
      if (open) {
        kept.push_back(links[i]);
      } else {
        ::close(links[i].client);
        ::close(links[i].target);
      }
    }
    links = std::move(kept);
    if (polled[0].revents != 0) {
      const Link link{.client = ::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC),
                      .target = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)};
      const auto address = loopback(target_);
      const auto* const generic = reinterpret_cast<const sockaddr*>(&address);  // NOLINT: as above
      if (link.client >= 0 && ::connect(link.target, generic, sizeof address) == 0) {
        links.push_back(link);
      } else {
        ::close(link.client);
        ::close(link.target);
      }
    }
  }
  for (const auto& link : links) {
    ::close(link.client);
    ::close(link.target);
  }
}

}  // namespace loyalty::test
