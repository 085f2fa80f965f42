// SPDX-License-Identifier: Apache-2.0
#pragma once

namespace loyalty::cli {

/// What the process tells the shell.
enum ExitCode : int {
  exit_ok = 0,
  exit_failed = 1,         ///< a refusal, or an error while running
  exit_usage = 2,          ///< the command line, a settings file or a program file is wrong
  exit_not_available = 3,  ///< the store or the port cannot be used
  exit_damaged = 78,       ///< the store is damaged: it is not served
};

}  // namespace loyalty::cli
