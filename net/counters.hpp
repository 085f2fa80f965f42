// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <cstdint>

#include "net/statistics.hpp"

namespace loyalty::net {

/// A figure that several threads raise; nothing is ordered by it.
class Counter {
 public:
  void add(std::uint64_t count = 1) { value_.fetch_add(count, std::memory_order_relaxed); }
  std::uint64_t value() const { return value_.load(std::memory_order_relaxed); }

 private:
  std::atomic<std::uint64_t> value_{0};
};

/// The live figures behind Statistics, where each is explained.
struct Counters {
  Counter connections_accepted, connections_refused, accept_failures;
  Counter requests, built_in_calls, invalid_requests, ignored_messages;
  Counter malformed, frames_too_large, frames_too_deep, containers_too_long;
  Counter slow_writers, slow_readers, idle_closed;

  Statistics snapshot(std::uint64_t connections_open) const {
    return {.connections_open = connections_open,
            .connections_accepted = connections_accepted.value(),
            .connections_refused = connections_refused.value(),
            .accept_failures = accept_failures.value(),
            .requests = requests.value(),
            .built_in_calls = built_in_calls.value(),
            .invalid_requests = invalid_requests.value(),
            .ignored_messages = ignored_messages.value(),
            .malformed = malformed.value(),
            .frames_too_large = frames_too_large.value(),
            .frames_too_deep = frames_too_deep.value(),
            .containers_too_long = containers_too_long.value(),
            .slow_writers = slow_writers.value(),
            .slow_readers = slow_readers.value(),
            .idle_closed = idle_closed.value()};
  }
};

}  // namespace loyalty::net
