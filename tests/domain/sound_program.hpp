// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "domain/program/validation.hpp"

namespace loyalty::domain {

/// A small program that uses every section and has neither mistakes nor doubts.
ProgramDefinition sound_program();

/// A change of it, and what is then found: "path CODE".
struct ChangedProgram {
  std::string name;
  std::function<void(ProgramDefinition&)> change;
  std::vector<std::string> expected;
};

std::vector<std::string> as_text(const std::vector<Problem>& problems);
void expect_mistakes(const std::vector<ChangedProgram>& rows);
/// No mistakes, but these doubts.
void expect_doubts(const std::vector<ChangedProgram>& rows);
/// "path INVALID_DEFINITION"
std::string invalid(const std::string& path);

}  // namespace loyalty::domain
