// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "persistence/store.hpp"

namespace loyalty::actors {

/// The part of a shard's due index that comes next, in memory (runtime.md 1.7). The store's index
/// is the truth; entries up to the horizon are here too.
class DueWindow {
 public:
  std::int64_t horizon_ms() const { return horizon_ms_; }

  void move(const persistence::DueMove& change) {
    if (change.from_ms > 0) entries_.erase({change.from_ms, change.entity});
    if (change.to_ms > 0 && change.to_ms <= horizon_ms_) {
      entries_.insert({change.to_ms, change.entity});
    }
  }

  /// From now on everything up to `horizon_ms` is kept; what the store holds is added by `fill`.
  void extend(std::int64_t horizon_ms) { horizon_ms_ = std::max(horizon_ms_, horizon_ms); }

  void add(const persistence::DueEntry& entry) { entries_.insert({entry.at_ms, entry.entity}); }

  /// The store had more than was read: keep only what is known to be complete.
  void shorten(std::int64_t horizon_ms) { horizon_ms_ = horizon_ms; }

  /// Takes out what is due by `now_ms`, earliest first.
  std::vector<std::string> take_due(std::int64_t now_ms) {
    std::vector<std::string> due;
    while (!entries_.empty() && entries_.begin()->first <= now_ms) {
      due.push_back(entries_.begin()->second);
      entries_.erase(entries_.begin());
    }
    return due;
  }

  /// When to look again: the next entry, or the end of the window.
  std::int64_t next_ms() const {
    return entries_.empty() ? horizon_ms_ : std::min(entries_.begin()->first, horizon_ms_);
  }

 private:
  std::int64_t horizon_ms_ = 0;
  std::set<std::pair<std::int64_t, std::string>> entries_;
};

}  // namespace loyalty::actors
