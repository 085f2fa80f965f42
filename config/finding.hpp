// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

namespace loyalty::config {

/// A mistake or a warning with its place in the file, for people and editors.
struct Finding {
  std::string file;
  int line = 0;  ///< from 1; 0 when the whole file is meant
  int column = 0;
  std::string path;     ///< such as rules[2].currency
  std::string code;     ///< such as INVALID_THRESHOLDS
  std::string message;  ///< what is wrong and what is expected
  bool warning = false;
};
using Findings = std::vector<Finding>;

/// "file:line:column: error: path: message [CODE]"
std::string to_string(const Finding& finding);

}  // namespace loyalty::config
