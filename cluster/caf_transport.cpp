// SPDX-License-Identifier: Apache-2.0
#include "cluster/caf_transport.hpp"

#include <pthread.h>

#include <caf/all.hpp>
#include <caf/io/all.hpp>
#include <condition_variable>
#include <deque>
#include <map>
#include <mutex>
#include <set>
#include <thread>
#include <utility>

#include "cluster/probe.hpp"

/// The only source that includes CAF's io module, and the only message type that crosses a wire.
namespace loyalty::cluster {

struct PeerFrame {
  std::string bytes;
};
template <class Inspector>
typename Inspector::result_type inspect(Inspector& f, PeerFrame& frame) {
  return f(caf::meta::type_name("loyalty::PeerFrame"), frame.bytes);
}

// These stay in the process.
struct Wake {
  Connection connection = 0;
};
struct Hangup {
  Connection connection = 0;
  std::string last_frame;
};
struct Reach {
  HostAndPort place;
  std::string address;
};

}  // namespace loyalty::cluster

CAF_ALLOW_UNSAFE_MESSAGE_TYPE(loyalty::cluster::Wake)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(loyalty::cluster::Hangup)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(loyalty::cluster::Reach)

namespace loyalty::cluster {
namespace {

/// A middleman that does not answer is no reason to wait for ever (P2).
constexpr std::chrono::seconds handshake_patience{3};

class Gateway final : public caf::event_based_actor {
 public:
  Gateway(caf::actor_config& config, Transport::Events events)
      : caf::event_based_actor(config), events_(std::move(events)) {
    // P13: whatever happens, this actor stays.
    set_exception_handler([](std::exception_ptr&) { return caf::error{}; });
    set_down_handler([this](caf::down_msg& down) { lost(down.source); });
    set_exit_handler([this](caf::exit_msg& message) {
      if (message.source == nullptr) quit();
    });
    set_default_handler(caf::drop);
    set_error_handler([](caf::error&) {});
  }

  caf::behavior make_behavior() override {
    return {[this](PeerFrame& frame) { take(std::move(frame.bytes)); },
            [this](const Wake& wake) { send_frames(wake.connection); },
            [this](const Hangup& hangup) { hang_up(hangup); },
            [this](const Reach& reach) { connect(reach); }};
  }

 private:
  void take(std::string bytes) {
    const caf::strong_actor_ptr from = current_sender();
    if (!from) return;
    events_.received(connection_of(from, ""), std::move(bytes));
  }

  Connection connection_of(const caf::strong_actor_ptr& peer, const std::string& dialled) {
    const auto known = by_peer_.find(peer);
    if (known != by_peer_.end()) return known->second;
    const Connection fresh = ++last_connection_;
    by_peer_.emplace(peer, fresh);
    peers_.emplace(fresh, caf::actor_cast<caf::actor>(peer));
    monitor(peer);
    events_.opened(fresh, dialled);
    return fresh;
  }

  void send_frames(Connection connection) {
    const auto peer = peers_.find(connection);
    if (peer == peers_.end()) return;
    for (auto frame = events_.next_frame(connection); !frame.empty();
         frame = events_.next_frame(connection)) {
      send(peer->second, PeerFrame{std::move(frame)});
    }
  }

  void hang_up(const Hangup& hangup) {
    const auto peer = peers_.find(hangup.connection);
    if (peer == peers_.end()) return;
    send(peer->second, PeerFrame{hangup.last_frame});
    demonitor(peer->second->address());
    by_peer_.erase(caf::actor_cast<caf::strong_actor_ptr>(peer->second));
    peers_.erase(peer);
  }

  void lost(const caf::actor_addr& source) {
    for (auto peer = by_peer_.begin(); peer != by_peer_.end(); ++peer) {
      if (peer->first->address() != source) continue;
      const Connection connection = peer->second;
      peers_.erase(connection);
      by_peer_.erase(peer);
      events_.closed(connection);
      return;
    }
  }

