// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>

namespace loyalty::bench {

/// Says why, by errno, and ends the program.
[[noreturn]] void give_up(const char* what);

/// A blocking connection without delays; ends the program when there is no server.
int connected_socket(const std::string& host, std::uint16_t port);

}  // namespace loyalty::bench
