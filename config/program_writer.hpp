// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "domain/program/definition.hpp"

namespace loyalty::config {

/// The program file (TOML) of a definition: reading it gives the definition again. What has its
/// default is left out; money is written with two decimals, tables by tier or currency by name.
std::string write_program(const domain::ProgramDefinition& definition);

}  // namespace loyalty::config
