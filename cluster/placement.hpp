// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "cluster/view.hpp"

namespace loyalty::cluster {

/// Which node each shard belongs on, by name; "" where no node is up. A shard that is pinned to a
/// node that is up is there; else each shard goes to the node whose name and the shard give the
/// highest number (rendezvous hashing): when a node comes or goes, only its own shards move. Every
/// node comes to the same result from the same view.
std::vector<std::string> placement(const View& view, ShardId shards);

}  // namespace loyalty::cluster
