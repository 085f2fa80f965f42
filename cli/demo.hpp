// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

namespace loyalty::cli {

struct DemoOptions {
  std::string connect;
  bool json = false;  ///< the final state as JSON instead of the report
};

/// `loyalty demo`: replays the demo day over TCP and shows what came of it. The day happens once,
/// however often it is replayed.
int demo(const DemoOptions& options);

}  // namespace loyalty::cli
