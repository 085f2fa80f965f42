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
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "bench/load/msgpack.hpp"

namespace {

namespace asio = boost::asio;
using asio::ip::tcp;

constexpr std::size_t request_size = 120;
constexpr std::size_t reply_size = 80;

enum class Mode { batch, naive, rpc };

class Session : public std::enable_shared_from_this<Session> {
 public:
  Session(tcp::socket socket, Mode mode) : socket_(std::move(socket)), mode_(mode) {}

  void read() {
    socket_.async_read_some(asio::buffer(in_.data() + size_, in_.size() - size_),
                            [me = shared_from_this()](auto error, std::size_t count) {
                              if (!error) me->answer(count);
                            });
  }

 private:
  void answer(std::size_t count) {
    size_ += count;
    if (mode_ == Mode::rpc) return answer_calls();
    const std::size_t requests = size_ / request_size;
    size_ -= requests * request_size;
    std::memmove(in_.data(), in_.data() + requests * request_size, size_);
    write(mode_ == Mode::naive ? 1 : requests, requests);
  }
  /// [0, msgid, method, params] brings [1, msgid, nil, {"text": "xxx..."}].
  void answer_calls() {
    namespace msgpack = loyalty::bench::msgpack;
    static const std::string result = "\x81\xa4text\xd9\x40" + std::string(64, 'x');
    out_.clear();
    std::string_view rest(in_.data(), size_);
    while (!rest.empty()) {
      const std::size_t size = msgpack::size_of_value(rest);
      if (size == 0) break;
      const std::string_view id = rest.substr(2, msgpack::size_of_value(rest.substr(2)));
      for (const std::string_view part :
           {std::string_view("\x94\x01"), id, std::string_view("\xc0"), std::string_view(result)}) {
        out_.insert(out_.end(), part.begin(), part.end());
      }
      rest.remove_prefix(size);
    }
    std::memmove(in_.data(), in_.data() + size_ - rest.size(), rest.size());
    size_ = rest.size();
    if (out_.empty()) return read();
    asio::async_write(socket_, asio::buffer(out_),
                      [me = shared_from_this()](auto error, std::size_t) {
                        if (!error) me->read();
                      });
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
  Mode mode_;
  std::vector<char> in_ = std::vector<char>(1U << 16U);
  std::vector<char> out_;
  std::size_t size_ = 0;
};

}  // namespace

int main(int argc, char** argv) {
  if (argc < 2) {
    std::fprintf(stderr, "Usage: echo_server PORT [naive | rpc]\n");
    return 2;
  }
  const std::string_view name = argc > 2 ? argv[2] : "";
  const Mode mode = name == "naive" ? Mode::naive : name == "rpc" ? Mode::rpc : Mode::batch;
  asio::io_context io(1);
  tcp::acceptor acceptor(
      io, {asio::ip::make_address("127.0.0.1"), static_cast<std::uint16_t>(std::atoi(argv[1]))});
  std::function<void()> accept = [&] {
    acceptor.async_accept([&](auto error, tcp::socket socket) {
      if (error) return;
      socket.set_option(tcp::no_delay(true));
      std::make_shared<Session>(std::move(socket), mode)->read();
      accept();
    });
  };
  accept();
  io.run();
}
