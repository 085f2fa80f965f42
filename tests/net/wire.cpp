// SPDX-License-Identifier: Apache-2.0
#include "tests/net/wire.hpp"

#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cctype>
#include <limits>
#include <msgpack.hpp>
#include <sstream>
#include <thread>

#include "codec/msgpack_reader.hpp"
#include "net/msgpack_writer.hpp"

namespace loyalty::net {
namespace {

sockaddr_in loopback(std::uint16_t port, std::string_view host) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  ::inet_pton(AF_INET, std::string(host).c_str(), &address.sin_addr);
  return address;
}

bool first_value(std::string_view bytes, std::size_t& size) {
  return codec::find_end(bytes, std::numeric_limits<std::uint32_t>::max(), codec::Reader::max_depth,
                         size) == codec::Extent::complete;
}

}  // namespace

std::string hex(std::string_view text) {
  std::string bytes;
  while (!text.empty()) {
    if (text.front() == ' ') {
      text.remove_prefix(1);
    } else if (text.front() == '\'') {
      const std::size_t end = text.find('\'', 1);
      bytes += text.substr(1, end - 1);
      text.remove_prefix(end + 1);
    } else {
      bytes.push_back(static_cast<char>(std::stoi(std::string(text.substr(0, 2)), nullptr, 16)));
      text.remove_prefix(2);
    }
  }
  return bytes;
}

std::vector<std::string> texts_of(std::string_view bytes) {
  std::vector<std::string> texts;
  std::size_t size = 0;
  while (!bytes.empty() && first_value(bytes, size)) {
    std::ostringstream text;
    text << msgpack::unpack(bytes.data(), size).get();
    texts.push_back(text.str());
    bytes.remove_prefix(size);
  }
  if (!bytes.empty()) texts.push_back("an incomplete message");
  return texts;
}

std::string call_bytes(std::uint32_t msgid, std::string_view method) {
  std::string bytes;
  pack::array(bytes, 4);
  pack::unsigned_integer(bytes, 0);
  pack::unsigned_integer(bytes, msgid);
  pack::string(bytes, method);
  pack::array(bytes, 1);
  pack::map(bytes, 0);
  return bytes;
}

bool eventually(const std::function<bool()>& holds) {
  const auto deadline = std::chrono::steady_clock::now() + patience;
  while (!holds()) {
    if (std::chrono::steady_clock::now() > deadline) return false;
    std::this_thread::yield();
  }
  return true;
}

RawSocket::RawSocket(std::uint16_t port, int receive_buffer_bytes, std::string_view from)
    : fd_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
  const int yes = 1;
  ::setsockopt(fd_, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof(yes));
  if (receive_buffer_bytes > 0) {
    ::setsockopt(fd_, SOL_SOCKET, SO_RCVBUF, &receive_buffer_bytes, sizeof(receive_buffer_bytes));
  }
  const sockaddr_in source = loopback(0, from);
  const bool bound = ::bind(fd_, reinterpret_cast<const sockaddr*>(&source), sizeof(source)) == 0;
  const sockaddr_in target = loopback(port, "127.0.0.1");
  connected_ =
      bound && ::connect(fd_, reinterpret_cast<const sockaddr*>(&target), sizeof(target)) == 0;
}

RawSocket::~RawSocket() {
  if (fd_ >= 0) ::close(fd_);
}

bool RawSocket::write(std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t size = ::send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (size < 0) return false;
    bytes.remove_prefix(static_cast<std::size_t>(size));
  }
  return true;
}

void RawSocket::end_input() { ::shutdown(fd_, SHUT_WR); }

void RawSocket::reset() {
  const linger at_once{.l_onoff = 1, .l_linger = 0};
  ::setsockopt(fd_, SOL_SOCKET, SO_LINGER, &at_once, sizeof(at_once));
  ::close(fd_);
  fd_ = -1;
}

bool RawSocket::wait_readable(std::chrono::milliseconds time) const {
  pollfd entry{.fd = fd_, .events = POLLIN, .revents = 0};
  return ::poll(&entry, 1, static_cast<int>(time.count())) > 0;
}

bool RawSocket::receive() {
  if (!open_ || !wait_readable(patience)) return false;
  char bytes[4096];
  const ssize_t size = ::recv(fd_, bytes, sizeof(bytes), 0);
  if (size <= 0) {
    open_ = false;
    return false;
  }
  received_.append(bytes, static_cast<std::size_t>(size));
  return true;
}

std::vector<std::string> RawSocket::read(std::size_t count) {
  std::vector<std::string> messages;
  std::size_t at = 0;
  while (messages.size() < count) {
    std::size_t size = 0;
    if (first_value(std::string_view(received_).substr(at), size)) {
      messages.push_back(texts_of(std::string_view(received_).substr(at, size)).front());
      at += size;
    } else if (!receive()) {
      break;
    }
  }
  received_.erase(0, at);
  return messages;
}

std::vector<std::string> RawSocket::read_to_end() {
  while (receive()) {
  }
  std::vector<std::string> messages = texts_of(received_);
  received_.clear();
  if (open_) messages.push_back("still open");
  return messages;
}

}  // namespace loyalty::net
