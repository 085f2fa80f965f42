// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <benchmark/benchmark.h>

#include <cstdint>

namespace loyalty::bench {

/// How often operator new was called since the program began.
std::int64_t allocations();

/// Counts the allocations of the measured part of an iteration.
class AllocationCount {
 public:
  void begin() { before_ = allocations(); }
  void end() { sum_ += allocations() - before_; }
  void report(benchmark::State& state, std::int64_t per_iteration = 1) const {
    const auto done = static_cast<double>(state.iterations() * per_iteration);
    state.counters["allocs/op"] = benchmark::Counter(static_cast<double>(sum_) / done);
  }

 private:
  std::int64_t before_ = 0;
  std::int64_t sum_ = 0;
};

}  // namespace loyalty::bench
