// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "domain/fields.hpp"
#include "domain/member/activity_events.hpp"
#include "domain/member/sharing_events.hpp"

/// Commands by which members share points (domain.md F23, F62). Each names another member.
namespace loyalty::domain {

/// Gives points to another member; they keep their expiry (domain.md F23).
struct TransferPoints {
  static constexpr std::string_view name = "transfer_points";
  std::string to;
  std::string currency;
  std::int64_t points = 0;
  std::string reason;

  static void fields(auto& self, auto visit) {
    visit(required("to", "member that gets them"), self.to);
    visit(defaulted("currency", "default: the primary currency"), self.currency);
    visit(required("points", "points to give, at least 1"), self.points);
    visit(defaulted("reason", "for the ledger"), self.reason);
  }
};

/// Pools a part of what the member earns from now on with another member, the group's.
struct JoinGroup {
  static constexpr std::string_view name = "join_group";
  std::string group;
  std::int64_t percent = 100;

  static void fields(auto& self, auto visit) {
    visit(required("group", "member that collects for the group"), self.group);
    visit(defaulted("percent", "part of the points earned by activities, 1 to 100 over all groups"),
          self.percent);
  }
};

/// Ends pooling; what the group has stays there.
struct LeaveGroup {
  static constexpr std::string_view name = "leave_group";
  std::string group;

  static void fields(auto& self, auto visit) {
    visit(required("group", "member that collects for the group"), self.group);
  }
};

/// Ends this membership and moves what it has to another one: points with their expiry, now or
/// when they become available, qualifying points and vouchers.
struct MergeMember {
  static constexpr std::string_view name = "merge_member";
  static constexpr bool acts_on(MemberStatus status) { return !has_left(status); }
  std::string into;
  std::string reason;
  std::string actor;

  static void fields(auto& self, auto visit) {
    visit(required("into", "member that goes on"), self.into);
    visit(required("reason", "for the ledger"), self.reason);
    visit(defaulted("actor", "who does it on behalf of the program"), self.actor);
  }
};

/// What other members have sent; comes from the outbox of a shard, not from a client.
struct TakeDeliveries {
  static constexpr std::string_view name = "take_deliveries";
  static constexpr bool acts_on(MemberStatus) { return true; }
  OutboxCursor cursor;
  std::vector<MemberDelivery> deliveries;

  static void fields(auto&, auto) {}
};

}  // namespace loyalty::domain
