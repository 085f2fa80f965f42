// SPDX-License-Identifier: Apache-2.0
#include "tests/cli/run_loyalty.hpp"

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "cli/cli.hpp"

namespace loyalty::cli {

Ran run_loyalty(std::vector<std::string> arguments) {
  arguments.insert(arguments.begin(), "loyalty");
  std::vector<char*> pointers;
  pointers.reserve(arguments.size());
  for (auto& argument : arguments) pointers.push_back(argument.data());
  testing::internal::CaptureStdout();
  testing::internal::CaptureStderr();
  Ran ran;
  ran.code = run(static_cast<int>(pointers.size()), pointers.data());
  ran.out = testing::internal::GetCapturedStdout();
  ran.err = testing::internal::GetCapturedStderr();
  return ran;
}

ScratchFile::ScratchFile(const std::string& content) {
  std::string pattern = (std::filesystem::temp_directory_path() / "loyalty-cli-XXXXXX").string();
  folder_ = ::mkdtemp(pattern.data());
  name_ = folder_ + "/log.csv";
  std::ofstream(name_, std::ios::binary) << content;
}

ScratchFile::~ScratchFile() { std::filesystem::remove_all(folder_); }

std::string ScratchFile::sibling(const std::string& suffix) const {
  std::ifstream in(name_ + suffix, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
}

}  // namespace loyalty::cli
