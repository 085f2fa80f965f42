// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstdint>

namespace loyalty::cluster {

/// How long everything takes (runtime.md 2.3); the same on all nodes of a cluster.
struct Timings {
  using Duration = std::chrono::milliseconds;

  /// Between two heartbeats.
  Duration heartbeat{1000};
  /// A node is dead when its counter stood still for so many looks that succeeded, one for each
  /// heartbeat,
  std::uint32_t dead_polls = 5;
  /// or for so many when its link broke as well.
  std::uint32_t hinted_polls = 2;
  /// A node speaks for its shards for so long after it sent the last confirmed heartbeat,
  Duration read_lease{3500};
  /// and takes new calls for so long.
  Duration stop_intake{5000};
  /// Given away at the same time,
  std::uint32_t handover_shards = 4;
  /// each for so long at most before its calls wait, and as long again until it is flushed,
  Duration handover_drain{2000};
  /// all of them together.
  Duration handover_total{30'000};
  /// Between two looks at shards that others are about to give.
  Duration watch{50};
  /// After something that failed.
  Duration retry{250};

  /// Between two looks at the others. A lease is taken to begin when a heartbeat was seen, which is
  /// up to so much later than it was: with every heartbeat only, a takeover waited a second for
  /// nothing.
  Duration look() const { return heartbeat / 2; }

  /// Whoever takes the shards of a node that is silent waits so long: until the lease is over by
  /// any clock that runs at most a tenth slower.
  Duration silence() const { return read_lease + read_lease / 10; }
};

}  // namespace loyalty::cluster
