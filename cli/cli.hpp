// SPDX-License-Identifier: Apache-2.0
#pragma once

namespace loyalty::cli {

/// The program `loyalty`: reads the command line, does what it asks, and returns the exit code
/// (exit_code.hpp).
int run(int argc, char** argv);

}  // namespace loyalty::cli
