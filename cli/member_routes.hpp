// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <functional>
#include <string>
#include <vector>

#include "domain/expected.hpp"
#include "net/client.hpp"

namespace loyalty::cli {

/// Which node of a cluster has which member, so that calls can go there without a hop.
struct MemberRoutes {
  std::vector<std::string> addresses;  ///< of the nodes; "": the one that was asked
  std::vector<std::size_t> home;       ///< of each member: index of its node
};

/// Asks a server for so many members; `params` tells the parameters of `route` for each.
/// A member of a shard that is on its way is asked of the server itself.
domain::Expected<MemberRoutes, net::CallError> ask_routes(
    net::Client& client, std::size_t members,
    const std::function<std::string(std::size_t member)>& params);

}  // namespace loyalty::cli
