// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "domain/fields.hpp"
#include "domain/member/events.hpp"
#include "domain/member/explain_result.hpp"
#include "domain/member/member.hpp"
#include "domain/named.hpp"
#include "domain/program/definition.hpp"
#include "domain/time.hpp"

/// What a member answers. Names are views into the catalogue that was in force; a result is
/// encoded before that catalogue is let go.
namespace loyalty::domain {

enum class JournalStatus : std::uint8_t { processed, pending };
template <>
struct EnumNames<JournalStatus> {
  static constexpr std::array<std::string_view, 2> names{"processed", "pending"};
};

/// One rule that applied to an activity, with its arithmetic:
/// points = round(base x rate x multiplier).
struct RuleLine {
  std::string_view rule;
  std::string_view currency;
  std::int64_t base = 0;
  std::string rate;
  std::string multiplier;
  Rounding rounding = Rounding::floor;
  Points points;
  Crediting crediting = Crediting::real_time;
  std::optional<Instant> due;
  Points cut;

  static void fields(auto& self, auto visit) {
    visit(required("rule", "rule that applied"), self.rule);
    visit(required("currency", "currency it credits"), self.currency);
    visit(required("base", "what it measured: minor units, pieces or 1"), self.base);
    visit(required("rate", "points per measured unit"), self.rate);
    visit(required("multiplier", "for the tier held before the activity"), self.multiplier);
    visit(required("rounding", "how the product was rounded, once"), self.rounding);
    visit(required("points", "points it gives"), self.points);
    visit(required("crediting", "real_time, next_day or batch"), self.crediting);
    visit(defaulted("due", "when a next_day credit is made"), self.due);
    visit(required("cut", "points that a cap kept back"), self.cut);
  }
};

/// How far a member is in a promotion (domain.md F41).
struct ProgressView {
  std::string_view promotion;
  std::string_view name;
  std::string_view unit;
  std::int64_t completed = 0;
  std::int64_t target = 0;
  std::int64_t remaining = 0;
  std::int64_t percent = 0;
  std::uint32_t cycle = 0;
  std::uint32_t completions = 0;
  bool enrolled = false;
  bool finished = false;
  std::vector<std::int64_t> milestones;  ///< marks reached in the open cycle
  std::string text;

  static void fields(auto& self, auto visit) {
    visit(required("promotion", "promotion"), self.promotion);
    visit(required("name", "its name for people"), self.name);
    visit(required("unit", "word for several units"), self.unit);
    visit(required("completed", "progress in the open cycle"), self.completed);
    visit(required("target", "what completes it"), self.target);
    visit(required("remaining", "target - completed"), self.remaining);
    visit(required("percent", "floor(100 x completed / target)"), self.percent);
    visit(required("cycle", "open cycle, from 0"), self.cycle);
    visit(required("completions", "times completed"), self.completions);
    visit(required("enrolled", "enrolled by the member"), self.enrolled);
    visit(required("finished", "completed for good"), self.finished);
    visit(required("milestones", "marks reached in the open cycle"), self.milestones);
    visit(required("text", "such as \"2 lattes away, 80 %\""), self.text);
  }
};

/// A promotion that saw an activity but did not advance.
struct SkippedPromotion {
  std::string_view promotion;
  std::string_view reason;

  static void fields(auto& self, auto visit) {
    visit(required("promotion", "promotion"), self.promotion);
    visit(required("reason", "NOT_ENROLLED or COMPLETED"), self.reason);
  }
};

struct VoucherView {
  std::string voucher;
  std::string_view definition;
  std::string_view name;
  VoucherStatus status = VoucherStatus::issued;
  Money remaining;
  Instant issued;
  std::optional<Instant> expires;
  std::optional<Instant> reserved_until;

  static void fields(auto& self, auto visit) {
    visit(required("voucher", "id, to use or cancel it"), self.voucher);
    visit(required("definition", "voucher definition"), self.definition);
    visit(required("name", "its name for people"), self.name);
    visit(required("status", "issued, reserved, redeemed, expired or cancelled"), self.status);
    visit(required("remaining", "value left, minor units"), self.remaining);
    visit(required("issued", "when it was issued"), self.issued);
    visit(defaulted("expires", "first instant at which it cannot be used"), self.expires);
    visit(defaulted("reserved_until", "when a reservation ends by itself"), self.reserved_until);
  }
};

/// A reward that a promotion gave, or would have given.
struct RewardView {
  std::string_view promotion;
  std::uint32_t cycle = 0;
  std::string_view currency;
  Points points;
  std::string_view voucher;
  std::string_view benefit;
  Points cut;
  std::string withheld;

