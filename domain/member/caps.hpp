// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "domain/member/member.hpp"
#include "domain/program/catalogue.hpp"

/// Limits of what a rule gives (domain.md F10).
namespace loyalty::domain {

/// What is left of `points` under the caps of a rule: for one activity, for the period in which the
/// activity happened, and up to the balance. `before` is what earlier rules give of the same
/// currency for the same activity. Held and scheduled points count as balance: they will be.
Points capped(const Rule& rule, Points points, LocalDay day, const Member& member, Points before);

}  // namespace loyalty::domain
