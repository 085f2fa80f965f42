// SPDX-License-Identifier: Apache-2.0
// Answers each 120 bytes with 80, all that a read brought in one write: what loopback TCP and the
// load generator can do. `--naive` writes once a request, as most servers do.
//
//   echo_server PORT [--naive]
#include <boost/asio/buffer.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/write.hpp>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <functional>
#include <memory>
#include <string_view>
#include <utility>
#include <vector>

namespace {

namespace asio = boost::asio;
using asio::ip::tcp;

constexpr std::size_t request_size = 120;
constexpr std::size_t reply_size = 80;

class Session : public std::enable_shared_from_this<Session> {
 public:
  Session(tcp::socket socket, bool naive) : socket_(std::move(socket)), naive_(naive) {}

  void read() {
    socket_.async_read_some(asio::buffer(in_.data() + size_, in_.size() - size_),
                            [me = shared_from_this()](auto error, std::size_t count) {
                              if (!error) me->answer(count);
                            });
  }

 private:
  void answer(std::size_t count) {
    size_ += count;
    const std::size_t requests = size_ / request_size;
    size_ -= requests * request_size;
    std::memmove(in_.data(), in_.data() + requests * request_size, size_);
    write(naive_ ? 1 : requests, requests);
  }
  void write(std::size_t at_once, std::size_t left) {
    if (left == 0) return read();
    out_.resize(at_once * reply_size);
    asio::async_write(socket_, asio::buffer(out_),
                      [me = shared_from_this(), at_once, left](auto error, std::size_t) {
                        if (!error) me->write(at_once, left - at_once);
                      });
  }

  tcp::socket socket_;
  bool naive_;
  std::vector<char> in_ = std::vector<char>(1U << 16U);
  std::vector<char> out_;
  std::size_t size_ = 0;
};

}  // namespace

int main(int argc, char** argv) {
  if (argc < 2) {
    std::fprintf(stderr, "Usage: echo_server PORT [--naive]\n");
    return 2;
  }
  const bool naive = argc > 2 && std::string_view(argv[2]) == "--naive";
  asio::io_context io(1);
  tcp::acceptor acceptor(
      io, {asio::ip::make_address("127.0.0.1"), static_cast<std::uint16_t>(std::atoi(argv[1]))});
  std::function<void()> accept = [&] {
    acceptor.async_accept([&](auto error, tcp::socket socket) {
      if (error) return;
      socket.set_option(tcp::no_delay(true));
      std::make_shared<Session>(std::move(socket), naive)->read();
      accept();
    });
  };
  accept();
  io.run();
}