  static void fields(auto& self, auto visit) {
    visit(required("promotion", "promotion"), self.promotion);
    visit(required("cycle", "cycle that earned it"), self.cycle);
    visit(required("currency", "currency of the points"), self.currency);
    visit(required("points", "points given"), self.points);
    visit(required("voucher", "voucher definition"), self.voucher);
    visit(required("benefit", "benefit"), self.benefit);
    visit(required("cut", "points that a limit kept back"), self.cut);
    visit(required("withheld", "the limit for which nothing was given; empty otherwise"),
          self.withheld);
  }
};

struct TierView {
  std::string_view group;
  std::string_view tier;
  std::string_view name;
  LocalDay effective;
  std::optional<Instant> expires;
  bool overridden = false;

  static void fields(auto& self, auto visit) {
    visit(required("group", "tier group"), self.group);
    visit(required("tier", "tier held"), self.tier);
    visit(required("name", "its name for people"), self.name);
    visit(required("effective", "since this local day"), self.effective);
    visit(defaulted("expires", "when it is assessed again; absent for a base tier"), self.expires);
    visit(required("overridden", "given by hand: it stays until it expires"), self.overridden);
  }
};

struct TierMove {
  std::string_view group;
  std::string_view from;
  std::string_view to;

  static void fields(auto& self, auto visit) {
    visit(required("group", "tier group"), self.group);
    visit(required("from", "tier before"), self.from);
    visit(required("to", "tier now"), self.to);
  }
};

/// The answer to enrolment, purchases, reviews and other activities, and to a credit.
struct ActivityResult {
  Sequence journal = 0;
  JournalStatus status = JournalStatus::processed;
  bool late = false;
  Named<Points> credited;
  Named<Points> pending;
  std::vector<RuleLine> rules;
  Named<Points> balances;
  Named<std::string_view> tiers;
  std::vector<TierMove> tier_changes;
  std::vector<ProgressView> progress;
  std::vector<SkippedPromotion> skipped;
  std::vector<std::string_view> completed;
  std::vector<VoucherView> vouchers;
  std::vector<std::string_view> benefits;
  Sequence sequence = 0;
  Named<Points> escrowed;
  std::vector<RewardView> rewards;

  static void fields(auto& self, auto visit) {
    visit(required("journal", "id of the journal"), self.journal);
    visit(required("status", "pending while credits are to come"), self.status);
    visit(required("late", "reported after the local day on which it happened"), self.late);
    visit(required("credited", "points credited now, by currency (rewards included)"),
          self.credited);
    visit(required("pending", "points to come, by currency"), self.pending);
    visit(required("rules", "the rules that applied, with their arithmetic"), self.rules);
    visit(required("balances", "available points after it, by currency"), self.balances);
    visit(required("tiers", "tiers held after it, by tier group"), self.tiers);
    visit(required("tier_changes", "tiers that changed with it"), self.tier_changes);
    visit(required("progress", "promotions that advanced"), self.progress);
    visit(required("skipped", "promotions that saw it but did not advance, and why"), self.skipped);
    visit(required("completed", "promotions that were completed by it"), self.completed);
    visit(required("vouchers", "vouchers issued by it"), self.vouchers);
    visit(required("benefits", "benefits granted by it"), self.benefits);
    visit(required("sequence", "the member's last fact"), self.sequence);
    visit(required("escrowed", "points credited now and held for a while, by currency"),
          self.escrowed);
    visit(required("rewards", "what promotions gave, with what limits kept back"), self.rewards);
  }
};

struct LotUseView {
  Sequence credit = 0;
  Points points;

  static void fields(auto& self, auto visit) {
    visit(required("credit", "sequence of the credit"), self.credit);
    visit(required("points", "points taken from it"), self.points);
  }
};

struct RedeemResult {
  Sequence journal = 0;
  std::string_view offer;
  std::int64_t quantity = 0;
  std::string_view currency;
  Points points;
  Money discount;
  std::vector<LotUseView> trace;
  std::vector<VoucherView> vouchers;
  Named<Points> balances;
  Sequence sequence = 0;
  Points arrears;

