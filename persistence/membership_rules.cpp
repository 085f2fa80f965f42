// SPDX-License-Identifier: Apache-2.0
#include "persistence/membership_rules.hpp"

#include <algorithm>

namespace loyalty::persistence {
namespace {

NodeRecord* record_of(View& table, std::string_view name) {
  const auto found = std::ranges::find(table.nodes, name, &NodeRecord::name);
  return found == table.nodes.end() ? nullptr : &*found;
}

NodeRecord* record_of(View& table, std::string_view name, const Incarnation& who) {
  NodeRecord* const found = record_of(table, name);
  return found != nullptr && found->incarnation == who ? found : nullptr;
}

}  // namespace

bool join(View& table, const NodeRecord& me) {
  NodeRecord* const there = record_of(table, me.name);
  if (there != nullptr && there->incarnation == me.incarnation) return true;
  if (there != nullptr && there->state != NodeState::dead) return false;
  NodeRecord fresh = me;
  fresh.state = NodeState::joining;
  if (there != nullptr) {
    *there = fresh;
  } else {
    const auto place =
        std::ranges::upper_bound(table.nodes, me.name, std::ranges::less{}, &NodeRecord::name);
    table.nodes.insert(place, fresh);
  }
  ++table.version;
  return true;
}

Beat heartbeat(View& table, std::string_view name, const Incarnation& me) {
  NodeRecord* const there = record_of(table, name, me);
  if (there == nullptr || there->state == NodeState::dead) return {false, table.version};
  ++there->heartbeat;
  return {true, table.version};
}

bool expire(View& table, std::string_view name, const Incarnation& who,
            std::uint64_t seen_heartbeat) {
  NodeRecord* const there = record_of(table, name, who);
  if (there == nullptr) return false;
  if (there->state == NodeState::dead) return true;
  if (there->heartbeat != seen_heartbeat) return false;
  there->state = NodeState::dead;
  ++table.version;
  return true;
}

bool enter(View& table, std::string_view name, const Incarnation& who, NodeState state) {
  NodeRecord* const there = record_of(table, name, who);
  if (there == nullptr) return false;
  if (there->state == state) return state != NodeState::dead;
  const bool rises = state == NodeState::up && there->state == NodeState::joining;
  const bool leaves = state == NodeState::draining && there->state != NodeState::dead;
  if (!rises && !leaves) return false;
  there->state = state;
  ++table.version;
  return true;
}

bool leave(View& table, std::string_view name, const Incarnation& me) {
  if (record_of(table, name, me) == nullptr) return true;
  std::erase_if(table.nodes, [&](const NodeRecord& node) { return node.name == name; });
  ++table.version;
  return true;
}

void pin(View& table, ShardId shard, std::string_view node) {
  std::erase_if(table.pins, [&](const Pin& pin) { return pin.shard == shard; });
  if (!node.empty()) {
    const auto place =
        std::ranges::upper_bound(table.pins, shard, std::ranges::less{}, &Pin::shard);
    table.pins.insert(place, {.shard = shard, .node = std::string(node)});
  }
  ++table.version;
}

}  // namespace loyalty::persistence
