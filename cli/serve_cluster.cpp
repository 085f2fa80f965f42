// SPDX-License-Identifier: Apache-2.0
#include "cli/serve_cluster.hpp"

#include <arpa/inet.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <utility>

#include "cli/endpoint.hpp"

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

/// Loopback, or a network that is reached from nowhere else.
bool is_private(const std::string& host) {
  if (host == "localhost") return true;
  std::array<unsigned char, 16> b{};
  if (::inet_pton(AF_INET, host.c_str(), b.data()) == 1) {
    return b[0] == 127 || b[0] == 10 || (b[0] == 172 && (b[1] & 0xf0U) == 16) ||
           (b[0] == 192 && b[1] == 168) || (b[0] == 169 && b[1] == 254);
  }
  if (::inet_pton(AF_INET6, host.c_str(), b.data()) != 1) return false;
  const bool loopback = std::all_of(b.begin(), b.end() - 1, [](auto x) { return x == 0; });
  return (loopback && b[15] == 1) || (b[0] & 0xfeU) == 0xfc || (b[0] == 0xfe && b[1] == 0x80);
}

/// The machine, and the port at which clients reach this server: other servers have others.
std::string default_name(const std::string& client_address) {
  std::array<char, 256> host{};
  std::string name = ::gethostname(host.data(), host.size() - 1) == 0 ? host.data() : "node";
  name += "-" + client_address.substr(client_address.rfind(':') + 1);
  std::ranges::replace_if(name, [](char c) { return !is_name({&c, 1}); }, '-');
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
  if (!peer || !is_private(peer->host)) {
    return "peer_listen: refusing " + settings.peer_listen +
           ": nodes are not authenticated to each other, so only loopback and private addresses "
           "are allowed";
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
    persistence::ShardId shards, std::function<void(const std::string&)> log) {
  auto members = persistence::open_membership(settings.store, options);
  if (!members) return domain::Unexpected{members.error()};
  std::unique_ptr<ClusterMember> member(new ClusterMember);
  member->members_ = std::move(*members);
  member->owners_ = std::make_unique<cluster::Owners>(shards);
  member->name_ = settings.node_id;
  member->agent_ = std::make_unique<cluster::Agent>(
      timings_of(settings), shards,
      cluster::Agent::Services{.members = *member->members_,
                               .owners = *member->owners_,
                               .prepare =
                                   [member = member.get(), log] {
                                     const auto learnt = member->node_->learn_programs();
                                     if (!learnt) log("cluster: " + learnt.error().message);
                                     return static_cast<bool>(learnt);
                                   },
                               .log = log});
  return member;
}

void ClusterMember::enter(actors::Node& node, const std::string& client_address) {
  node_ = &node;
  if (name_.empty()) name_ = default_name(client_address);
  agent_->start(node, {.name = name_,
                       .peer_address = peer_address_,
                       .client_address = client_address});
}

}  // namespace loyalty::cli
