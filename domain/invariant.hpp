// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <stdexcept>

namespace loyalty::domain {

/// A bug was found: what must always hold does not. The shell that runs the domain catches it,
/// drops what the command did, and quarantines the entity (runtime.md 1.4).
class BrokenInvariant : public std::logic_error {
 public:
  using std::logic_error::logic_error;
};

inline void invariant(bool holds, const char* sentence) {
  if (!holds) throw BrokenInvariant(sentence);
}

}  // namespace loyalty::domain
