// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <deque>
#include <utility>

#include "actors/unique_function.hpp"

namespace loyalty::actors {

/// Holds back whatever must not leave a shard before the journal position it depends on is durable:
/// replies, reads, notices, effects on others (runtime.md R4). Outputs leave in the order in which
/// they came.
class OutputGate {
 public:
  /// Called with true when its position is durable, with false when the shard was lost before.
  /// The inline part is that of an answer.
  using Output = UniqueFunction<void(bool durable), 200>;

  enum class Kind : std::uint8_t {
    effect,  ///< must happen once the position is durable, however late
    answer,  ///< its receiver may be told that the outcome is not known
  };

  /// Positions never decrease from one call to the next.
  void hold(std::uint64_t position, Output output, Kind kind = Kind::effect) {
    if (failed_) {
      output(false);
      return;
    }
    held_.push_back({position, kind, std::move(output)});
  }

  /// Lets everything out that depends on positions up to `durable`.
  void open(std::uint64_t durable) {
    while (!held_.empty() && held_.front().position <= durable) {
      Output output = std::move(held_.front().output);
      held_.pop_front();
      output(true);
    }
  }

  /// The store does not answer: whoever waits is told so; effects go on waiting.
  void give_up_answers() {
    std::deque<Held> effects;
    for (auto& held : std::exchange(held_, {})) {
      if (held.kind == Kind::effect) {
        effects.push_back(std::move(held));
      } else {
        held.output(false);
      }
    }
    held_ = std::move(effects);
  }

  /// The shard is lost: nothing that is held will become durable as far as this node can tell.
  void fail() {
    failed_ = true;
    for (auto& held : std::exchange(held_, {})) held.output(false);
  }

  std::size_t size() const { return held_.size(); }

 private:
  struct Held {
    std::uint64_t position;
    Kind kind;
    Output output;
  };

  std::deque<Held> held_;
  bool failed_ = false;
};

}  // namespace loyalty::actors
