// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "domain/program/definition.hpp"
#include "domain/refusal.hpp"

namespace loyalty::domain {

/// One mistake or one doubt about a definition. `path` leads to the place, such as
/// "rules[2].when.tiers[0]".
struct Problem {
  std::string path;
  RefusalCode code = RefusalCode::invalid_definition;
  std::string message;
};

/// All mistakes of a definition at once, in the order of the file; empty when it can be applied.
/// Codes are those of domain.md part 4 where one exists (MISSING_TIER_MODEL, INVALID_THRESHOLDS,
/// EXPIRY_NOT_ALLOWED, ...), else INVALID_DEFINITION. NO_CURRENCY is reported only for a
/// definition that asks to be active (domain.md F1).
std::vector<Problem> mistakes(const ProgramDefinition& definition);

/// All problems as one refusal: the first tells its code and place, all are in the sentence. A
/// place within the part of the definition that the caller wrote (`place`, "" for the whole) is
/// named as the caller named it.
Refusal refusal_of(const std::vector<Problem>& problems, const std::string& place);

}  // namespace loyalty::domain
