// SPDX-License-Identifier: Apache-2.0
#include "cli/member_routes.hpp"

#include <algorithm>
#include <chrono>
#include <map>

#include "api/server_results.hpp"
#include "codec/wire.hpp"

namespace loyalty::cli {
namespace {

constexpr std::chrono::seconds patience{30};
constexpr std::size_t pipeline = 128;

std::size_t index_of(std::vector<std::string>& addresses, const std::string& address) {
  const auto found = std::find(addresses.begin(), addresses.end(), address);
  if (found != addresses.end()) return static_cast<std::size_t>(found - addresses.begin());
  addresses.push_back(address);
  return addresses.size() - 1;
}

}  // namespace

domain::Expected<MemberRoutes, net::CallError> ask_routes(
    net::Client& client, std::size_t members,
    const std::function<std::string(std::size_t member)>& params) {
  MemberRoutes routes{.addresses = {""}, .home = std::vector<std::size_t>(members, 0)};
  std::map<std::uint32_t, std::size_t> asked;
  for (std::size_t next = 0; next < members || !asked.empty();) {
    while (next < members && asked.size() < pipeline) {
      asked.emplace(client.send("route", params(next)), next);
      ++next;
    }
    const auto answer = client.next_reply(patience);
    if (!answer) return domain::Unexpected{answer.error()};
    const auto member = asked.extract(answer->msgid);
    if (member.empty() || !answer->outcome) continue;
    api::RouteResult route;
    codec::Reader in(*answer->outcome);
    codec::WireFault fault;
    if (!codec::read_wire(in, route, fault) || route.here) continue;
    routes.home[member.mapped()] = index_of(routes.addresses, route.address);
  }
  return routes;
}

}  // namespace loyalty::cli
