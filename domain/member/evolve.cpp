// SPDX-License-Identifier: Apache-2.0
#include "domain/invariant.hpp"
#include "domain/member/evolve/apply.hpp"

namespace loyalty::domain {

void evolve(Member& member, Instant at, const MemberEvent& event) {
  invariant(at >= member.last_event, "the time of a member's facts never goes back");
  ++member.sequence;
  std::visit([&](const auto& fact) { apply(member, at, fact); }, event);
  member.last_event = at;
}

}  // namespace loyalty::domain
