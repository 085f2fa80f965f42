// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "domain/fields.hpp"
#include "domain/member/events.hpp"
#include "domain/quantity.hpp"
#include "domain/queue.hpp"
#include "domain/time.hpp"

/// The state of one member: what all facts so far add up to. Stored as snapshots (docs/format.md):
/// fields are only ever added at the end.
namespace loyalty::domain {

/// What is still owed for a debit that went below zero (domain.md F17).
struct Arrears {
  Sequence debit = 0;
  Points points;

  static void fields(auto& self, auto visit) {
    visit(required("debit", "sequence of the debit"), self.debit);
    visit(required("points", "points still owed"), self.points);
  }
};

/// What a member has of one currency. Spendable points are in lots, earliest expiry first, then
/// earliest earned, then earliest credited: the order in which they are consumed where no subtypes
/// have an order of their own (domain.md F19).
struct Purse {
  CurrencyId currency;
  bool qualifying = false;
  Points available;  ///< spendable: the lots less the arrears; qualifying: the balance
  Queue<Lot> lots;
  Instant reset_at = never;      ///< qualifying: when the balance is reset
  Points before_reset;           ///< what the last reset took; a period without points has none
  std::vector<Lot> escrow;       ///< credited and held; earliest release first
  std::vector<Arrears> arrears;  ///< oldest first

  Points escrowed() const;
  Points owed() const;

  static void fields(auto& self, auto visit) {
    visit(required("currency", "currency"), self.currency);
    visit(required("qualifying", "counts for tiers"), self.qualifying);
    visit(required("available", "balance"), self.available);
    visit(required("lots", "in order of consumption"), self.lots);
    visit(required("reset_at", "next reset of a qualifying balance"), self.reset_at);
    visit(required("before_reset", "what the last reset took"), self.before_reset);
    visit(defaulted("escrow", "held credits, earliest release first"), self.escrow);
    visit(defaulted("arrears", "still owed, oldest first"), self.arrears);
  }
};

struct PendingCredit {
  Sequence id = 0;  ///< of the PointsScheduled
  Instant recorded;
  PointsScheduled what;

  static void fields(auto& self, auto visit) {
    visit(required("id", "sequence"), self.id);
    visit(required("recorded", "when it was scheduled"), self.recorded);
    visit(required("what", "the credit to come"), self.what);
  }
};

struct TierStanding {
  TierGroupId group;
  TierId tier;
  LocalDay effective;
  Instant expires = never;
  bool overridden = false;  ///< given by hand: not assessed before it expires

  static void fields(auto& self, auto visit) {
    visit(required("group", "tier group"), self.group);
    visit(required("tier", "tier held"), self.tier);
    visit(required("effective", "since this local day"), self.effective);
    visit(required("expires", "when it is assessed again"), self.expires);
    visit(defaulted("overridden", "given by hand"), self.overridden);
  }
};

/// A member's part in a promotion.
struct Participation {
  PromotionId promotion;
  bool enrolled = false;
  LocalDay enrolled_on;
  std::int64_t completed = 0;
  std::uint32_t cycle = 0;
  std::uint32_t completions = 0;
  std::uint64_t milestones = 0;  ///< bit i: milestone i was announced in this cycle
  bool finished = false;         ///< completed, and it does not repeat
  bool left = false;             ///< opted out
  Points points_given;           ///< of rewards, for the limits of the member
  std::uint32_t rewards_given = 0;
  std::uint32_t vouchers_given = 0;
  Money liability_given;
  std::optional<LocalDay> period;  ///< of a streak: a day of the last period that counted

  static void fields(auto& self, auto visit) {
    visit(required("promotion", "promotion"), self.promotion);
    visit(required("enrolled", "enrolled by the member"), self.enrolled);
    visit(required("enrolled_on", "local day of enrolment"), self.enrolled_on);
    visit(required("completed", "progress in the open cycle"), self.completed);
    visit(required("cycle", "open cycle"), self.cycle);
    visit(required("completions", "times completed"), self.completions);
    visit(required("milestones", "announced in the open cycle"), self.milestones);
    visit(required("finished", "completed for good"), self.finished);
    visit(required("left", "opted out"), self.left);
    visit(defaulted("points_given", "points of rewards"), self.points_given);
    visit(defaulted("rewards_given", "rewards"), self.rewards_given);
    visit(defaulted("vouchers_given", "vouchers of rewards"), self.vouchers_given);
    visit(defaulted("liability_given", "cost of rewards, minor units"), self.liability_given);
    visit(defaulted("period", "streaks: first day of the last period that counted"), self.period);
  }
};

enum class VoucherStatus : std::uint8_t { issued, reserved, redeemed, expired, cancelled };
template <>
struct EnumNames<VoucherStatus> {
  static constexpr std::array<std::string_view, 5> names{"issued", "reserved", "redeemed",
                                                         "expired", "cancelled"};
};

struct Voucher {
  Sequence id = 0;
  VoucherDefId definition;
  Money remaining;
  Instant issued;
  Instant expires = never;
  VoucherStatus status = VoucherStatus::issued;
  Instant reserved_until = never;
  PromotionId promotion;
  Sequence journal = 0;

  static void fields(auto& self, auto visit) {
    visit(required("id", "sequence of its issue"), self.id);
    visit(required("definition", "voucher definition"), self.definition);
    visit(required("remaining", "value left, minor units"), self.remaining);
    visit(required("issued", "when it was issued"), self.issued);
    visit(required("expires", "first instant at which it cannot be used"), self.expires);
    visit(required("status", "status"), self.status);
    visit(defaulted("reserved_until", "when a reservation ends"), self.reserved_until);
    visit(defaulted("promotion", "promotion that gave it"), self.promotion);
    visit(defaulted("journal", "journal that brought it"), self.journal);
  }
};

/// Points set aside for a redemption to come (domain.md F26).
struct Hold {
  Sequence id = 0;
  CurrencyId currency;
  Points points;
  std::vector<Lot> lots;  ///< each with the points that were set aside
  Instant expires;
  OfferId offer;
  std::int64_t quantity = 0;

