// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "domain/fields.hpp"
#include "domain/member/results/spending.hpp"
#include "domain/member/sequence.hpp"
#include "domain/named.hpp"
#include "domain/quantity.hpp"

/// How transfers and groups are answered.
namespace loyalty::domain {

/// The answer to transfer_points: it has left the member, and has arrived at the other unless that
/// one is away for long.
struct TransferResult {
  Sequence sent = 0;
  std::string to;
  std::string_view currency;
  Points points;
  std::vector<LotUseView> trace;
  Named<Points> balances;
  Sequence sequence = 0;

  static void fields(auto& self, auto visit) {
    visit(required("sent", "sequence of the transfer"), self.sent);
    visit(required("to", "member that gets them"), self.to);
    visit(required("currency", "currency"), self.currency);
    visit(required("points", "points sent"), self.points);
    visit(required("trace", "the credits they came from"), self.trace);
    visit(required("balances", "available points after it, by currency"), self.balances);
    visit(required("sequence", "the member's last fact"), self.sequence);
  }
};

struct GroupView {
  std::string group;
  std::int64_t percent = 0;

  static void fields(auto& self, auto visit) {
    visit(required("group", "member that collects for the group"), self.group);
    visit(required("percent", "part of the points earned that goes to it"), self.percent);
  }
};

/// The answer to join_group, leave_group and merge_member.
struct SharingResult {
  Named<Points> balances;
  std::vector<GroupView> groups;
  Sequence sequence = 0;

  static void fields(auto& self, auto visit) {
    visit(required("balances", "available points after it, by currency"), self.balances);
    visit(required("groups", "groups that the member shares with"), self.groups);
    visit(required("sequence", "the member's last fact"), self.sequence);
  }
};

}  // namespace loyalty::domain