  static void fields(auto& self, auto visit) {
    visit(required("journal", "id of the journal"), self.journal);
    visit(required("offer", "what was obtained; empty for a plain debit"), self.offer);
    visit(required("quantity", "how many"), self.quantity);
    visit(required("currency", "currency spent"), self.currency);
    visit(required("points", "points spent"), self.points);
    visit(required("discount", "money off, minor units"), self.discount);
    visit(required("trace", "the credits they came from"), self.trace);
    visit(required("vouchers", "vouchers issued"), self.vouchers);
    visit(required("balances", "available points after it, by currency"), self.balances);
    visit(required("sequence", "the member's last fact"), self.sequence);
    visit(required("arrears", "part of the points that no credit covered"), self.arrears);
  }
};

/// The answer to commands on one promotion.
struct PromotionResult {
  ProgressView progress;
  std::vector<std::string_view> completed;
  Named<Points> credited;
  std::vector<VoucherView> vouchers;
  std::vector<std::string_view> benefits;
  Named<Points> balances;
  Sequence sequence = 0;
  std::vector<RewardView> rewards;

  static void fields(auto& self, auto visit) {
    visit(required("progress", "how far the member is"), self.progress);
    visit(required("completed", "promotions completed by it"), self.completed);
    visit(required("credited", "points credited by it, by currency"), self.credited);
    visit(required("vouchers", "vouchers issued by it"), self.vouchers);
    visit(required("benefits", "benefits granted by it"), self.benefits);
    visit(required("balances", "available points after it, by currency"), self.balances);
    visit(required("sequence", "the member's last fact"), self.sequence);
    visit(required("rewards", "what it gave, with what limits kept back"), self.rewards);
  }
};

struct VoucherResult {
  VoucherView voucher;
  Sequence sequence = 0;

  static void fields(auto& self, auto visit) {
    visit(required("voucher", "the voucher after it"), self.voucher);
    visit(required("sequence", "the member's last fact"), self.sequence);
  }
};

/// Points set aside (domain.md F26).
struct HoldView {
  std::string hold;
  std::string_view offer;
  std::int64_t quantity = 0;
  std::string_view currency;
  Points points;
  Instant expires;
  std::vector<LotUseView> trace;

  static void fields(auto& self, auto visit) {
    visit(required("hold", "id, to capture or release it"), self.hold);
    visit(required("offer", "what they are meant for; empty: no offer"), self.offer);
    visit(required("quantity", "how many of the offer"), self.quantity);
    visit(required("currency", "currency"), self.currency);
    visit(required("points", "points set aside"), self.points);
    visit(required("expires", "when they come back by themselves"), self.expires);
    visit(required("trace", "the credits they came from"), self.trace);
  }
};

struct HoldResult {
  HoldView hold;
  Named<Points> balances;
  Sequence sequence = 0;

  static void fields(auto& self, auto visit) {
    visit(required("hold", "the hold, or what it was"), self.hold);
    visit(required("balances", "available points after it, by currency"), self.balances);
    visit(required("sequence", "the member's last fact"), self.sequence);
  }
};

/// The answer to cancel_redemption: points = arrears + restored.
struct CancelResult {
  Sequence journal = 0;
  std::string_view offer;
  std::string_view currency;
  Points points;
  Points arrears;
  std::vector<LotUseView> restored;
  Points expired;
  std::vector<VoucherView> vouchers;
  Named<Points> balances;
  Sequence sequence = 0;

  static void fields(auto& self, auto visit) {
    visit(required("journal", "journal of the redemption"), self.journal);
    visit(required("offer", "what had been obtained; empty for a plain debit"), self.offer);
    visit(required("currency", "currency"), self.currency);
    visit(required("points", "points that had been spent"), self.points);
    visit(required("arrears", "part that was still owed and is owed no more"), self.arrears);
    visit(required("restored", "points given back, by the credits they came from"), self.restored);
    visit(required("expired", "points given back that were past their expiry and are gone"),
          self.expired);
    visit(required("vouchers", "vouchers cancelled with it"), self.vouchers);
    visit(required("balances", "available points after it, by currency"), self.balances);
    visit(required("sequence", "the member's last fact"), self.sequence);
  }
};

/// The answer to reverse_activity. What it should take back is the sum of taken_back, cancelled,
/// lapsed and waived.
struct ReverseResult {
  std::vector<Sequence> journals;
  Named<Points> taken_back;
  Named<Points> cancelled;
  Named<Points> lapsed;
  Named<Points> waived;
  Named<Points> arrears;
  std::vector<ProgressView> progress;
  std::vector<VoucherView> vouchers;
  Named<Points> balances;
  Named<std::string_view> tiers;
  std::vector<TierMove> tier_changes;
  Sequence sequence = 0;

