// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

/// Named places where a test ends the process as kill -9 would. Built in with the CMake option
/// LOYALTY_FAILPOINTS only; without it a call costs nothing.
///
/// The environment variable LOYALTY_FAILPOINT=NAME:N ends it at the Nth time that NAME is passed.
namespace loyalty::persistence {

#ifdef LOYALTY_FAILPOINTS
void failpoint(std::string_view name);
#else
inline void failpoint(std::string_view /*name*/) {}
#endif

}  // namespace loyalty::persistence
