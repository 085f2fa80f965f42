// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string>

#include "cli/offline_store.hpp"

namespace loyalty::cli {

struct ReplayCommand {
  std::string file;
  OfflineStore store;
  std::string program;      ///< "": the one that the file is for
  std::string from;         ///< local day or instant; "": the beginning
  std::string to;           ///< "": everything
  std::string by;           ///< currency that ranks members; "": the primary one
  std::size_t members = 5;  ///< in each of the lists
  std::string csv;          ///< file for the list of all members
  unsigned threads = 0;     ///< 0: one for each core
  bool json = false;
};

/// `loyalty replay`: what a program file would have made of the past.
int replay_file(const ReplayCommand& command);

}  // namespace loyalty::cli
