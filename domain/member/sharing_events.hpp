// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "domain/fields.hpp"
#include "domain/member/delivery.hpp"
#include "domain/member/lot.hpp"
#include "domain/member/points_events.hpp"
#include "domain/outbox_cursor.hpp"

/// Facts about what members give each other. Stored: fields are only added at the end.
namespace loyalty::domain {

/// Points on their way to another member, with their expiry (domain.md F23).
struct PointsSent {
  static constexpr std::string_view name = "points_sent";
  CurrencyId currency;
  Points points;
  std::vector<LotUse> uses;
  std::string to;
  std::string reason;

  static void fields(auto& self, auto visit) {
    visit(required("currency", "currency"), self.currency);
    visit(required("points", "points sent"), self.points);
    visit(required("uses", "which credits they came from"), self.uses);
    visit(required("to", "member that gets them"), self.to);
    visit(defaulted("reason", "why"), self.reason);
  }
};

struct PointsReceived {
  static constexpr std::string_view name = "points_received";
  CurrencyId currency;
  Points points;
  std::vector<Lot> lots;
  std::string from;
  Sequence sent = 0;
  bool returned = false;

  static void fields(auto& self, auto visit) {
    visit(required("currency", "currency"), self.currency);
    visit(required("points", "points received"), self.points);
    visit(required("lots", "the credits they go back to, each with the points it gets back"),
          self.lots);
    visit(required("from", "member that sent them"), self.from);
    visit(required("sent", "sequence of the sender's PointsSent"), self.sent);
    visit(defaulted("returned", "they come back: the other member could not take them"),
          self.returned);
  }
};

/// Deliveries of one journal block of one shard have arrived, together with the cursor that keeps
/// them from being taken again. What became of them is told by the facts that follow.
struct DeliveriesTaken {
  static constexpr std::string_view name = "deliveries_taken";
  OutboxCursor cursor;
  std::vector<MemberDelivery> deliveries;

  static void fields(auto& self, auto visit) {
    visit(required("cursor", "where they came from"), self.cursor);
    visit(required("deliveries", "what arrived"), self.deliveries);
  }
};

/// How much of what the member earns goes to a group from now on (domain.md F23).
struct GroupShareChanged {
  static constexpr std::string_view name = "group_share_changed";
  std::string group;
  std::int64_t percent = 0;

  static void fields(auto& self, auto visit) {
    visit(required("group", "the member that pools for the group"), self.group);
    visit(required("percent", "1 to 100; 0: the member has left the group"), self.percent);
  }
};

}  // namespace loyalty::domain
