// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <tuple>

#include "domain/invariant.hpp"
#include "domain/member/member.hpp"

namespace loyalty::domain {
namespace {

Purse& purse_of(Member& member, CurrencyId currency, bool qualifying) {
  for (auto& purse : member.purses) {
    if (purse.currency == currency) return purse;
  }
  member.purses.push_back({.currency = currency,
                           .qualifying = qualifying,
                           .available = {},
                           .lots = {},
                           .reset_at = never,
                           .before_reset = {}});
  return member.purses.back();
}

Participation& participation_of(Member& member, PromotionId promotion) {
  for (auto& entry : member.promotions) {
    if (entry.promotion == promotion) return entry;
  }
  member.promotions.push_back({.promotion = promotion});
  return member.promotions.back();
}

Voucher& voucher_of(Member& member, Sequence id) {
  const auto found = std::find_if(member.vouchers.begin(), member.vouchers.end(),
                                  [id](const Voucher& v) { return v.id == id; });
  invariant(found != member.vouchers.end(), "a fact names a voucher that was issued");
  return *found;
}

void take(Purse& purse, const std::vector<LotUse>& uses, Points total) {
  Points taken;
  for (const auto& use : uses) {
    const auto lot = std::find_if(purse.lots.begin(), purse.lots.end(),
                                  [&](const Lot& candidate) { return candidate.id == use.lot; });
    invariant(lot != purse.lots.end() && lot->remaining >= use.points,
              "a debit takes no more from a lot than is left of it");
    lot->remaining -= use.points;
    taken += use.points;
  }
  invariant(taken == total, "the uses of a debit sum to the debit");
  std::erase_if(purse.lots, [](const Lot& lot) { return lot.remaining == Points{0}; });
  purse.available -= total;
  invariant(purse.available >= Points{0}, "a balance never drops below zero");
}

void set_tier(Member& member, const TierChange& change) {
  for (auto& standing : member.tiers) {
    if (standing.group != change.group) continue;
    standing.tier = change.to;
    standing.effective = change.effective;
    standing.expires = change.expires;
    return;
  }
  member.tiers.push_back({change.group, change.to, change.effective, change.expires});
}

struct Apply {
  Member& member;
  Instant at;

