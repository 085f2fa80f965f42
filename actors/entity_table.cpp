// SPDX-License-Identifier: Apache-2.0
#include "actors/entity_table.hpp"

#include <xxhash.h>

#include <algorithm>
#include <utility>

namespace loyalty::actors {
namespace {

constexpr std::size_t places_at_first = 64;

// The same as shard_of's: its lowest bits are alike for all keys of a shard, and are not used.
std::uint64_t hash_of(std::string_view key) { return XXH3_64bits(key.data(), key.size()); }

}  // namespace

std::size_t EntityTable::place_of(std::uint64_t hash, std::string_view key) const {
  std::size_t place = home_of(hash);
  while (places_[place].slot && (places_[place].hash != hash || places_[place].slot->key != key)) {
    place = next(place);
  }
  return place;
}

Slot* EntityTable::find(std::string_view key) const {
  return places_.empty() ? nullptr : places_[place_of(hash_of(key), key)].slot.get();
}

Slot& EntityTable::add(const std::string& key) {
  if (2 * (size() + 1) > places_.size()) grow();
  const std::uint64_t hash = hash_of(key);
  Place& place = places_[place_of(hash, key)];
  place.hash = hash;
  place.slot = std::make_unique<Slot>();
  Slot& slot = *place.slot;
  slot.key = key;
  slot.hash = hash;
  slot.order = order_.insert(order_.end(), &slot);
  return slot;
}

void EntityTable::grow() {
  std::vector<Place> old(std::max(places_at_first, 2 * places_.size()));
  old.swap(places_);
  for (auto& place : old) {
    if (place.slot) places_[place_of(place.hash, place.slot->key)] = std::move(place);
  }
}

void EntityTable::drop(Slot& slot) {
  order_.erase(slot.order);
  std::size_t hole = place_of(slot.hash, slot.key);
  places_[hole].slot.reset();
  // Whoever comes behind and could not have been found across the hole moves into it.
  for (std::size_t at = next(hole); places_[at].slot; at = next(at)) {
    const std::size_t mask = places_.size() - 1;
    const std::size_t from_home = (at - home_of(places_[at].hash)) & mask;
    if (from_home < ((at - hole) & mask)) continue;
    places_[hole] = std::move(places_[at]);
    hole = at;
  }
}

}  // namespace loyalty::actors
