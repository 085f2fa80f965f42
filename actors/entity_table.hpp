// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstdint>
#include <list>
#include <memory>
#include <string>
#include <string_view>
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
  using Time = std::chrono::steady_clock::time_point;

  std::string key;
  std::unique_ptr<ActorHost::Actor> actor;  ///< null while it is being loaded
  std::vector<TailRecord> tail;             ///< since the last snapshot, oldest first
  std::uint64_t snapshot_until = 0;         ///< a snapshot up to here is on its way; 0: none
  std::size_t snapshot_bytes = 0;           ///< how long the last one was
  std::size_t busy = 0;                     ///< messages and history reads under way
  Time last_used;
  std::int64_t indexed_due_ms = 0;  ///< where it stands in the due index
  bool indexed_waiting = false;     ///< stands there among those who wait for a batch run
  std::vector<WorkPtr> waiting;     ///< messages that came while it was being loaded
  /// Reads of its history under way: for each, what has left the tail since it began.
  std::vector<std::shared_ptr<std::vector<TailRecord>>> readers;
  std::uint64_t hash = 0;            ///< of its key
  Time ordered;                      ///< when it got its place in the order of use
  std::list<Slot*>::iterator order;  ///< that place
};

/// The entities of one shard that are in memory. They are found by the hash of their key, in a
/// table with open addressing: with many of them each look at other memory is a wait for it.
class EntityTable {
 public:
  using Time = Slot::Time;

  /// nullptr when it is not in memory.
  Slot* find(std::string_view key) const;
  /// Adds one that is not there.
  Slot& add(const std::string& key);
  void drop(Slot& slot);
  std::size_t size() const { return order_.size(); }

  /// Notes a use. Whoever is used often gets a new place in the order only now and then: that
  /// touches its neighbours.
  void touch(Slot& slot, Time now) {
    slot.last_used = now;
    if (now - slot.ordered >= order_interval) put_last(slot, now);
  }
  /// Behind all others.
  void put_last(Slot& slot, Time now) {
    slot.ordered = now;
    order_.splice(order_.end(), order_, slot.order);
  }
  /// By the last use, oldest first, as far as uses lie `order_interval` apart.
  const std::list<Slot*>& in_order_of_use() const { return order_; }

  static constexpr std::chrono::seconds order_interval{10};

 private:
  struct Place {
    std::uint64_t hash = 0;
    std::unique_ptr<Slot> slot;
  };
  std::size_t home_of(std::uint64_t hash) const { return hash >> 32 & (places_.size() - 1); }
  std::size_t next(std::size_t place) const { return (place + 1) & (places_.size() - 1); }
  /// Where the key is, or where it would be.
  std::size_t place_of(std::uint64_t hash, std::string_view key) const;
  void grow();

  std::vector<Place> places_;  ///< a power of two, at most half of them taken
  std::list<Slot*> order_;
};

}  // namespace loyalty::actors
