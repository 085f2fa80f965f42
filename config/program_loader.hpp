// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include "config/finding.hpp"
#include "domain/expected.hpp"
#include "domain/program/definition.hpp"

namespace loyalty::config {

struct LoadedProgram {
  domain::ProgramDefinition definition;
  Findings warnings;
};

/// Reads a program file (TOML, docs/program-files.md). All mistakes are reported at once, in the
/// order of the file; a definition without mistakes comes with the doubts of domain/program/lint.
domain::Expected<LoadedProgram, Findings> load_program(const std::string& file);
domain::Expected<LoadedProgram, Findings> parse_program(std::string_view text,
                                                        const std::string& file);

}  // namespace loyalty::config
