// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

namespace loyalty::cli {

/// 16 hexadecimal digits that no other run has.
std::string random_id();

}  // namespace loyalty::cli
