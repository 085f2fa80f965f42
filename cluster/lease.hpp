// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <chrono>
#include <optional>

#include "cluster/timings.hpp"

namespace loyalty::cluster {

/// For how long a node may act for its shards, by its own clock, from the moment when it sent the
/// last heartbeat that was confirmed.
class Lease {
 public:
  using Time = std::chrono::steady_clock::time_point;

  void confirm(Time sent) { sent_ = std::max(sent_.value_or(sent), sent); }
  void end() { sent_.reset(); }

  Time speaks_until(const Timings& timings) const {
    return sent_ ? *sent_ + timings.read_lease : Time::min();
  }
  Time begins_until(const Timings& timings) const {
    return sent_ ? *sent_ + timings.stop_intake : Time::min();
  }

 private:
  std::optional<Time> sent_;
};

}  // namespace loyalty::cluster
