// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "cli/value.hpp"

namespace loyalty::cli {

/// A notice as one line for people, such as
/// "10:03:02 progress_updated latte-lovers 8/10: 2 lattes away, 80 %".
std::string notice_line(const Value& notice);

}  // namespace loyalty::cli
