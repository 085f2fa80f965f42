// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <chrono>

#include "domain/time.hpp"

namespace loyalty::actors {

/// Where the time of all decisions comes from. Any thread.
class Clock {
 public:
  virtual ~Clock() = default;
  virtual domain::Instant now() const = 0;
  /// Moves a manual clock; false when this one cannot be set or would go back.
  virtual bool set(domain::Instant) { return false; }
  virtual bool manual() const { return false; }
};

class RealClock final : public Clock {
 public:
  domain::Instant now() const override {
    const auto since_epoch = std::chrono::system_clock::now().time_since_epoch();
    return {std::chrono::duration_cast<std::chrono::milliseconds>(since_epoch).count()};
  }
};

/// Stands still until it is set: for tests and simulations.
class ManualClock final : public Clock {
 public:
  explicit ManualClock(domain::Instant start) : now_(start.ms) {}
  domain::Instant now() const override { return {now_.load(std::memory_order_acquire)}; }
  bool set(domain::Instant to) override {
    std::int64_t from = now_.load(std::memory_order_acquire);
    while (from <= to.ms) {
      if (now_.compare_exchange_weak(from, to.ms, std::memory_order_acq_rel)) return true;
    }
    return false;
  }
  bool manual() const override { return true; }

 private:
  std::atomic<std::int64_t> now_;
};

}  // namespace loyalty::actors
