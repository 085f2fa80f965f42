// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <string_view>
#include <utility>
#include <vector>

#include "cluster/timings.hpp"
#include "cluster/view.hpp"

namespace loyalty::cluster {

/// Tells who is alive by the counters of the others. It counts looks that succeeded and not time:
/// when the store is away nobody is declared dead for it.
class Liveness {
 public:
  using Time = std::chrono::steady_clock::time_point;

  explicit Liveness(const Timings& timings) : timings_(timings) {}

  /// After a look that succeeded: those whose counter stood still for too long. Looks that follow
  /// each other too fast count once.
  std::vector<NodeRecord> judge(const View& view, std::string_view self, Time now);

  /// The link to a node broke. It only shortens waiting: a counter that moves refutes it, if it is
  /// seen to do so twice. The first time tells perhaps of what was before.
  void hint(const Incarnation& node);

  /// Since when its counter has not been seen to move; nullptr when nothing is known of it.
  const Time* silent_since(const Incarnation& node) const;

 private:
  struct Pulse {
    std::uint64_t heartbeat = 0;
    Time moved;    ///< when the counter was first seen where it is
    Time counted;  ///< the last look that counts
    std::uint32_t still = 0;
    std::uint32_t hint = 0;  ///< so many more moves refute it; 0: there is none
    bool seen = false;       ///< in the present view
  };
  using Key = std::pair<std::uint64_t, std::uint64_t>;
  static Key key_of(const Incarnation& node) { return {node.high, node.low}; }

  const Timings timings_;
  std::map<Key, Pulse> pulses_;
};

}  // namespace loyalty::cluster