  static void fields(auto& self, auto visit) {
    visit(required("id", "sequence of the PointsHeld"), self.id);
    visit(required("currency", "currency"), self.currency);
    visit(required("points", "points set aside"), self.points);
    visit(required("lots", "the credits they came from"), self.lots);
    visit(required("expires", "when they come back by themselves"), self.expires);
    visit(required("offer", "what they are meant for"), self.offer);
    visit(defaulted("quantity", "how many of the offer"), self.quantity);
  }
};

/// How often the member did something on one local day (for look-back conditions).
struct ActivityDay {
  LocalDay day;
  std::string type;
  std::uint32_t count = 0;

  static void fields(auto& self, auto visit) {
    visit(required("day", "local day"), self.day);
    visit(required("type", "activity type"), self.type);
    visit(required("count", "how often"), self.count);
  }
};
/// Conditions look back at most so far.
inline constexpr std::int32_t max_look_back_days = 366;

/// What a rule with a cap has given in its present period.
struct CapUse {
  RuleId rule;
  LocalDay window;
  Points points;

  static void fields(auto& self, auto visit) {
    visit(required("rule", "rule"), self.rule);
    visit(required("window", "first local day of the period"), self.window);
    visit(required("points", "points given"), self.points);
  }
};

struct BenefitEnd {
  BenefitId benefit;
  Instant until = never;

  static void fields(auto& self, auto visit) {
    visit(required("benefit", "benefit held"), self.benefit);
    visit(required("until", "when it ends by itself"), self.until);
  }
};

/// A part of what is earned that goes to another member (domain.md F23).
struct GroupShare {
  std::string group;
  std::int64_t percent = 0;

  static void fields(auto& self, auto visit) {
    visit(required("group", "the member that pools for the group"), self.group);
    visit(required("percent", "1 to 100"), self.percent);
  }
};

struct Member {
  // Compiled once: each is the sum of those of all its parts.
  Member();
  Member(const Member&);
  Member(Member&&) noexcept;
  Member& operator=(const Member&);
  Member& operator=(Member&&) noexcept;
  ~Member();

  std::string id;  ///< not stored: it is the key
  bool exists = false;
  Instant enrolled_at;
  LocalDay enrolled_on;
  LocalDay last_activity;
  Instant last_event;
  Sequence sequence = 0;
  std::vector<Purse> purses;
  std::vector<PendingCredit> pending;
  std::vector<TierStanding> tiers;
  std::vector<BenefitId> benefits;  ///< held now, sorted
  std::vector<BenefitId> awarded;   ///< given by promotions, whatever the tier
  std::vector<Participation> promotions;
  std::vector<Voucher> vouchers;
  MemberStatus status = MemberStatus::active;
  std::vector<std::string> segments;  ///< sorted
  std::vector<Hold> set_aside;
  std::vector<ActivityDay> activity_days;  ///< the last ones, ascending by day
  std::vector<CapUse> caps;
  std::vector<BenefitEnd> benefit_ends;
  std::vector<GroupShare> groups;
  std::string into;                   ///< merged: the member that goes on
  std::vector<OutboxCursor> cursors;  ///< of shards that have sent deliveries

  static void fields(auto& self, auto visit) {
    visit(required("exists", "is enrolled"), self.exists);
    visit(required("enrolled_at", "when the member joined"), self.enrolled_at);
    visit(required("enrolled_on", "the local day of it"), self.enrolled_on);
    visit(required("last_activity", "local day of the last accrual or redemption"),
          self.last_activity);
    visit(required("last_event", "time of the last fact"), self.last_event);
    visit(required("sequence", "number of facts"), self.sequence);
    visit(required("purses", "balances"), self.purses);
    visit(required("pending", "credits to come"), self.pending);
    visit(required("tiers", "tiers held"), self.tiers);
    visit(required("benefits", "benefits held"), self.benefits);
    visit(required("awarded", "benefits given by promotions"), self.awarded);
    visit(required("promotions", "participations"), self.promotions);
    visit(required("vouchers", "vouchers"), self.vouchers);
    visit(defaulted("status", "active, frozen, closed, merged or erased"), self.status);
    visit(defaulted("segments", "segments"), self.segments);
    visit(defaulted("set_aside", "points set aside"), self.set_aside);
    visit(defaulted("activity_days", "what was done on the last days"), self.activity_days);
    visit(defaulted("caps", "what rules with caps have given"), self.caps);
    visit(defaulted("benefit_ends", "benefits that end by themselves"), self.benefit_ends);
    visit(defaulted("groups", "shares that go to others"), self.groups);
    visit(defaulted("into", "merged: the member that goes on"), self.into);
    visit(defaulted("cursors", "of shards that have sent deliveries"), self.cursors);
  }

  const Purse* purse(CurrencyId currency) const;
  Points balance(CurrencyId currency) const;
  TierId tier(TierGroupId group) const;
  bool holds(TierId tier) const;
  const Participation* participation(PromotionId promotion) const;
  const Voucher* voucher(Sequence id) const;
  const Hold* hold(Sequence id) const;
};

/// Changes a member by one fact. The only function that does; it never refuses.
void evolve(Member& member, Instant at, const MemberEvent& event);

}  // namespace loyalty::domain
