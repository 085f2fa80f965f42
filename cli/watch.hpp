// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>

namespace loyalty::cli {

struct WatchOptions {
  std::string connect;
  std::string program;               ///< "": the only one there is
  std::string member;                ///< of these three, one names who is watched
  std::string partner;               ///< or PROGRAM/ID
  std::string promotion;             ///< or PROGRAM/ID
  std::optional<std::int64_t> from;  ///< after this sequence; nothing: only what comes
  std::int64_t count = 0;            ///< stop after so many notices; 0: never
  bool json = false;
};

/// `loyalty watch`: prints notices until it is interrupted. A lost connection is made
/// again, and the notices go on after the last one printed.
int watch(const WatchOptions& options);

}  // namespace loyalty::cli