  static void fields(auto& self, auto visit) {
    visit(required("journals", "journals that were returned, in full or in part"), self.journals);
    visit(required("taken_back", "available points taken back, by currency"), self.taken_back);
    visit(required("cancelled", "points in escrow or to come that will not be"), self.cancelled);
    visit(required("lapsed", "points that had expired or been reset already"), self.lapsed);
    visit(required("waived", "spent points that stay with the member"), self.waived);
    visit(required("arrears", "part of taken_back that is owed now"), self.arrears);
    visit(required("progress", "promotions that were set back"), self.progress);
    visit(required("vouchers", "vouchers cancelled with it"), self.vouchers);
    visit(required("balances", "available points after it, by currency"), self.balances);
    visit(required("tiers", "tiers held after it, by tier group"), self.tiers);
    visit(required("tier_changes", "tiers that changed with it"), self.tier_changes);
    visit(required("sequence", "the member's last fact"), self.sequence);
  }
};

/// The answer to adjust_points and reinstate_points.
struct AdjustResult {
  Sequence journal = 0;
  std::string_view currency;
  Points points;
  std::vector<LotUseView> trace;
  Named<Points> balances;
  Named<std::string_view> tiers;
  std::vector<TierMove> tier_changes;
  Sequence sequence = 0;

  static void fields(auto& self, auto visit) {
    visit(required("journal", "id of the journal"), self.journal);
    visit(required("currency", "currency"), self.currency);
    visit(required("points", "points added, or taken when negative"), self.points);
    visit(required("trace", "credits that were taken from or given back"), self.trace);
    visit(required("balances", "available points after it, by currency"), self.balances);
    visit(required("tiers", "tiers held after it, by tier group"), self.tiers);
    visit(required("tier_changes", "tiers that changed with it"), self.tier_changes);
    visit(required("sequence", "the member's last fact"), self.sequence);
  }
};

/// The answer to release_escrow.
struct ReleaseResult {
  std::vector<LotUseView> released;
  Named<Points> balances;
  Named<std::string_view> tiers;
  std::vector<TierMove> tier_changes;
  Sequence sequence = 0;

  static void fields(auto& self, auto visit) {
    visit(required("released", "the credits whose points became available"), self.released);
    visit(required("balances", "available points after it, by currency"), self.balances);
    visit(required("tiers", "tiers held after it, by tier group"), self.tiers);
    visit(required("tier_changes", "tiers that changed with it"), self.tier_changes);
    visit(required("sequence", "the member's last fact"), self.sequence);
  }
};

/// The answer to override_tier and assess_tier.
struct TierResult {
  std::vector<TierView> tiers;
  std::vector<TierMove> tier_changes;
  std::vector<std::string_view> benefits;
  std::vector<VoucherView> vouchers;
  Sequence sequence = 0;

  static void fields(auto& self, auto visit) {
    visit(required("tiers", "tiers held after it"), self.tiers);
    visit(required("tier_changes", "tiers that changed with it"), self.tier_changes);
    visit(required("benefits", "benefits granted by it"), self.benefits);
    visit(required("vouchers", "vouchers issued by it"), self.vouchers);
    visit(required("sequence", "the member's last fact"), self.sequence);
  }
};

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

struct WakeResult {
  static void fields(auto&, auto) {}
};

using MemberResult =
    std::variant<ActivityResult, RedeemResult, PromotionResult, VoucherResult, WakeResult,
                 HoldResult, CancelResult, ReverseResult, AdjustResult, ReleaseResult, TierResult,
                 StandingResult, TransferResult, SharingResult>;

struct BalanceView {
  Points available;
  Points pending;
  CurrencyKind kind = CurrencyKind::non_qualifying;
  std::optional<Points> before_reset;
  Points escrow;
  Points held;
  Points arrears;
  Points negative_limit;
  Named<Points> subtypes;

  static void fields(auto& self, auto visit) {
    visit(required("available", "balance: what can be spent, less what is owed"), self.available);
    visit(required("pending", "decided, credited later"), self.pending);
    visit(required("kind", "non_qualifying or qualifying"), self.kind);
    visit(defaulted("before_reset", "qualifying: what the last reset took"), self.before_reset);
    visit(required("escrow", "credited, and held until released"), self.escrow);
    visit(required("held", "set aside for redemptions to come"), self.held);
    visit(required("arrears", "spent beyond the balance and not yet repaid"), self.arrears);
    visit(required("negative_limit", "how far below zero the tier held lets the balance go"),
          self.negative_limit);
    visit(required("subtypes", "available points by subtype, where they have one"), self.subtypes);
  }
};

struct BalancesResult {
  Named<BalanceView> balances;
  Sequence sequence = 0;

