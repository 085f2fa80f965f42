// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "cli/offline_store.hpp"

namespace loyalty::cli {

struct VerifyOptions {
  OfflineStore store;
  std::string program;  ///< "" for all
  bool json = false;
};

/// `loyalty verify`: whether a store holds what it must (docs/audit.md).
int verify(const VerifyOptions& options);

}  // namespace loyalty::cli
