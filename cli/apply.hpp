// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

namespace loyalty::cli {

struct ApplyOptions {
  std::string connect;
  std::string file;  ///< a program file
  bool dry_run = false;
};

/// `loyalty apply`: shows what the file changes in the live program, and changes it. A refused
/// change lists its reasons and changes nothing.
int apply(const ApplyOptions& options);

}  // namespace loyalty::cli
