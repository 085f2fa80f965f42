// SPDX-License-Identifier: Apache-2.0
#include "cluster/liveness.hpp"

namespace loyalty::cluster {

std::vector<NodeRecord> Liveness::judge(const View& view, std::string_view self, Time now) {
  std::vector<NodeRecord> silent;
  for (auto& [key, pulse] : pulses_) pulse.seen = false;
  for (const auto& node : view.nodes) {
    const auto [place, fresh] = pulses_.try_emplace(key_of(node.incarnation));
    Pulse& pulse = place->second;
    pulse.seen = true;
    if (fresh || pulse.heartbeat != node.heartbeat) {
      pulse = {.heartbeat = node.heartbeat,
               .moved = now,
               .counted = now,
               .hint = pulse.hint > 0 ? pulse.hint - 1 : 0,
               .seen = true};
      continue;
    }
    if (node.state == NodeState::dead || node.name == self) continue;
    if (now - pulse.counted < timings_.heartbeat * 3 / 4) continue;
    pulse.counted = now;
    ++pulse.still;
    if (pulse.still >= (pulse.hint > 0 ? timings_.hinted_polls : timings_.dead_polls)) {
      silent.push_back(node);
    }
  }
  std::erase_if(pulses_, [](const auto& entry) { return !entry.second.seen; });
  return silent;
}

void Liveness::hint(const Incarnation& node) {
  const auto found = pulses_.find(key_of(node));
  if (found != pulses_.end()) found->second.hint = 2;
}

const Liveness::Time* Liveness::silent_since(const Incarnation& node) const {
  const auto found = pulses_.find(key_of(node));
  return found == pulses_.end() ? nullptr : &found->second.moved;
}

}  // namespace loyalty::cluster
