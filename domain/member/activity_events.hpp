// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "domain/fields.hpp"
#include "domain/member/sequence.hpp"
#include "domain/quantity.hpp"
#include "domain/time.hpp"

/// What a member did, and what the member is.
namespace loyalty::domain {

struct InitialTier {
  TierGroupId group;
  TierId tier;

  static void fields(auto& self, auto visit) {
    visit(required("group", "tier group"), self.group);
    visit(required("tier", "base tier"), self.tier);
  }
};

struct MemberEnrolled {
  static constexpr std::string_view name = "member_enrolled";
  Instant at;
  LocalDay day;
  std::vector<InitialTier> tiers;

  static void fields(auto& self, auto visit) {
    visit(required("enrolled_at", "when the member joined"), self.at);
    visit(required("day", "the local day of it"), self.day);
    visit(required("tiers", "base tiers"), self.tiers);
  }
};

/// What the member did, as it was sent.
struct JournalRecorded {
  static constexpr std::string_view name = "journal_recorded";
  std::string type;
  std::string subtype;
  std::string category;
  std::string product;
  std::string channel;
  std::string reference;
  PartnerId partner;
  Money amount;
  Money eligible_amount;
  std::int64_t units = 0;
  Instant at;
  LocalDay day;
  bool late = false;
  bool pending = false;
  std::string actor;
  bool restarts_clock = true;

  static void fields(auto& self, auto visit) {
    visit(required("type", "activity type"), self.type);
    visit(required("subtype", "activity subtype"), self.subtype);
    visit(required("category", "product category"), self.category);
    visit(required("product", "product id"), self.product);
    visit(required("channel", "channel"), self.channel);
    visit(required("reference", "the caller's reference"), self.reference);
    visit(required("partner", "partner at which it happened"), self.partner);
    visit(required("amount", "paid, minor units"), self.amount);
    visit(required("eligible_amount", "that earns, minor units"), self.eligible_amount);
    visit(required("units", "pieces"), self.units);
    visit(required("activity_at", "when it happened"), self.at);
    visit(required("activity_day", "the local day of it"), self.day);
    visit(required("late", "reported after the local day on which it happened"), self.late);
    visit(required("pending", "some credits come later"), self.pending);
    visit(defaulted("actor", "who did it on behalf of the program"), self.actor);
    visit(defaulted("restarts_clock", "an accrual or redemption: points live on by it"),
          self.restarts_clock);
  }
};

struct JournalProcessed {
  static constexpr std::string_view name = "journal_processed";
  Sequence journal = 0;

  static void fields(auto& self, auto visit) {
    visit(required("journal", "whose credits are all made"), self.journal);
  }
};

/// A return, full or partial, of what a journal was about (domain.md F28).
struct JournalReversed {
  static constexpr std::string_view name = "journal_reversed";
  Sequence journal = 0;
  Money kept_amount;
  std::int64_t kept_units = 0;
  bool full = true;
  std::string reference;
  std::string actor;
  Money returned_amount;
  std::string category;
  PartnerId partner;

  static void fields(auto& self, auto visit) {
    visit(required("journal", "journal that was returned"), self.journal);
    visit(required("kept_amount", "eligible amount that is kept after it, minor units"),
          self.kept_amount);
    visit(required("kept_units", "pieces that are kept after it"), self.kept_units);
    visit(required("full", "nothing is kept"), self.full);
    visit(defaulted("reference", "the caller's own reference"), self.reference);
    visit(defaulted("actor", "who did it"), self.actor);
    visit(defaulted("returned_amount", "eligible amount returned with it, minor units"),
          self.returned_amount);
    visit(defaulted("category", "product category of the activity"), self.category);
    visit(defaulted("partner", "partner at which it happened"), self.partner);
  }
};

enum class MemberStatus : std::uint8_t { active, frozen, closed, merged, erased };
template <>
struct EnumNames<MemberStatus> {
  static constexpr std::array<std::string_view, 5> names{"active", "frozen", "closed", "merged",
                                                         "erased"};
};

/// Whether the membership is over for good.
constexpr bool has_left(MemberStatus status) { return status > MemberStatus::frozen; }

struct MemberStatusChanged {
  static constexpr std::string_view name = "member_status_changed";
  MemberStatus status = MemberStatus::active;
  std::string reason;
  std::string actor;
  std::string into;

  static void fields(auto& self, auto visit) {
    visit(required("status", "active, frozen, closed, merged or erased"), self.status);
    visit(defaulted("reason", "why"), self.reason);
    visit(defaulted("actor", "who did it"), self.actor);
    visit(defaulted("into", "merged: the member that goes on"), self.into);
  }
};

/// The segments that conditions may ask for (domain.md F5).
struct SegmentsChanged {
  static constexpr std::string_view name = "segments_changed";
  std::vector<std::string> segments;

  static void fields(auto& self, auto visit) {
    visit(required("segments", "all segments of the member, sorted"), self.segments);
  }
};

/// What a rule with a cap has given in a period (domain.md F10); negative when a return gives it
/// back.
struct CapUsed {
  static constexpr std::string_view name = "cap_used";
  RuleId rule;
  LocalDay window;
  Points points;

  static void fields(auto& self, auto visit) {
    visit(required("rule", "rule"), self.rule);
    visit(required("window", "first local day of the period"), self.window);
    visit(required("points", "points given"), self.points);
  }
};

}  // namespace loyalty::domain
