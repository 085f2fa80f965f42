// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

#include "domain/program/plan.hpp"

namespace loyalty::domain {

/// Whom a change affects, in words: of a section of the definition ("rules"), or of one of its
/// fields ("rate"; "" is the whole entry).
std::string_view plan_note(std::string_view section, std::string_view field, PlanStep what);

}  // namespace loyalty::domain
