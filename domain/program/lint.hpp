// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "domain/program/validation.hpp"

namespace loyalty::domain {

/// Doubts about a definition that has no mistakes (domain.md U12): tiers nobody can reach, rules
/// that do the same, promotions that cannot be completed in their window, unused definitions.
std::vector<Problem> warnings(const ProgramDefinition& definition);

}  // namespace loyalty::domain
