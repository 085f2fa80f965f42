// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <utility>

#include "actors/lifeline.hpp"
#include "actors/shard.hpp"

namespace loyalty::actors {

/// A shard in its executor, with what keeps it there as long as somebody may come back to it.
struct Resident {
  Lifeline life;
  std::unique_ptr<StoreLane> lane;  ///< goes after the shard, which uses it
  std::unique_ptr<Shard> shard;
};

}  // namespace loyalty::actors
