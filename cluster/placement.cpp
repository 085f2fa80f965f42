// SPDX-License-Identifier: Apache-2.0
#include "cluster/placement.hpp"

#include <algorithm>
#include <cstdint>
#include <string_view>
#include <tuple>

namespace loyalty::cluster {
namespace {

/// FNV-1a. Part of the protocol, as `weight` is: nodes of all versions must agree.
std::uint64_t hash_of(std::string_view name) {
  std::uint64_t hash = 0xcbf29ce484222325U;
  for (const char c : name) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3U;
  return hash;
}

/// splitmix64's last step: every bit of the input moves about half of those of the output.
std::uint64_t weight(std::uint64_t node, ShardId shard) {
  std::uint64_t x = node + (shard + 1U) * 0x9e3779b97f4a7c15U;
  x = (x ^ (x >> 30U)) * 0xbf58476d1ce4e5b9U;
  x = (x ^ (x >> 27U)) * 0x94d049bb133111ebU;
  return x ^ (x >> 31U);
}

}  // namespace

std::vector<std::string> placement(const View& view, ShardId shards) {
  std::vector<std::string> places(shards);
  for (ShardId shard = 0; shard < shards; ++shard) {
    std::tuple<std::uint64_t, std::string_view> best;
    for (const auto& node : view.nodes) {
      if (node.state != NodeState::up) continue;
      best = std::max(best, {weight(hash_of(node.name), shard), std::string_view(node.name)});
    }
    places[shard] = std::get<1>(best);
  }
  for (const auto& pin : view.pins) {
    const NodeRecord* const node = find_node(view, pin.node);
    if (pin.shard < shards && node != nullptr && node->state == NodeState::up) {
      places[pin.shard] = pin.node;
    }
  }
  return places;
}

}  // namespace loyalty::cluster
