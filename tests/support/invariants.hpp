// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>
#include <string>

#include "domain/member/events.hpp"
#include "domain/member/member.hpp"
#include "domain/program/catalogue.hpp"

namespace loyalty::support {

/// What must hold for a member whose whole life is `history` (domain.md 2.1): facts are numbered
/// 1, 2, 3, ... and their time never goes back; replaying them gives the same state; the state
/// survives being stored; the lots of a purse sum to its balance and are in order of consumption;
/// per currency all accounts sum to zero. The sentence that is broken, or "".
std::string broken_invariant(const domain::Member& member,
                             std::span<const domain::MemberFact> history,
                             const domain::Catalogue& catalogue);

}  // namespace loyalty::support
