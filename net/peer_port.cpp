// SPDX-License-Identifier: Apache-2.0
#include "net/peer_port.hpp"

#include <pthread.h>

#include <array>
#include <boost/asio/write.hpp>
#include <set>
#include <thread>
#include <utility>

#include "net/asio.hpp"
#include "net/middleman_frames.hpp"

namespace loyalty::net {
namespace {

using boost::asio::ip::address_v4;
using boost::asio::ip::address_v6;
using boost::asio::ip::tcp;
using boost::system::error_code;
using domain::Unexpected;

constexpr std::size_t buffer_bytes = 64 * 1024;
/// A process out of file descriptors would otherwise ask again and again for what it cannot get.
constexpr std::chrono::milliseconds peer_accept_pause{100};

bool is_in(const address_v4& address, const char* network, unsigned prefix) {
  const std::uint32_t mask = ~std::uint32_t{0} << (32 - prefix);
  return (address.to_uint() & mask) == boost::asio::ip::make_address_v4(network).to_uint();
}

bool is_private(const address_v4& address) {
  return address.is_loopback() || is_in(address, "10.0.0.0", 8) ||
         is_in(address, "172.16.0.0", 12) || is_in(address, "192.168.0.0", 16) ||
         is_in(address, "169.254.0.0", 16) || is_in(address, "100.64.0.0", 10);
}

bool is_private(const address_v6& address) {
  return address.is_loopback() || address.is_link_local() || (address.to_bytes()[0] & 0xfe) == 0xfc;
}

}  // namespace

/// One connection of another node, passed on to the middleman in both directions.
class PeerPipe : public std::enable_shared_from_this<PeerPipe> {
 public:
  using Closed = std::function<void(const std::shared_ptr<PeerPipe>&)>;

  PeerPipe(tcp::socket outside, std::size_t frame_bytes, Closed closed)
      : outside_{std::move(outside)},
        inside_{tcp::socket(outside_.socket.get_executor())},
        timer_(outside_.socket.get_executor()),
        frames_(frame_bytes),
        closed_(std::move(closed)) {}

  void start(std::uint16_t port, std::chrono::milliseconds patience) {
    timer_.expires_after(patience);
    timer_.async_wait([self = shared_from_this()](const error_code& error) {
      if (!error && !self->frames_.begun()) self->close();
    });
    const tcp::endpoint middleman(address_v4::loopback(), port);
    inside_.socket.async_connect(middleman, [self = shared_from_this()](const error_code& error) {
      if (error) return self->close();
      error_code ignored;
      self->inside_.socket.set_option(tcp::no_delay(true), ignored);
      self->outside_.socket.set_option(tcp::no_delay(true), ignored);
      self->read(self->outside_, self->inside_);
      self->read(self->inside_, self->outside_);
    });
  }

  void close() {
    if (std::exchange(is_closed_, true)) return;
    error_code ignored;
    outside_.socket.close(ignored);
    inside_.socket.close(ignored);
    timer_.cancel();
    closed_(shared_from_this());
  }

 private:
  struct End {
    tcp::socket socket;
    std::array<char, buffer_bytes> read{};
  };

  void read(End& from, End& to) {
    from.socket.async_read_some(
        boost::asio::buffer(from.read),
        [self = shared_from_this(), &from, &to](const error_code& error, std::size_t size) {
          if (error) return self->close();
          if (&from == &self->outside_ && !self->frames_.take({from.read.data(), size})) {
            return self->close();
          }
          boost::asio::async_write(to.socket, boost::asio::buffer(from.read.data(), size),
                                   [self, &from, &to](const error_code& failed, std::size_t) {
                                     failed ? self->close() : self->read(from, to);
                                   });
        });
  }

  End outside_;
  End inside_;
  boost::asio::steady_timer timer_;
  MiddlemanFrames frames_;
  Closed closed_;
  bool is_closed_ = false;
};

bool is_private_address(const std::string& host) {
  error_code error;
  const auto address = boost::asio::ip::make_address(host, error);
  if (error) return false;
  return address.is_v4() ? is_private(address.to_v4()) : is_private(address.to_v6());
}

class PeerPort::Impl {
 public:
  explicit Impl(Options options)
      : options_(std::move(options)), acceptor_(context_), pause_(context_) {}

  ~Impl() {
    boost::asio::post(context_, [this] {
      error_code ignored;
      acceptor_.close(ignored);
      pause_.cancel();
      const auto pipes = pipes_;
      for (const auto& pipe : pipes) pipe->close();
    });
    if (thread_.joinable()) thread_.join();
  }

  domain::Expected<std::uint16_t, std::string> open() {
    if (!is_private_address(options_.host)) {
      return Unexpected{"refusing to listen for other nodes on " + options_.host +
                        ": only loopback and private addresses are allowed, because nodes are not "
                        "authenticated"};
    }
    error_code error;
    const tcp::endpoint endpoint(boost::asio::ip::make_address(options_.host, error),
                                 options_.port);
    acceptor_.open(endpoint.protocol(), error);
    if (!error) acceptor_.set_option(tcp::acceptor::reuse_address(true), error);
    if (!error) acceptor_.bind(endpoint, error);
    if (!error) acceptor_.listen(boost::asio::socket_base::max_listen_connections, error);
    if (error) {
      return Unexpected{"cannot listen for other nodes on " + options_.host + " port " +
                        std::to_string(options_.port) + ": " + error.message()};
    }
    accept();
    port_ = acceptor_.local_endpoint(error).port();
    thread_ = std::thread([this] {
      ::pthread_setname_np(::pthread_self(), "peer-port");
      context_.run();
    });
    return port_;
  }

  std::uint16_t port() const { return port_; }

 private:
  void accept() {
    acceptor_.async_accept([this](const error_code& error, tcp::socket socket) {
      if (!acceptor_.is_open()) return;
      if (error) {
        pause_.expires_after(peer_accept_pause);
        pause_.async_wait([this](const error_code& cancelled) {
          if (!cancelled && acceptor_.is_open()) accept();
        });
        return;
      }
      if (pipes_.size() < options_.connections) {
        const auto pipe = std::make_shared<PeerPipe>(
            std::move(socket), options_.frame_bytes,
            [this](const std::shared_ptr<PeerPipe>& closed) { pipes_.erase(closed); });
        pipes_.insert(pipe);
        pipe->start(options_.behind, options_.patience);
      }
      accept();
    });
  }

  const Options options_;
  boost::asio::io_context context_{1};
  tcp::acceptor acceptor_;
  boost::asio::steady_timer pause_;
  std::set<std::shared_ptr<PeerPipe>> pipes_;
  std::uint16_t port_ = 0;
  std::thread thread_;
};

PeerPort::PeerPort(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
PeerPort::~PeerPort() = default;

domain::Expected<std::unique_ptr<PeerPort>, std::string> PeerPort::start(Options options) {
  auto impl = std::make_unique<Impl>(std::move(options));
  if (const auto opened = impl->open(); !opened) return Unexpected{opened.error()};
  return std::unique_ptr<PeerPort>(new PeerPort(std::move(impl)));
}

std::uint16_t PeerPort::port() const { return impl_->port(); }

}  // namespace loyalty::net