  void operator()(const MemberEnrolled& e) const {
    invariant(!member.exists, "a member enrols once");
    member.exists = true;
    member.enrolled_at = e.at;
    member.enrolled_on = e.day;
    member.last_activity = e.day;
    for (const auto& tier : e.tiers) {
      member.tiers.push_back({tier.group, tier.tier, e.day, never});
    }
  }
  void operator()(const JournalRecorded& e) const {
    member.last_activity = std::max(member.last_activity, e.day);
  }
  void operator()(const JournalProcessed&) const {}
  void operator()(const PointsScheduled& e) const {
    member.pending.push_back({member.sequence, at, e});
  }
  void operator()(const PointsCredited& e) const {
    if (e.scheduled != 0) {
      std::erase_if(member.pending,
                    [&](const PendingCredit& pending) { return pending.id == e.scheduled; });
    }
    Purse& purse = purse_of(member, e.currency, e.qualifying);
    purse.available += e.points;
    if (e.qualifying) {
      purse.reset_at = e.expires;
      return;
    }
    const Lot lot{.id = member.sequence,
                  .original = e.points,
                  .remaining = e.points,
                  .earned = e.earned,
                  .expires = e.expires,
                  .rule = e.rule,
                  .promotion = e.promotion,
                  .issuer = e.issuer,
                  .journal = e.journal};
    const auto order = [](const Lot& l) { return std::tuple(l.expires, l.earned, l.id); };
    const auto place =
        std::upper_bound(purse.lots.begin(), purse.lots.end(), lot,
                         [&](const Lot& a, const Lot& b) { return order(a) < order(b); });
    purse.lots.insert(place, lot);
  }
  void operator()(const PointsDebited& e) const {
    take(purse_of(member, e.currency, false), e.uses, e.points);
  }
  void operator()(const PointsExpired& e) const {
    take(purse_of(member, e.currency, false), e.uses, e.points);
  }
  void operator()(const QualifyingReset& e) const {
    Purse& purse = purse_of(member, e.currency, true);
    invariant(purse.available == e.points, "a reset takes the whole balance");
    purse.before_reset = purse.available;
    purse.available = Points{0};
    purse.reset_at = never;
  }
  void operator()(const TierUpgraded& e) const { set_tier(member, e); }
  void operator()(const TierRetained& e) const { set_tier(member, e); }
  void operator()(const TierDowngraded& e) const { set_tier(member, e); }
  void operator()(const BenefitGranted& e) const {
    member.benefits.insert(
        std::lower_bound(member.benefits.begin(), member.benefits.end(), e.benefit), e.benefit);
  }
  void operator()(const BenefitEnded& e) const { std::erase(member.benefits, e.benefit); }
  void operator()(const PromotionEnrolled& e) const {
    Participation& part = participation_of(member, e.promotion);
    part.enrolled = true;
    part.left = false;
    part.enrolled_on = e.day;
  }
  void operator()(const PromotionLeft& e) const {
    Participation& part = participation_of(member, e.promotion);
    part.enrolled = false;
    part.left = true;
    if (part.finished) return;  // what was won stays won
    part.completed = 0;
    part.milestones = 0;
  }
  void operator()(const ProgressUpdated& e) const {
    participation_of(member, e.promotion).completed = e.completed;
  }
  void operator()(const MilestoneReached& e) const {
    participation_of(member, e.promotion).milestones |= std::uint64_t{1} << e.index;
  }
  void operator()(const PromotionCompleted& e) const {
    Participation& part = participation_of(member, e.promotion);
    ++part.completions;
    if (!e.repeats) {
      part.finished = true;
      return;
    }
    ++part.cycle;
    part.completed = e.carried;
    part.milestones = 0;
  }
  void operator()(const RewardIssued& e) const {
    if (e.benefit) member.awarded.push_back(e.benefit);
  }
  void operator()(const RewardNear&) const {}
  void operator()(const RewardReachable&) const {}
  void operator()(const VoucherIssued& e) const {
    member.vouchers.push_back({.id = member.sequence,
                               .definition = e.definition,
                               .remaining = e.value,
                               .issued = at,
                               .expires = e.expires,
                               .status = VoucherStatus::issued});
  }
  void operator()(const VoucherUsed& e) const {
    Voucher& voucher = voucher_of(member, e.voucher);
    invariant(voucher.status == VoucherStatus::issued, "only an issued voucher is used");
    voucher.remaining = e.remaining;
    if (e.spent) voucher.status = VoucherStatus::redeemed;
  }
  void operator()(const VoucherExpired& e) const {
    voucher_of(member, e.voucher).status = VoucherStatus::expired;
  }
  void operator()(const VoucherCancelled& e) const {
    voucher_of(member, e.voucher).status = VoucherStatus::cancelled;
  }
  void operator()(const RedemptionMade&) const {}
  void operator()(const PartnerLiabilityArisen&) const {}
};

}  // namespace

void evolve(Member& member, Instant at, const MemberEvent& event) {
  invariant(at >= member.last_event, "the time of a member's facts never goes back");
  ++member.sequence;
  std::visit(Apply{member, at}, event);
  member.last_event = at;
}

const Purse* Member::purse(CurrencyId currency) const {
  for (const auto& candidate : purses) {
    if (candidate.currency == currency) return &candidate;
  }
  return nullptr;
}

Points Member::balance(CurrencyId currency) const {
  const Purse* found = purse(currency);
  return found ? found->available : Points{0};
}

TierId Member::tier(TierGroupId group) const {
  for (const auto& standing : tiers) {
    if (standing.group == group) return standing.tier;
  }
  return {};
}

bool Member::holds(TierId wanted) const {
  return std::any_of(tiers.begin(), tiers.end(),
                     [wanted](const TierStanding& standing) { return standing.tier == wanted; });
}

const Participation* Member::participation(PromotionId promotion) const {
  for (const auto& entry : promotions) {
    if (entry.promotion == promotion) return &entry;
  }
  return nullptr;
}

const Voucher* Member::voucher(Sequence wanted) const {
  for (const auto& entry : vouchers) {
    if (entry.id == wanted) return &entry;
  }
  return nullptr;
}

}  // namespace loyalty::domain
