// SPDX-License-Identifier: Apache-2.0
#include "cli/cluster.hpp"

#include <chrono>
#include <cstdio>

#include "api/server_results.hpp"
#include "cli/endpoint.hpp"
#include "cli/exit_code.hpp"
#include "cli/json.hpp"
#include "codec/wire.hpp"

namespace loyalty::cli {
namespace {

constexpr std::chrono::seconds cluster_patience{30};

void print(const api::ClusterResult& cluster) {
  std::printf("as node %s sees it, version %llu\n\n", cluster.node.c_str(),
              static_cast<unsigned long long>(cluster.version));
  std::printf("%-24s %-9s %6s  %-22s %s\n", "node", "state", "shards", "clients", "nodes");
  for (const auto& node : cluster.nodes) {
    std::printf("%-24s %-9s %6u  %-22s %s\n", node.name.c_str(), node.state.c_str(), node.shards,
                node.client_address.c_str(), node.peer_address.c_str());
  }
  for (const auto& shard : cluster.shards) {
    if (shard.node == shard.belongs && !shard.pinned && !shard.node.empty()) continue;
    std::printf("shard %u: %s%s%s\n", shard.shard,
                shard.node.empty() ? "served by no node" : ("at " + shard.node).c_str(),
                shard.node != shard.belongs && !shard.belongs.empty()
                    ? (", on its way to " + shard.belongs).c_str()
                    : "",
                shard.pinned ? ", pinned" : "");
  }
}

}  // namespace

int cluster(const ClusterOptions& options) {
  auto client = connect(options.connect);
  if (!client) {
    print_error(client.error());
    return exit_failed;
  }
  Value::Fields fields;
  std::string_view method = "cluster_status";
  if (options.order == ClusterOptions::Order::drain) {
    method = "cluster_drain";
    fields = {{"node", options.node}};
  } else if (options.order == ClusterOptions::Order::move) {
    method = "cluster_move";
    fields = {{"shard", std::int64_t{options.shard}}, {"node", options.node}};
  }
  const auto answer = client->call(method, Value(fields).encoded(), cluster_patience);
  if (!answer) {
    print_error(answer.error());
    return exit_failed;
  }
  if (options.json) {
    std::printf("%s\n", raw_to_json(*answer, JsonLayout::one_line).c_str());
    return exit_ok;
  }
  api::ClusterResult result;
  codec::Reader in(*answer);
  codec::WireFault fault;
  if (!codec::read_wire(in, result, fault)) {
    std::fprintf(stderr, "loyalty cluster: the answer of the server is another than expected\n");
    return exit_failed;
  }
  print(result);
  return exit_ok;
}

}  // namespace loyalty::cli