  void connect(const Reach& reach) {
    request(system().middleman().actor_handle(), handshake_patience, caf::connect_atom::value,
            reach.place.host, reach.place.port)
        .then(
            [this, address = reach.address](const caf::node_id&, caf::strong_actor_ptr& peer,
                                            const std::set<std::string>&) {
              if (!peer || peer->node() == node()) return;
              // A connection that stands already was dialled for a reason: hello is said again.
              const auto known = by_peer_.find(peer);
              known == by_peer_.end() ? (void)connection_of(peer, address)
                                      : events_.opened(known->second, address);
            },
            [](caf::error&) {});  // the link dials again (P4)
  }

  Transport::Events events_;
  std::map<caf::strong_actor_ptr, Connection> by_peer_;
  std::map<Connection, caf::actor> peers_;
  Connection last_connection_ = 0;
};

class Configuration : public caf::actor_system_config {
 public:
  explicit Configuration(const CafTransport::Options& options) {
    add_message_type<PeerFrame>("loyalty::PeerFrame");
    set("scheduler.policy", caf::atom("sharing"));
    set("scheduler.max-threads", std::size_t{1});
    set("scheduler.max-throughput", std::size_t{50});
    // P3: they are off by default.
    set("middleman.heartbeat-interval", caf::timespan(options.heartbeat));
    set("middleman.connection-timeout", caf::timespan(options.timeout));
    set("middleman.workers", std::size_t{0});
    load<caf::io::middleman>();
  }
};

}  // namespace

class CafTransport::Impl {
 public:
  explicit Impl(Options wanted)
      : options(std::move(wanted)), config(options), system(config), prober([this] { probe(); }) {}

  ~Impl() { stop(); }

  void stop() {
    {
      const std::lock_guard lock(mutex);
      if (std::exchange(stopping, true)) return;
    }
    dialled.notify_one();
    prober.join();
    if (!gateway) return;
    caf::anon_send_exit(gateway, caf::exit_reason::user_shutdown);
    // The actor holds what the events refer to: it is gone when this returns.
    caf::scoped_actor self(system);
    self->wait_for(gateway);
  }

  /// P1: the middleman connects with a blocking call, which is not to meet a node that does not
  /// answer. Whether it does is found out here, without waiting for long.
  void probe() {
    ::pthread_setname_np(::pthread_self(), "peer-dial");
    while (true) {
      std::string address;
      {
        std::unique_lock lock(mutex);
        dialled.wait(lock, [&] { return stopping || !addresses.empty(); });
        if (stopping) return;
        address = std::move(addresses.front());
        addresses.pop_front();
      }
      const auto place = parse_host_and_port(address);
      if (place && accepts(*place, options.connect)) {
        caf::anon_send(gateway, Reach{*place, address});
      }
    }
  }

  Options options;
  Configuration config;
  caf::actor_system system;
  caf::actor gateway;
  std::mutex mutex;
  std::condition_variable dialled;
  std::deque<std::string> addresses;
  bool stopping = false;
  std::thread prober;
};

CafTransport::CafTransport(Options options) : impl_(std::make_unique<Impl>(std::move(options))) {}
CafTransport::~CafTransport() = default;

void CafTransport::start(Events events) {
  impl_->gateway = impl_->system.spawn<Gateway>(std::move(events));
}

domain::Expected<std::uint16_t, std::string> CafTransport::listen() {
  const auto port = impl_->system.middleman().publish(impl_->gateway, 0, "127.0.0.1");
  if (!port) return domain::Unexpected{impl_->system.render(port.error())};
  return *port;
}

void CafTransport::dial(const std::string& address) {
  {
    const std::lock_guard lock(impl_->mutex);
    for (const auto& waiting : impl_->addresses) {
      if (waiting == address) return;
    }
    impl_->addresses.push_back(address);
  }
  impl_->dialled.notify_one();
}

void CafTransport::wake(Connection connection) { caf::anon_send(impl_->gateway, Wake{connection}); }

void CafTransport::close(Connection connection, std::string last_frame) {
  caf::anon_send(impl_->gateway, Hangup{connection, std::move(last_frame)});
}

void CafTransport::stop() { impl_->stop(); }

}  // namespace loyalty::cluster
