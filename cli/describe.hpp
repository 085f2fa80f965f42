// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

namespace loyalty::cli {

struct DescribeOptions {
  std::string connect;
  std::string program;
};

/// `loyalty describe`: the live program as a program file on stdout. Applying it changes nothing.
int describe(const DescribeOptions& options);

}  // namespace loyalty::cli
