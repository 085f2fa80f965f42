// SPDX-License-Identifier: Apache-2.0
#include "net/server.hpp"

#include <algorithm>
#include <future>
#include <utility>

#include "net/asio.hpp"
#include "net/built_in.hpp"
#include "net/io_thread.hpp"
#include "net/listener.hpp"
#include "net/services.hpp"

namespace loyalty::net {

namespace {

std::vector<std::string> with_hello(std::vector<std::string> methods) {
  if (std::find(methods.begin(), methods.end(), hello_method) == methods.end()) {
    methods.emplace_back(hello_method);
  }
  return methods;
}

}  // namespace

class Server::Impl {
 public:
  Impl(const ServerOptions& options, Handler handler, const std::vector<std::string>& methods)
      : services_(options.limits, std::move(handler), discovery_result(with_hello(methods))) {
    for (std::size_t i = 0; i < std::max<std::size_t>(options.threads, 1); ++i) {
      homes_.push_back(std::make_unique<IoThread>(services_));
    }
    listener_ = std::make_unique<Listener>(services_, homes_);
  }

  ~Impl() {
    if (serving_) {
      stop_accepting();
      for (const auto& home : homes_) home->stop();
    }
  }

  domain::Expected<std::uint16_t, std::string> serve(const ServerOptions& options) {
    auto port = listener_->open(options.host, options.port);
    if (!port) return port;
    port_ = *port;
    serving_ = true;
    listener_->start();
    for (const auto& home : homes_) home->start();
    return port;
  }

  std::uint16_t port() const { return port_; }

  void stop_accepting() {
    std::promise<void> stopped;
    boost::asio::post(homes_.front()->context(), [this, &stopped] {
      listener_->stop();
      stopped.set_value();
    });
    stopped.get_future().wait();
  }

  void drain(std::chrono::milliseconds patience) {
    stop_accepting();
    const auto deadline = std::chrono::steady_clock::now() + patience;
    for (const auto& home : homes_) home->drain(deadline);
    services_.admission.wait_until_empty(deadline);
    // Late ones are closed by their own deadline too, but only at the next tick.
    for (const auto& home : homes_) home->close_connections();
    services_.admission.wait_until_empty(std::chrono::steady_clock::time_point::max());
  }

  Statistics statistics() const { return services_.counters.snapshot(services_.admission.open()); }

 private:
  Services services_;
  std::vector<std::unique_ptr<IoThread>> homes_;
  std::unique_ptr<Listener> listener_;  // before the contexts that it uses
  std::uint16_t port_ = 0;
  bool serving_ = false;
};

Server::Server(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}

Server::~Server() = default;

domain::Expected<std::unique_ptr<Server>, std::string> Server::start(
    ServerOptions options, Handler handler, std::vector<std::string> methods) {
  auto impl = std::make_unique<Impl>(options, std::move(handler), methods);
  if (auto port = impl->serve(options); !port) return domain::Unexpected{port.error()};
  return std::unique_ptr<Server>(new Server(std::move(impl)));
}

std::uint16_t Server::port() const { return impl_->port(); }

void Server::stop_accepting() { impl_->stop_accepting(); }

void Server::drain(std::chrono::milliseconds patience) { impl_->drain(patience); }

Statistics Server::statistics() const { return impl_->statistics(); }

}  // namespace loyalty::net
