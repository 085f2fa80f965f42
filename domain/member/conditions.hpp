// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "domain/member/deed.hpp"
#include "domain/member/member.hpp"
#include "domain/program/catalogue.hpp"

namespace loyalty::domain {

/// Whether a condition holds for an activity of a member as it stands before it (domain.md F5).
/// Look-backs cover the local days up to and including that of the activity, itself not counted.
bool matches(const Condition& condition, const Deed& activity, const Member& member);

/// The first part of a condition that does not hold, by its name in the program file; empty when
/// all of it holds.
std::string_view unmet(const Condition& condition, const Deed& activity, const Member& member);

/// The part of a condition that speaks of the member alone: tiers and segments. Empty when the
/// member qualifies, else TIER or SEGMENT.
std::string_view unmet_by(const Condition& condition, const Member& member);

/// What an activity measures: 1, its pieces, or its eligible amount in minor units.
std::int64_t measured(Measure measure, const Deed& activity);

}  // namespace loyalty::domain