  static void fields(auto& self, auto visit) {
    visit(required("balances", "by currency"), self.balances);
    visit(required("sequence", "the member's last fact"), self.sequence);
  }
};

struct BenefitView {
  std::string_view benefit;
  std::string_view name;
  std::string_view type;
  std::string_view payload;
  std::optional<Instant> until;

  static void fields(auto& self, auto visit) {
    visit(required("benefit", "benefit"), self.benefit);
    visit(required("name", "its name for people"), self.name);
    visit(required("type", "its benefit type"), self.type);
    visit(required("payload", "what the till or the shop is told"), self.payload);
    visit(defaulted("until", "when it ends by itself"), self.until);
  }
};

struct BenefitsResult {
  std::vector<BenefitView> benefits;
  static void fields(auto& self, auto visit) {
    visit(required("benefits", "benefits held now"), self.benefits);
  }
};

struct VouchersResult {
  std::vector<VoucherView> vouchers;
  static void fields(auto& self, auto visit) {
    visit(required("vouchers", "oldest first"), self.vouchers);
  }
};

struct HoldsResult {
  std::vector<HoldView> holds;
  static void fields(auto& self, auto visit) {
    visit(required("holds", "oldest first"), self.holds);
  }
};

struct ExpiryLine {
  std::string_view currency;
  Instant at;
  LocalDay day;
  Points points;

  static void fields(auto& self, auto visit) {
    visit(required("currency", "currency"), self.currency);
    visit(required("at", "first instant at which they are gone"), self.at);
    visit(required("day", "the local day of it"), self.day);
    visit(required("points", "points that expire then if nothing happens"), self.points);
  }
};

struct ExpiryResult {
  std::vector<ExpiryLine> expiries;
  static void fields(auto& self, auto visit) {
    visit(required("expiries", "earliest first"), self.expiries);
  }
};

struct TierProgressView {
  std::string_view group;
  std::string_view tier;
  std::string_view next;
  Named<Points> missing_to_reach;
  Named<Points> missing_to_keep;
  std::optional<Instant> expires;
  std::optional<Instant> resets;

  static void fields(auto& self, auto visit) {
    visit(required("group", "tier group"), self.group);
    visit(required("tier", "tier held"), self.tier);
    visit(required("next", "next tier; empty at the top"), self.next);
    visit(required("missing_to_reach", "points missing to the next tier, by currency"),
          self.missing_to_reach);
    visit(required("missing_to_keep", "points missing to keep this tier, by currency"),
          self.missing_to_keep);
    visit(defaulted("expires", "when the tier is assessed again"), self.expires);
    visit(defaulted("resets", "when the qualifying balance is reset"), self.resets);
  }
};

struct TierProgressResult {
  std::vector<TierProgressView> groups;
  static void fields(auto& self, auto visit) {
    visit(required("groups", "one entry per tier group"), self.groups);
  }
};

struct PromotionListing {
  ProgressView progress;
  std::string_view eligibility;
  std::vector<std::string_view> reasons;

  static void fields(auto& self, auto visit) {
    visit(required("progress", "how far the member is"), self.progress);
    visit(required("eligibility", "eligible, eligible_but_not_enrolled or ineligible"),
          self.eligibility);
    visit(required("reasons",
                   "why not: NOT_STARTED, ENDED, TIER, SEGMENT, COMPLETED, "
                   "ENROLLMENT_CLOSED"),
          self.reasons);
  }
};

struct PromotionsResult {
  std::vector<PromotionListing> promotions;
  static void fields(auto& self, auto visit) {
    visit(required("promotions", "in the order of the program"), self.promotions);
  }
};

struct ProgressStep {
  Sequence sequence = 0;
  Instant at;
  LocalDay day;
  std::string_view event;
  std::int64_t increment = 0;
  std::int64_t completed = 0;
  std::uint32_t cycle = 0;

  static void fields(auto& self, auto visit) {
    visit(required("sequence", "fact"), self.sequence);
    visit(required("at", "when"), self.at);
    visit(required("day", "the local day of it"), self.day);
    visit(required("event", "what happened"), self.event);
    visit(required("increment", "progress made"), self.increment);
    visit(required("completed", "progress after it"), self.completed);
    visit(required("cycle", "cycle"), self.cycle);
  }
};

struct ProgressResult {
  ProgressView progress;
  std::vector<std::int64_t> ahead;  ///< marks of milestones still to come, then the target
  std::vector<ProgressStep> steps;

