// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

namespace loyalty::cli {

enum class MethodsOutput : std::uint8_t { names, markdown, errors };

/// `loyalty methods`: what the server can be asked; nothing needs to run.
int methods(MethodsOutput output);

}  // namespace loyalty::cli
