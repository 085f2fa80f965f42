// SPDX-License-Identifier: Apache-2.0
#include "net/listener.hpp"

#include <algorithm>
#include <array>
#include <optional>

#include "net/asio.hpp"
#include "net/outgoing.hpp"

namespace loyalty::net {
namespace {

using boost::system::error_code;
using Acceptor = boost::asio::ip::tcp::acceptor;
using Socket = boost::asio::ip::tcp::socket;
using domain::Unexpected;

/// A server out of file descriptors would otherwise ask again and again for what it cannot get.
constexpr std::chrono::milliseconds accept_pause{100};

SourceAddress source_of(const boost::asio::ip::address& address) {
  const auto v6 = address.is_v6() ? address.to_v6()
                                  : boost::asio::ip::make_address_v6(boost::asio::ip::v4_mapped,
                                                                     address.to_v4());
  const auto bytes = v6.to_bytes();
  SourceAddress source{};
  std::copy(bytes.begin(), bytes.end(), source.begin());
  return source;
}

/// Whether the failure is one peer's: it hung up before it was accepted.
bool is_passing(const error_code& error) {
  return error == boost::asio::error::connection_aborted ||
         error == boost::asio::error::connection_reset || error == boost::asio::error::interrupted;
}

}  // namespace

Listener::Listener(Services& services, std::vector<std::unique_ptr<IoThread>>& homes)
    : services_(services),
      homes_(homes),
      acceptor_(homes.front()->context()),
      retry_(homes.front()->context()) {}

domain::Expected<std::uint16_t, std::string> Listener::open(const std::string& host,
                                                            std::uint16_t port) {
  error_code error;
  const auto address =
      boost::asio::ip::make_address(host == "localhost" ? "127.0.0.1" : host, error);
  if (error) return Unexpected{"the listen address \"" + host + "\" is not an IP address"};
  if (!address.is_loopback()) {
    return Unexpected{"refusing to listen on " + host +
                      ": only loopback addresses (127.0.0.1, ::1) are allowed, because clients "
                      "are not authenticated yet"};
  }
  const boost::asio::ip::tcp::endpoint endpoint(address, port);
  acceptor_.open(endpoint.protocol(), error);
  if (!error) acceptor_.set_option(Acceptor::reuse_address(true), error);
  if (!error) acceptor_.bind(endpoint, error);
  if (!error) acceptor_.listen(boost::asio::socket_base::max_listen_connections, error);
  if (!error) acceptor_.non_blocking(true, error);
  const auto bound = error ? endpoint : acceptor_.local_endpoint(error);
  if (error) {
    return Unexpected{"cannot listen on " + host + " port " + std::to_string(port) + ": " +
                      error.message()};
  }
  return bound.port();
}

void Listener::stop() {
  error_code ignored;
  acceptor_.close(ignored);
  retry_.cancel();
}

void Listener::accept() {
  IoThread& home = *homes_[next_home_++ % homes_.size()];
  acceptor_.async_accept(home.context(), [this, &home](const error_code& error, Socket socket) {
    on_accepted(error, home, std::move(socket));
  });
}

void Listener::on_accepted(const error_code& error, IoThread& home, Socket socket) {
  if (!acceptor_.is_open()) return;
  if (error && !is_passing(error)) {
    services_.counters.accept_failures.add();
    retry_later();
    return;
  }
  error_code gone = error;
  const auto remote = gone ? Socket::endpoint_type{} : socket.remote_endpoint(gone);
  if (!gone) {
    if (auto ticket = services_.admission.admit(source_of(remote.address()))) {
      services_.counters.connections_accepted.add();
      home.add(std::move(socket), std::move(*ticket));
    } else {
      services_.counters.connections_refused.add();
      refuse(std::move(socket));
    }
  }
  accept();
}

void Listener::refuse(Socket socket) {
  std::string line;
  append_error(line, 0,
               {.code = "OVERLOADED",
                .text = "too many connections",
                .param = "",
                .callers_fault = false,
                .retryable = true,
                .retry_after_ms = 1'000},
               ErrorForm::triple);
  error_code ignored;
  socket.non_blocking(true, ignored);
  socket.write_some(boost::asio::buffer(line), ignored);
  socket.shutdown(Socket::shutdown_send, ignored);
  // Input left unread would turn the close into a reset, which may overtake the line.
  std::array<char, 4096> unread;
  socket.read_some(boost::asio::buffer(unread), ignored);
}

void Listener::retry_later() {
  retry_.expires_after(accept_pause);
  retry_.async_wait([this](const error_code& error) {
    if (!error && acceptor_.is_open()) accept();
  });
}

}  // namespace loyalty::net
