// SPDX-License-Identifier: Apache-2.0
#include "domain/member/evolve/apply.hpp"

namespace loyalty::domain {

void evolve(Member& member, Instant at, const MemberEvent& event) {
  visit([&](const auto& fact) { evolve_by(member, at, fact); }, event);
}

}  // namespace loyalty::domain
