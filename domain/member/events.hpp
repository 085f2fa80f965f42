// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <variant>
#include <vector>

#include "domain/fields.hpp"
#include "domain/program/definition.hpp"
#include "domain/quantity.hpp"
#include "domain/time.hpp"

/// The facts of a member's life, past tense (domain.md part 4). A fact holds what was computed, so
/// that replay never runs a rule. These are the stored format: alternatives and fields are only
/// ever added at the end, never changed (docs/format.md).
namespace loyalty::domain {

/// A fact's place in its member's life: 1, 2, 3, ... A journal, a lot and a voucher are named by
/// the sequence of the fact that made them; 0 means "none".
using Sequence = std::uint64_t;

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
  }
};

struct JournalProcessed {
  static constexpr std::string_view name = "journal_processed";
  Sequence journal = 0;

  static void fields(auto& self, auto visit) {
    visit(required("journal", "whose credits are all made"), self.journal);
  }
};

/// Points decided but not yet credited: next-day and batch crediting (domain.md F8).
struct PointsScheduled {
  static constexpr std::string_view name = "points_scheduled";
  Sequence journal = 0;
  CurrencyId currency;
  Points points;
  Instant due;  ///< `never`: with the next batch run
  RuleId rule;
  PartnerId issuer;
  LocalDay earned;
  bool qualifying = false;
  std::uint32_t earlier_runs = 0;  ///< batch runs of this very instant that came before it

  static void fields(auto& self, auto visit) {
    visit(required("journal", "journal that earned them"), self.journal);
    visit(required("currency", "currency"), self.currency);
    visit(required("points", "points to come"), self.points);
    visit(required("due", "when; absent for the next batch run"), self.due);
    visit(required("rule", "rule"), self.rule);
    visit(required("issuer", "partner at which they were earned"), self.issuer);
    visit(required("earned", "local day of the activity"), self.earned);
    visit(required("qualifying", "whether they count for tiers"), self.qualifying);
    visit(defaulted("earlier_runs", "batch runs of the same instant that missed it"),
          self.earlier_runs);
  }
};

struct PointsCredited {
  static constexpr std::string_view name = "points_credited";
  Sequence journal = 0;
  CurrencyId currency;
  Points points;
  bool qualifying = false;
  Instant expires;  ///< of the lot; of a qualifying currency: the next reset
  LocalDay earned;
  RuleId rule;
  PromotionId promotion;
  PartnerId issuer;
  Sequence scheduled = 0;  ///< the PointsScheduled it fulfils

  static void fields(auto& self, auto visit) {
    visit(required("journal", "journal that earned them"), self.journal);
    visit(required("currency", "currency"), self.currency);
    visit(required("points", "points credited"), self.points);
    visit(required("qualifying", "whether they count for tiers"), self.qualifying);
    visit(required("expires", "first instant at which they are gone"), self.expires);
    visit(required("earned", "local day of the activity"), self.earned);
    visit(required("rule", "rule that gave them"), self.rule);
    visit(required("promotion", "promotion that gave them"), self.promotion);
    visit(required("issuer", "partner at which they were earned"), self.issuer);
    visit(required("scheduled", "the scheduled credit it fulfils"), self.scheduled);
  }
};

/// Points of one lot that a debit took (domain.md F21).
struct LotUse {
  Sequence lot = 0;
  Points points;

  static void fields(auto& self, auto visit) {
    visit(required("lot", "sequence of the credit"), self.lot);
    visit(required("points", "points taken from it"), self.points);
  }
};

struct PointsDebited {
  static constexpr std::string_view name = "points_debited";
  Sequence journal = 0;
  CurrencyId currency;
  Points points;
  std::vector<LotUse> uses;
  OfferId offer;
  PartnerId partner;

  static void fields(auto& self, auto visit) {
    visit(required("journal", "journal that spent them"), self.journal);
    visit(required("currency", "currency"), self.currency);
    visit(required("points", "points spent"), self.points);
    visit(required("uses", "which credits they came from"), self.uses);
    visit(required("offer", "what they bought"), self.offer);
    visit(required("partner", "partner that is owed for it"), self.partner);
  }
};

struct PointsExpired {
  static constexpr std::string_view name = "points_expired";
  CurrencyId currency;
  Points points;
  std::vector<LotUse> uses;

  static void fields(auto& self, auto visit) {
    visit(required("currency", "currency"), self.currency);
    visit(required("points", "points lost"), self.points);
    visit(required("uses", "what was left of which credits"), self.uses);
  }
};

