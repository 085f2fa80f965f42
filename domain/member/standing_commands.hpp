// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "domain/fields.hpp"
#include "domain/member/activity_events.hpp"
#include "domain/time.hpp"

/// Commands about what a member is: tier, segments, status (domain.md F5, F37, F62).
/// A command acts on active members alone, unless its `acts_on` says otherwise.
namespace loyalty::domain {

/// Gives a tier by hand; it beats assessment until it ends (domain.md F37).
struct OverrideTier {
  static constexpr std::string_view name = "override_tier";
  std::string group;
  std::string tier;
  std::string until;
  std::string reason;
  std::string actor;

  static void fields(auto& self, auto visit) {
    visit(defaulted("group", "tier group; default: the only one"), self.group);
    visit(required("tier", "tier to hold"), self.tier);
    visit(required("until", "first local day on which it is assessed again, YYYY-MM-DD"),
          self.until);
    visit(required("reason", "for the ledger"), self.reason);
    visit(defaulted("actor", "who does it on behalf of the program"), self.actor);
  }
};

/// Takes up the tiers that the balances reach now. Never lowers one: that happens when it expires.
struct AssessTier {
  static constexpr std::string_view name = "assess_tier";
  std::string group;

  static void fields(auto& self, auto visit) {
    visit(defaulted("group", "tier group; default: all"), self.group);
  }
};

/// Replaces the segments that rules and promotions may ask for.
struct SetSegments {
  static constexpr std::string_view name = "set_segments";
  std::vector<std::string> segments;

  static void fields(auto& self, auto visit) {
    visit(required("segments", "at most 64 names"), self.segments);
  }
};

/// Stops all activity of a member until it is thawed; timers go on.
struct FreezeMember {
  static constexpr std::string_view name = "freeze_member";
  std::string reason;
  std::string actor;

  static void fields(auto& self, auto visit) {
    visit(required("reason", "for the ledger"), self.reason);
    visit(defaulted("actor", "who does it on behalf of the program"), self.actor);
  }
};

struct ThawMember {
  static constexpr std::string_view name = "thaw_member";
  static constexpr bool acts_on(MemberStatus status) {
    return status == MemberStatus::active || status == MemberStatus::frozen;
  }
  std::string reason;
  std::string actor;

  static void fields(auto& self, auto visit) {
    visit(defaulted("reason", "why"), self.reason);
    visit(defaulted("actor", "who does it on behalf of the program"), self.actor);
  }
};

/// Ends a membership for good: held points are released, the balance becomes breakage.
struct CloseMember {
  static constexpr std::string_view name = "close_member";
  static constexpr bool acts_on(MemberStatus status) { return !has_left(status); }
  std::string reason;
  std::string actor;

  static void fields(auto& self, auto visit) {
    visit(required("reason", "for the ledger"), self.reason);
    visit(defaulted("actor", "who does it on behalf of the program"), self.actor);
  }
};

/// Ends a membership and drops what tells about the person; the balanced ledger stays (F62).
struct EraseMember {
  static constexpr std::string_view name = "erase_member";
  static constexpr bool acts_on(MemberStatus status) { return status != MemberStatus::erased; }
  std::string reason;
  std::string actor;

  static void fields(auto& self, auto visit) {
    visit(required("reason", "for the ledger"), self.reason);
    visit(defaulted("actor", "who does it on behalf of the program"), self.actor);
  }
};

}  // namespace loyalty::domain
