// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "domain/fields.hpp"
#include "domain/member/member.hpp"
#include "domain/member/sequence.hpp"
#include "domain/named.hpp"
#include "domain/quantity.hpp"

/// How the standing of a member is answered.
namespace loyalty::domain {

/// The answer to set_segments, freeze_member, thaw_member and close_member.
struct StandingResult {
  MemberStatus status = MemberStatus::active;
  std::vector<std::string> segments;
  Named<Points> balances;
  Sequence sequence = 0;

  static void fields(auto& self, auto visit) {
    visit(required("status", "active, frozen, closed, merged or erased"), self.status);
    visit(required("segments", "segments of the member"), self.segments);
    visit(required("balances", "available points after it, by currency"), self.balances);
    visit(required("sequence", "the member's last fact"), self.sequence);
  }
};

}  // namespace loyalty::domain
