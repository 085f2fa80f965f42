// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "cli/offline_store.hpp"

namespace loyalty::cli {

struct ExportOptions {
  OfflineStore store;
  std::string output;   ///< "" or "-" is standard output
  std::string program;  ///< "" for all
};

/// `loyalty export`: a store as JSON lines (docs/audit.md).
int export_lines(const ExportOptions& options);

}  // namespace loyalty::cli
