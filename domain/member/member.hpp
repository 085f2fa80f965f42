// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "domain/fields.hpp"
#include "domain/member/events.hpp"
#include "domain/quantity.hpp"
#include "domain/time.hpp"

/// The state of one member: what all facts so far add up to. Stored as snapshots (docs/format.md):
/// fields are only ever added at the end.
namespace loyalty::domain {

/// One credit of spendable points with what is left of it (domain.md 2.1, "Lots").
struct Lot {
  Sequence id = 0;
  Points original;
  Points remaining;
  LocalDay earned;
  Instant expires;
  RuleId rule;
  PromotionId promotion;
  PartnerId issuer;
  Sequence journal = 0;

  static void fields(auto& self, auto visit) {
    visit(required("id", "sequence of the credit"), self.id);
    visit(required("original", "points credited"), self.original);
    visit(required("remaining", "points left"), self.remaining);
    visit(required("earned", "local day of the activity"), self.earned);
    visit(required("expires", "first instant at which they are gone"), self.expires);
    visit(required("rule", "rule that gave them"), self.rule);
    visit(required("promotion", "promotion that gave them"), self.promotion);
    visit(required("issuer", "partner at which they were earned"), self.issuer);
    visit(required("journal", "journal that earned them"), self.journal);
  }
};

/// What a member has of one currency. Spendable points are in lots, in the order in which they are
/// consumed (domain.md F19): earliest expiry, earliest earned, earliest credited.
struct Purse {
  CurrencyId currency;
  bool qualifying = false;
  Points available;
  std::vector<Lot> lots;
  Instant reset_at = never;  ///< qualifying: when the balance is reset
  Points before_reset;

  static void fields(auto& self, auto visit) {
    visit(required("currency", "currency"), self.currency);
    visit(required("qualifying", "counts for tiers"), self.qualifying);
    visit(required("available", "balance"), self.available);
    visit(required("lots", "in order of consumption"), self.lots);
    visit(required("reset_at", "next reset of a qualifying balance"), self.reset_at);
    visit(required("before_reset", "balance before the last reset"), self.before_reset);
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

  static void fields(auto& self, auto visit) {
    visit(required("group", "tier group"), self.group);
    visit(required("tier", "tier held"), self.tier);
    visit(required("effective", "since this local day"), self.effective);
    visit(required("expires", "when it is assessed again"), self.expires);
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

  static void fields(auto& self, auto visit) {
    visit(required("id", "sequence of its issue"), self.id);
    visit(required("definition", "voucher definition"), self.definition);
    visit(required("remaining", "value left, minor units"), self.remaining);
    visit(required("issued", "when it was issued"), self.issued);
    visit(required("expires", "first instant at which it cannot be used"), self.expires);
    visit(required("status", "status"), self.status);
  }
};

struct Member {
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
  }

  const Purse* purse(CurrencyId currency) const;
  Points balance(CurrencyId currency) const;
  TierId tier(TierGroupId group) const;
  bool holds(TierId tier) const;
  const Participation* participation(PromotionId promotion) const;
  const Voucher* voucher(Sequence id) const;
};

/// Changes a member by one fact. The only function that does; it never refuses.
void evolve(Member& member, Instant at, const MemberEvent& event);

}  // namespace loyalty::domain
