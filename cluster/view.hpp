// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <string_view>

#include "persistence/membership.hpp"

/// The nodes of a cluster as one node sees them.
namespace loyalty::cluster {

using persistence::Incarnation;
using persistence::NodeRecord;
using persistence::NodeState;
using persistence::Pin;
using persistence::ShardId;
using persistence::View;

/// nullptr when there is no node of that name.
inline const NodeRecord* find_node(const View& view, std::string_view name) {
  const auto found = std::find_if(view.nodes.begin(), view.nodes.end(),
                                  [&](const NodeRecord& node) { return node.name == name; });
  return found == view.nodes.end() ? nullptr : &*found;
}

/// The node that holds a shard under this nonce; nullptr when it is none of the view. The first
/// half of a fence's nonce is that of its node's incarnation; the second is drawn for each claim,
/// so that two claims of one node are not taken for each other.
inline const NodeRecord* find_owner(const View& view, const persistence::OwnerNonce& owner) {
  const auto found =
      std::find_if(view.nodes.begin(), view.nodes.end(),
                   [&](const NodeRecord& node) { return node.incarnation.high == owner.high; });
  return found == view.nodes.end() ? nullptr : &*found;
}

}  // namespace loyalty::cluster
