// SPDX-License-Identifier: Apache-2.0
#include "config/finding.hpp"

namespace loyalty::config {

std::string to_string(const Finding& finding) {
  std::string text = finding.file;
  if (finding.line > 0) {
    text += ":" + std::to_string(finding.line) + ":" + std::to_string(finding.column);
  }
  text += finding.warning ? ": warning: " : ": error: ";
  if (!finding.path.empty()) text += finding.path + ": ";
  return text + finding.message + " [" + finding.code + "]";
}

}  // namespace loyalty::config