  static void fields(auto& self, auto visit) {
    visit(required("progress", "how far the member is"), self.progress);
    visit(required("ahead", "marks still to come in this cycle; the last is the target"),
          self.ahead);
    visit(required("steps", "what has happened so far, when asked for"), self.steps);
  }
};

struct MemberResultView {
  std::string_view member;
  std::string_view program;
  Instant enrolled_at;
  LocalDay last_activity;
  Named<BalanceView> balances;
  std::vector<TierView> tiers;
  std::vector<BenefitView> benefits;
  std::vector<ProgressView> promotions;
  std::vector<VoucherView> vouchers;
  Sequence sequence = 0;

  static void fields(auto& self, auto visit) {
    visit(required("member", "member"), self.member);
    visit(required("program", "program"), self.program);
    visit(required("enrolled_at", "when the member joined"), self.enrolled_at);
    visit(required("last_activity", "local day of the last accrual or redemption"),
          self.last_activity);
    visit(required("balances", "by currency"), self.balances);
    visit(required("tiers", "tiers held"), self.tiers);
    visit(required("benefits", "benefits held"), self.benefits);
    visit(required("promotions", "promotions begun"), self.promotions);
    visit(required("vouchers", "vouchers that can be used"), self.vouchers);
    visit(required("sequence", "the member's last fact"), self.sequence);
  }
};

/// One line of the ledger (domain.md 2.1 "Double entry"): points move from one account to another.
struct LedgerLine {
  Sequence sequence = 0;
  Instant at;
  std::string_view event;
  std::string_view currency;
  Points points;  ///< positive: to the member
  std::string from;
  std::string to;
  Sequence journal = 0;
  std::string_view rule;
  std::string_view promotion;
  std::string_view offer;
  std::string_view partner;
  std::uint32_t version = 0;
  std::vector<LotUseView> trace;
  std::string_view subtype;

  static void fields(auto& self, auto visit) {
    visit(required("sequence", "fact"), self.sequence);
    visit(required("at", "when"), self.at);
    visit(required("event", "what happened"), self.event);
    visit(required("currency", "currency"), self.currency);
    visit(required("points", "positive: to the member"), self.points);
    visit(required("from", "account that gives"), self.from);
    visit(required("to", "account that takes"), self.to);
    visit(required("journal", "journal that caused it"), self.journal);
    visit(required("rule", "rule that gave them"), self.rule);
    visit(required("promotion", "promotion that gave them"), self.promotion);
    visit(required("offer", "what they bought"), self.offer);
    visit(required("partner", "partner involved"), self.partner);
    visit(required("version", "of the program"), self.version);
    visit(required("trace", "credits that it took points from or gave points back to"), self.trace);
    visit(defaulted("subtype", "subtype of the points credited"), self.subtype);
  }
};

struct LedgerResult {
  std::vector<LedgerLine> entries;
  bool more = false;

  static void fields(auto& self, auto visit) {
    visit(required("entries", "oldest first"), self.entries);
    visit(required("more", "there are more after the last"), self.more);
  }
};

/// One link between a debit and a credit (domain.md F21).
struct TraceLine {
  Sequence debit = 0;
  Sequence credit = 0;
  std::string_view action;
  Points points;
  Sequence fact = 0;

  static void fields(auto& self, auto visit) {
    visit(required("debit", "sequence of the debit"), self.debit);
    visit(required("credit", "sequence of the credit; 0: no credit has covered it yet"),
          self.credit);
    visit(required("action",
                   "debit, debit_with_arrears, credit_for_arrears, debit_cancellation, "
                   "credit_cancellation, transfer, hold, hold_end, expiry or reinstatement"),
          self.action);
    visit(required("points", "points taken; negative: given back"), self.points);
    visit(required("fact", "sequence of the fact that made the link"), self.fact);
  }
};

struct TraceResult {
  std::vector<TraceLine> links;
  Points total;

  static void fields(auto& self, auto visit) {
    visit(required("links", "debit-credit links"), self.links);
    visit(required("total", "sum of the links: of a debit, its points; of a credit, its net use"),
          self.total);
  }
};

using MemberAnswer =
    std::variant<MemberResultView, BalancesResult, BenefitsResult, VouchersResult,
                 TierProgressResult, ExpiryResult, PromotionsResult, ProgressResult, LedgerResult,
                 TraceResult, HoldsResult, ExplainResult>;

}  // namespace loyalty::domain