struct QualifyingReset {
  static constexpr std::string_view name = "qualifying_reset";
  CurrencyId currency;
  Points points;

  static void fields(auto& self, auto visit) {
    visit(required("currency", "qualifying currency"), self.currency);
    visit(required("points", "balance before the reset"), self.points);
  }
};

/// A tier standing that changed or was renewed.
struct TierChange {
  TierGroupId group;
  TierId from;
  TierId to;
  LocalDay effective;
  Instant expires;

  static void fields(auto& self, auto visit) {
    visit(required("group", "tier group"), self.group);
    visit(required("from", "tier held before"), self.from);
    visit(required("to", "tier held from now on"), self.to);
    visit(required("effective", "local day from which it is held"), self.effective);
    visit(required("expires", "when it is assessed again"), self.expires);
  }
};
struct TierUpgraded : TierChange {
  static constexpr std::string_view name = "tier_upgraded";
};
struct TierRetained : TierChange {
  static constexpr std::string_view name = "tier_retained";
};
struct TierDowngraded : TierChange {
  static constexpr std::string_view name = "tier_downgraded";
};

struct BenefitGranted {
  static constexpr std::string_view name = "benefit_granted";
  BenefitId benefit;
  static void fields(auto& self, auto visit) {
    visit(required("benefit", "benefit"), self.benefit);
  }
};

struct BenefitEnded {
  static constexpr std::string_view name = "benefit_ended";
  BenefitId benefit;
  static void fields(auto& self, auto visit) {
    visit(required("benefit", "benefit"), self.benefit);
  }
};

struct PromotionEnrolled {
  static constexpr std::string_view name = "promotion_enrolled";
  PromotionId promotion;
  LocalDay day;
  static void fields(auto& self, auto visit) {
    visit(required("promotion", "promotion"), self.promotion);
    visit(required("day", "local day"), self.day);
  }
};

struct PromotionLeft {
  static constexpr std::string_view name = "promotion_left";
  PromotionId promotion;
  static void fields(auto& self, auto visit) {
    visit(required("promotion", "promotion"), self.promotion);
  }
};

struct ProgressUpdated {
  static constexpr std::string_view name = "progress_updated";
  PromotionId promotion;
  Sequence journal = 0;  ///< 0: by hand (`update_progress`)
  std::int64_t increment = 0;
  std::int64_t completed = 0;  ///< in the open cycle, after this step
  std::int64_t target = 0;
  std::uint32_t cycle = 0;
  LocalDay day;

  static void fields(auto& self, auto visit) {
    visit(required("promotion", "promotion"), self.promotion);
    visit(required("journal", "activity that counted; absent when updated by hand"), self.journal);
    visit(required("increment", "how much was added"), self.increment);
    visit(required("completed", "how far the member is"), self.completed);
    visit(required("target", "how far it goes"), self.target);
    visit(required("cycle", "0 for the first time round"), self.cycle);
    visit(required("day", "local day"), self.day);
  }
};

struct MilestoneReached {
  static constexpr std::string_view name = "milestone_reached";
  PromotionId promotion;
  std::uint32_t cycle = 0;
  std::uint32_t index = 0;
  MilestoneKind kind = MilestoneKind::percent;
  std::int64_t mark = 0;

  static void fields(auto& self, auto visit) {
    visit(required("promotion", "promotion"), self.promotion);
    visit(required("cycle", "cycle"), self.cycle);
    visit(required("index", "which of its milestones, from 0"), self.index);
    visit(required("kind", "percent, remaining or value"), self.kind);
    visit(required("mark", "the mark, in the words of the kind"), self.mark);
  }
};

struct PromotionCompleted {
  static constexpr std::string_view name = "promotion_completed";
  PromotionId promotion;
  std::uint32_t cycle = 0;
  std::int64_t carried = 0;  ///< overflow that starts the next cycle
  bool repeats = false;

  static void fields(auto& self, auto visit) {
    visit(required("promotion", "promotion"), self.promotion);
    visit(required("cycle", "the cycle that was completed"), self.cycle);
    visit(required("carried", "progress carried into the next cycle"), self.carried);
    visit(required("repeats", "whether a next cycle is open"), self.repeats);
  }
};

struct RewardIssued {
  static constexpr std::string_view name = "reward_issued";
  PromotionId promotion;
  std::uint32_t cycle = 0;
  CurrencyId currency;
  Points points;
  VoucherDefId voucher;
  BenefitId benefit;

