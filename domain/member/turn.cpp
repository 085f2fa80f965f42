// SPDX-License-Identifier: Apache-2.0
#include "domain/member/turn.hpp"

namespace loyalty::domain {

MemberEvent& MemberTurn::next_event() {
  // Most turns that state anything state several facts; moving them as a list grows costs more.
  if (facts_.empty()) facts_.reserve(12);
  MemberFact& fact = facts_.emplace_back();
  fact.sequence = member_.sequence + 1;
  fact.at = at_;
  fact.version = catalogue().version;
  return fact.event;
}

}  // namespace loyalty::domain
