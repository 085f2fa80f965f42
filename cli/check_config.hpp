// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

namespace loyalty::cli {

/// `loyalty check-config`: all findings of all program files, with line and column.
int check_config(const std::vector<std::string>& files);

}  // namespace loyalty::cli
