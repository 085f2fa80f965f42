// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstdint>
#include <list>
#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

#include "actors/actor_host.hpp"
#include "actors/work.hpp"

namespace loyalty::actors {

/// A record that is in the journal but not yet in a history segment.
struct TailRecord {
  std::uint64_t position = 0;
  std::string bytes;
};

/// An entity as its shard sees it.
struct Slot {
  std::string key;
  std::unique_ptr<ActorHost::Actor> actor;  ///< null while it is being loaded
  std::vector<TailRecord> tail;             ///< since the last snapshot, oldest first
  std::uint64_t snapshot_until = 0;         ///< a snapshot up to here is on its way; 0: none
  std::vector<WorkPtr> waiting;             ///< messages that came while it was being loaded
  std::int64_t indexed_due_ms = 0;          ///< where it stands in the due index
  bool indexed_waiting = false;             ///< stands there among those who wait for a batch run
  /// Reads of its history under way: for each, what has left the tail since it began.
  std::vector<std::shared_ptr<std::vector<TailRecord>>> readers;
  std::size_t busy = 0;             ///< messages and history reads under way
  std::list<Slot*>::iterator used;  ///< place in the order of use
  std::chrono::steady_clock::time_point last_used;
};

/// The entities of one shard that are in memory, in the order of their last use.
class EntityTable {
 public:
  Slot* find(const std::string& key) {
    const auto found = slots_.find(key);
    return found == slots_.end() ? nullptr : found->second.get();
  }

  Slot& add(const std::string& key) {
    auto& slot = slots_[key];
    slot = std::make_unique<Slot>();
    slot->key = key;
    slot->used = order_.insert(order_.end(), slot.get());
    return *slot;
  }

  void touch(Slot& slot, std::chrono::steady_clock::time_point now) {
    slot.last_used = now;
    order_.splice(order_.end(), order_, slot.used);
  }

  void drop(Slot& slot) {
    order_.erase(slot.used);
    slots_.erase(slot.key);
  }

  std::size_t size() const { return slots_.size(); }
  /// Least recently used first.
  const std::list<Slot*>& in_order_of_use() const { return order_; }

 private:
  std::unordered_map<std::string, std::unique_ptr<Slot>> slots_;
  std::list<Slot*> order_;
};

}  // namespace loyalty::actors
