// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

namespace loyalty::cli {

/// What a command line printed and answered to the shell.
struct Ran {
  int code = 0;
  std::string out;
  std::string err;
};

/// Runs `loyalty` with these arguments in this process.
Ran run_loyalty(std::vector<std::string> arguments);

/// A file in a folder of its own, which goes with it.
class ScratchFile {
 public:
  explicit ScratchFile(const std::string& content);
  ~ScratchFile();
  ScratchFile(const ScratchFile&) = delete;
  ScratchFile& operator=(const ScratchFile&) = delete;

  const std::string& name() const { return name_; }
  /// The content of a file beside it, "" when there is none.
  std::string sibling(const std::string& suffix) const;

 private:
  std::string folder_;
  std::string name_;
};

}  // namespace loyalty::cli
