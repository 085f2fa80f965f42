// SPDX-License-Identifier: Apache-2.0
#include "domain/member/turn.hpp"

namespace loyalty::domain {

Sequence MemberTurn::state(MemberEvent event) {
  if (context_.counted) counter_.see(member_, at_, event);
  evolve(member_, at_, event);
  // Most turns that state anything state several facts; moving them as a list grows costs more.
  if (facts_.empty()) facts_.reserve(8);
  facts_.push_back({member_.sequence, at_, catalogue().version, std::move(event)});
  return member_.sequence;
}

}  // namespace loyalty::domain
