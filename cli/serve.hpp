// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "config/settings.hpp"

namespace loyalty::cli {

/// Runs the server until it is told to stop; returns the exit code.
int serve(const config::Settings& settings);

}  // namespace loyalty::cli
