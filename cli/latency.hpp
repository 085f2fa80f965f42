// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>

namespace loyalty::cli {

/// A histogram of times from 1 us to 60 s on a logarithmic axis: quantiles are within 0.5 %.
class Latency {
 public:
  using Nanoseconds = std::chrono::nanoseconds;

  Latency();
  ~Latency();
  Latency(const Latency&) = delete;
  Latency& operator=(const Latency&) = delete;

  void record(Nanoseconds time);
  std::int64_t count() const { return count_; }
  Nanoseconds max() const { return max_; }
  /// The time that `share` (0 to 1) of all did not exceed; 0 when there are none.
  Nanoseconds quantile(double share) const;

 private:
  struct Histogram;
  std::unique_ptr<Histogram> histogram_;
  std::int64_t count_ = 0;
  Nanoseconds max_{0};
};

}  // namespace loyalty::cli
