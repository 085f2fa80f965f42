// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <random>
#include <utility>

namespace loyalty::cluster::simulator {

using Time = std::chrono::steady_clock::time_point;
using Duration = std::chrono::milliseconds;

/// All chance of one run; the same seed gives the same run.
class Chance {
 public:
  explicit Chance(std::uint64_t seed) : engine_(seed) {}
  std::uint64_t word() { return engine_(); }
  std::uint64_t below(std::uint64_t end) { return engine_() % end; }
  /// With a probability of so many in a hundred.
  bool percent(std::uint64_t share) { return below(100) < share; }
  Duration between(Duration least, Duration most) {
    return least + Duration(below(static_cast<std::uint64_t>((most - least).count()) + 1));
  }

 private:
  std::mt19937_64 engine_;
};

/// Time that moves from one event to the next. Events of one instant happen in the order in which
/// they were asked for.
class Scheduler {
 public:
  Time now() const { return now_; }
  void at(Time when, std::function<void()> what) {
    events_.emplace(std::pair(std::max(when, now_), next_++), std::move(what));
  }
  void after(Duration delay, std::function<void()> what) { at(now_ + delay, std::move(what)); }

  void run_until(Time end) {
    while (!events_.empty() && events_.begin()->first.first <= end) {
      auto event = events_.extract(events_.begin());
      now_ = event.key().first;
      event.mapped()();
    }
    now_ = end;
  }

 private:
  Time now_{std::chrono::hours(1)};
  std::uint64_t next_ = 0;
  std::map<std::pair<Time, std::uint64_t>, std::function<void()>> events_;
};

}  // namespace loyalty::cluster::simulator
