// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <utility>

namespace loyalty::actors {

/// Holds back whatever must not leave a shard before the journal position it depends on is durable:
/// replies, reads, notices, effects on others (runtime.md R4). Outputs leave in the order in which
/// they came.
class OutputGate {
 public:
  /// Called with true when its position is durable, with false when the shard was lost before.
  using Output = std::function<void(bool durable)>;

  /// Positions never decrease from one call to the next.
  void hold(std::uint64_t position, Output output) {
    held_.emplace_back(position, std::move(output));
  }

  /// Lets everything out that depends on positions up to `durable`.
  void open(std::uint64_t durable) {
    while (!held_.empty() && held_.front().first <= durable) {
      const Output output = std::move(held_.front().second);
      held_.pop_front();
      output(true);
    }
  }

  /// The shard is lost: nothing that is held will become durable as far as this node can tell.
  void fail() {
    for (auto& [position, output] : std::exchange(held_, {})) output(false);
  }

  std::size_t size() const { return held_.size(); }

 private:
  std::deque<std::pair<std::uint64_t, Output>> held_;
};

}  // namespace loyalty::actors
