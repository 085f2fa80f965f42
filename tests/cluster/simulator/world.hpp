// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "tests/cluster/simulator/node.hpp"

namespace loyalty::cluster::simulator {

/// What may happen in a run, and what then must hold.
enum class Story : std::uint8_t {
  replicated,  ///< everything may happen; nothing acknowledged is lost
  moving,      ///< acknowledged before replicas have it; shards move, Redis fails over, all owners
               ///< live: they mend what Redis forgets, and nothing is lost
  wild,  ///< the same, and everything else may happen: what is lost is lost, but nobody writes
         ///< where he may not
};

struct Outcome {
  std::vector<std::string> violations;
  std::size_t done = 0;    ///< operations acknowledged
  std::size_t faults = 0;  ///< that were caused
  std::size_t takeovers = 0;
  std::size_t failovers = 0;
};

/// One run: nodes, clients and faults from a seed, for a minute and a half of simulated time.
Outcome run(Story story, std::uint64_t seed);

}  // namespace loyalty::cluster::simulator
