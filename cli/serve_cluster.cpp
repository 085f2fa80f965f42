// SPDX-License-Identifier: Apache-2.0
#include "cli/serve_cluster.hpp"

#include <unistd.h>

#include <algorithm>
#include <array>
#include <thread>
#include <utility>

#include "cli/endpoint.hpp"
#include "cli/exit_code.hpp"

namespace loyalty::cli {
namespace {

constexpr std::size_t most_name_bytes = 64;

bool is_name(std::string_view name) {
  const auto fits = [](char c) {
    const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
    return letter || (c >= '0' && c <= '9') || c == '-' || c == '_' || c == '.';
  };
  return !name.empty() && name.size() <= most_name_bytes && std::ranges::all_of(name, fits);
}

/// A node that cannot reach another one, which is alive for the store, begins all the same after a
/// while: its clients and the rest of the cluster can do without that link.
constexpr std::chrono::seconds link_patience{10};

constexpr std::chrono::seconds end_patience{15};

/// The machine, and the port at which clients reach this server: other servers have others.
std::string default_name(const std::string& client_address) {
  std::array<char, 256> host{};
  std::string name = ::gethostname(host.data(), host.size() - 1) == 0 ? host.data() : "node";
  name += "-" + client_address.substr(client_address.rfind(':') + 1);
  std::ranges::replace_if(
      name,
      [](char c) {
        return !is_name({&c, 1});
      },
      '-');
  return name.substr(0, most_name_bytes);
}

cluster::Timings timings_of(const config::Settings& settings) {
  using Ms = std::chrono::milliseconds;
  cluster::Timings timings;
  timings.heartbeat = Ms(settings.cluster_heartbeat_ms);
  timings.dead_polls = settings.cluster_dead_polls;
  timings.hinted_polls = settings.cluster_hinted_polls;
  timings.read_lease = Ms(settings.cluster_read_lease_ms);
  timings.stop_intake = Ms(settings.cluster_stop_intake_ms);
  timings.handover_shards = settings.cluster_handover_shards;
  timings.handover_drain = Ms(settings.cluster_handover_drain_ms);
  timings.handover_total = std::chrono::seconds(settings.cluster_handover_seconds);
  return timings;
}

}  // namespace

std::optional<std::string> cluster_mistake(const config::Settings& settings) {
  if (!settings.node_id.empty() && !is_name(settings.node_id)) {
    return "node_id: expected 1 to 64 letters, digits, '-', '_' and '.', got " + settings.node_id;
  }
  const auto peer = parse_endpoint(settings.peer_listen);
  if (!peer || (peer->host != "localhost" && !net::is_private_address(peer->host))) {
    return "peer_listen: refusing " + settings.peer_listen +
           ": nodes are not authenticated to each other, so only loopback and private addresses "
           "are allowed";
  }
  if (!settings.peer_advertise.empty()) {
    const auto told = parse_endpoint(settings.peer_advertise);
    if (!told || told->port == 0) {
      return "peer_advertise: expected HOST:PORT, got " + settings.peer_advertise;
    }
  }
  if (settings.cluster_read_lease_ms <= settings.cluster_heartbeat_ms) {
    return "cluster_read_lease_ms: expected more than cluster_heartbeat_ms: a lease that ends "
           "before the next heartbeat holds never";
  }
  if (settings.cluster_stop_intake_ms < settings.cluster_read_lease_ms) {
    return "cluster_stop_intake_ms: expected at least cluster_read_lease_ms";
  }
  return std::nullopt;
}

persistence::StoreResult<std::unique_ptr<ClusterMember>> ClusterMember::open(
    const config::Settings& settings, const persistence::StoreOptions& options,
    const persistence::Store& store, std::function<void(const std::string&)> log) {
  auto members = persistence::open_membership(settings.store, options);
  if (!members) return domain::Unexpected{members.error()};
  std::unique_ptr<ClusterMember> member(new ClusterMember);
  member->members_ = std::move(*members);
  member->owners_ = std::make_unique<cluster::Owners>(store.shards());
  member->name_ = settings.node_id;
  member->peer_listen_ = settings.peer_listen;
  member->peer_advertise_ = settings.peer_advertise;
  member->agent_ = std::make_unique<cluster::Agent>(
      timings_of(settings), store.shards(),
      cluster::Agent::Services{
          .members = *member->members_,
          .owners = *member->owners_,
          .prepare = [member = member.get(), log] { return member->prepare(log); },
          .log = log,
          .viewed = [member = member.get()](const cluster::View& view) { member->viewed(view); },
          .changed = [member = member.get()] { member->peers_->table_changed(); }});
  member->peers_ = std::make_unique<cluster::Peers>(
      cluster::Peers::Options{
          .cluster = store.id(),
          .log = log,
          .hint =
              [member = member.get()](const cluster::Incarnation& node, bool linked) {
                if (!linked) member->agent_->link_down(node);
              },
          .lost_way = [member = member.get()] { member->agent_->look_soon(); }},
      *member->owners_);
  return member;
}

actors::ClusterServices ClusterMember::services() {
  auto services = agent_->services();
  services.neighbours = &peers_->neighbours();
  return services;
}

/// The rules as the store has them, and links to the nodes that have shards.
bool ClusterMember::prepare(const std::function<void(const std::string&)>& log) {
  const auto learnt = node_->learn_programs();
  if (!learnt) {
    log("cluster: " + learnt.error().message);
    return false;
  }
  return peers_->linked_to_all(view_) || std::chrono::steady_clock::now() - began_ > link_patience;
}

void ClusterMember::viewed(const cluster::View& view) {
  view_ = view;
  const auto me = agent_->incarnation();
  // What happened while this node counted as dead it did not hear.
  if (me != me_ && me_ != cluster::Incarnation{}) (void)node_->learn_programs();
  me_ = me;
  peers_->follow(view, me);
}

void ClusterMember::stop(int exit_code) {
  // Everything is released and answered by now. CAF may wait for ever for what it lost (runtime.md
  // P16).
  std::thread([exit_code] {
    std::this_thread::sleep_for(end_patience);
    ::_exit(exit_code);
  }).detach();
  agent_->stop();
  port_.reset();
  peers_->stop();
}

std::optional<std::string> ClusterMember::enter(actors::Node& node,
                                                const std::string& client_address) {
  node_ = &node;
  began_ = std::chrono::steady_clock::now();
  if (name_.empty()) name_ = default_name(client_address);
  const auto middleman = peers_->start(name_, node.here());
  if (!middleman) return "cannot listen for other nodes: " + middleman.error();
  auto listen = *parse_endpoint(peer_listen_);
  if (listen.host == "localhost") listen.host = "127.0.0.1";
  auto port =
      net::PeerPort::start({.host = listen.host, .port = listen.port, .behind = *middleman});
  if (!port) return port.error();
  port_ = std::move(*port);
  const bool is_v6 = listen.host.find(':') != std::string::npos;
  const std::string host = is_v6 ? "[" + listen.host + "]" : listen.host;
  agent_->start(
      node, {.name = name_,
             .peer_address = peer_advertise_.empty() ? host + ":" + std::to_string(port_->port())
                                                     : peer_advertise_,
             .client_address = client_address});
  return std::nullopt;
}

}  // namespace loyalty::cli
