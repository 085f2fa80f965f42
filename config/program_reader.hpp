// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <string>

#include "config/finding.hpp"
#include "config/toml_document.hpp"
#include "domain/program/definition.hpp"

namespace loyalty::config {

struct Place {
  int line = 1;
  int column = 1;
};

/// A program file as read: what could be understood, what could not, and where everything stands.
struct ReadProgram {
  domain::ProgramDefinition definition;
  Findings findings;
  std::map<std::string, Place> places;  ///< by path, such as rules[2].currency

  /// The place of a path; of the nearest thing around it when it is not in the file itself.
  Place place_of(std::string path) const;
};

/// Reads the shape of a program file: names, types, required keys. What the values mean together
/// is domain/program/validation's part. A misspelt key or word is reported and then read as what
/// it most likely means, so that one slip does not show up as ten mistakes.
ReadProgram read_program(const toml::table& table, const std::string& file);

}  // namespace loyalty::config
