// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <set>
#include <string>
#include <vector>

#include "persistence/store.hpp"

namespace loyalty::persistence {

/// Per shard the entities whose snapshot lies in the family of the pinned ones. They are few, and
/// knowing them saves every other snapshot a tombstone there.
using PinnedNames = std::vector<std::set<std::string, std::less<>>>;

/// An entity that gets pinned, or is no longer.
struct PinChange {
  ShardId shard = 0;
  std::string entity;
  bool pinned = false;
};

}  // namespace loyalty::persistence