  static void fields(auto& self, auto visit) {
    visit(required("promotion", "promotion"), self.promotion);
    visit(required("cycle", "cycle that earned it"), self.cycle);
    visit(required("currency", "currency of the points"), self.currency);
    visit(required("points", "points, or 0"), self.points);
    visit(required("voucher", "voucher definition"), self.voucher);
    visit(required("benefit", "benefit"), self.benefit);
  }
};

struct RewardNear {
  static constexpr std::string_view name = "reward_near";
  OfferId offer;
  Points missing;
  static void fields(auto& self, auto visit) {
    visit(required("offer", "offer"), self.offer);
    visit(required("missing", "points still missing"), self.missing);
  }
};

struct RewardReachable {
  static constexpr std::string_view name = "reward_reachable";
  OfferId offer;
  static void fields(auto& self, auto visit) { visit(required("offer", "offer"), self.offer); }
};

struct VoucherIssued {
  static constexpr std::string_view name = "voucher_issued";
  VoucherDefId definition;
  Money value;
  Instant expires;
  Sequence journal = 0;
  PromotionId promotion;

  static void fields(auto& self, auto visit) {
    visit(required("definition", "voucher definition"), self.definition);
    visit(required("value", "face value, minor units"), self.value);
    visit(required("expires", "first instant at which it cannot be used"), self.expires);
    visit(required("journal", "journal that bought it"), self.journal);
    visit(required("promotion", "promotion that gave it"), self.promotion);
  }
};

struct VoucherUsed {
  static constexpr std::string_view name = "voucher_used";
  Sequence voucher = 0;
  Money value;
  Money remaining;
  bool spent = false;

  static void fields(auto& self, auto visit) {
    visit(required("voucher", "voucher"), self.voucher);
    visit(required("value", "value used, minor units"), self.value);
    visit(required("remaining", "value left, minor units"), self.remaining);
    visit(required("spent", "nothing is left of it"), self.spent);
  }
};

struct VoucherExpired {
  static constexpr std::string_view name = "voucher_expired";
  Sequence voucher = 0;
  static void fields(auto& self, auto visit) {
    visit(required("voucher", "voucher"), self.voucher);
  }
};

struct VoucherCancelled {
  static constexpr std::string_view name = "voucher_cancelled";
  Sequence voucher = 0;
  static void fields(auto& self, auto visit) {
    visit(required("voucher", "voucher"), self.voucher);
  }
};

struct RedemptionMade {
  static constexpr std::string_view name = "redemption_made";
  OfferId offer;
  std::int64_t quantity = 0;
  CurrencyId currency;
  Points points;
  Money discount;
  PartnerId partner;

  static void fields(auto& self, auto visit) {
    visit(required("offer", "what was bought"), self.offer);
    visit(required("quantity", "how many"), self.quantity);
    visit(required("currency", "currency"), self.currency);
    visit(required("points", "points spent"), self.points);
    visit(required("discount", "money off, minor units"), self.discount);
    visit(required("partner", "partner that is owed for it"), self.partner);
  }
};

/// Money owed between program and partner, booked here and carried to the partner's own ledger
/// (domain.md F49).
struct PartnerLiabilityArisen {
  static constexpr std::string_view name = "partner_liability_arisen";
  PartnerId partner;
  CurrencyId currency;
  Points points;
  Money money;  ///< positive: the partner owes the program; negative: the program owes it
  Sequence journal = 0;

  static void fields(auto& self, auto visit) {
    visit(required("partner", "partner"), self.partner);
    visit(required("currency", "currency"), self.currency);
    visit(required("points", "points it is for"), self.points);
    visit(required("money", "positive: owed by the partner, minor units"), self.money);
    visit(required("journal", "journal that caused it"), self.journal);
  }
};

using MemberEvent =
    std::variant<MemberEnrolled, JournalRecorded, JournalProcessed, PointsScheduled, PointsCredited,
                 PointsDebited, PointsExpired, QualifyingReset, TierUpgraded, TierRetained,
                 TierDowngraded, BenefitGranted, BenefitEnded, PromotionEnrolled, PromotionLeft,
                 ProgressUpdated, MilestoneReached, PromotionCompleted, RewardIssued, RewardNear,
                 RewardReachable, VoucherIssued, VoucherUsed, VoucherExpired, VoucherCancelled,
                 RedemptionMade, PartnerLiabilityArisen>;

/// An event with its place and time in the member's life.
struct MemberFact {
  Sequence sequence = 0;
  Instant at;
  std::uint32_t version = 0;  ///< of the program
  MemberEvent event;
};

}  // namespace loyalty::domain
