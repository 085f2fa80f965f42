// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace loyalty::cluster {

struct HostAndPort {
  std::string host;
  std::uint16_t port = 0;
};

/// "10.0.0.1:7500", "[::1]:7500"; nullopt for anything else.
std::optional<HostAndPort> parse_host_and_port(std::string_view text);

/// Whether somebody accepts a TCP connection there within the time. The connection is closed again.
bool accepts(const HostAndPort& place, std::chrono::milliseconds patience);

}  // namespace loyalty::cluster
