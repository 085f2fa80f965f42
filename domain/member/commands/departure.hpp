// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>

#include "domain/member/turn.hpp"
#include "domain/refusal.hpp"

/// What ways to end a membership have in common: closing, merging, erasure (domain.md F62).
namespace loyalty::domain {

/// Refuses reasons outside 1 (where one is needed) to 256 bytes and actors of more than 64.
std::optional<Refusal> check_words(const std::string& reason, const std::string& actor,
                                   bool needs_reason);

/// What had been set aside comes back first, so that it goes with the rest.
void release_holds(MemberTurn& turn);

/// What is left of every lot is breakage, and counts are reset; arrears stay on record.
void empty_purses(MemberTurn& turn);

}  // namespace loyalty::domain
