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

bool comes_before(const Lot& a, const Lot& b) {
  return std::tie(a.expires, a.earned, a.id) < std::tie(b.expires, b.earned, b.id);
}

/// Puts a credit, or a part of one, where it belongs.
void put(Queue<Lot>& lots, const Lot& lot) {
  const auto place = std::lower_bound(lots.begin(), lots.end(), lot, comes_before);
  if (place != lots.end() && place->id == lot.id) {
    place->remaining += lot.remaining;
  } else {
    lots.insert(place, lot);
  }
}

void give_back(Purse& purse, const std::vector<Lot>& lots) {
  for (const auto& lot : lots) {
    put(purse.lots, lot);
    purse.available += lot.remaining;
  }
}

/// Takes points out of lots and returns the parts taken. Uses mostly name lots in their order, so
/// each is looked for behind the one before it first.
std::vector<Lot> take(Purse& purse, const std::vector<LotUse>& uses) {
  std::vector<Lot> parts;
  std::size_t emptied = 0;
  auto next = purse.lots.begin();
  for (const auto& use : uses) {
    const auto suffices = [&](const Lot& lot) {
      return lot.id == use.lot && lot.remaining >= use.points;
    };
    auto lot = std::find_if(next, purse.lots.end(), suffices);
    if (lot == purse.lots.end()) lot = std::find_if(purse.lots.begin(), next, suffices);
    invariant(lot != purse.lots.end() && suffices(*lot),
              "a debit takes no more from a lot than is left of it");
    lot->remaining -= use.points;
    purse.available -= use.points;
    emptied += lot->remaining == Points{0} ? 1 : 0;
    parts.push_back(*lot);
    parts.back().remaining = use.points;
    next = std::next(lot);
  }
  const auto is_empty = [](const Lot& lot) { return lot.remaining == Points{0}; };
  for (; !purse.lots.empty() && is_empty(purse.lots.front()); --emptied) purse.lots.pop_front();
  if (emptied > 0) purse.lots.erase_if(is_empty);
  return parts;
}

/// Takes all of `points`; what the lots do not cover is owed from now on.
void take_or_owe(Purse& purse, const std::vector<LotUse>& uses, Points points, Sequence debit) {
  for (const auto& part : take(purse, uses)) points -= part.remaining;
  invariant(points >= Points{0}, "the uses of a debit sum to no more than the debit");
  if (points == Points{0}) return;
  purse.available -= points;
  purse.arrears.push_back({debit, points});
}

void take_all(Purse& purse, const std::vector<LotUse>& uses, Points points) {
  for (const auto& part : take(purse, uses)) points -= part.remaining;
  invariant(points == Points{0}, "the uses of a debit sum to the debit");
}

void owe_less(Purse& purse, Sequence debit, Points points) {
  const auto arrears = std::find_if(purse.arrears.begin(), purse.arrears.end(),
                                    [&](const Arrears& a) { return a.debit == debit; });
  invariant(arrears != purse.arrears.end() && arrears->points >= points,
            "no more is paid than is owed");
  arrears->points -= points;
  if (arrears->points == Points{0}) purse.arrears.erase(arrears);
}

/// Takes points out of a held credit and returns that part.
Lot take_from_escrow(Purse& purse, Sequence credit, Points points) {
  const auto lot = std::find_if(purse.escrow.begin(), purse.escrow.end(),
                                [&](const Lot& candidate) { return candidate.id == credit; });
  invariant(lot != purse.escrow.end() && lot->remaining >= points,
            "no more leaves escrow than is in it");
  Lot part = *lot;
  part.remaining = points;
  part.releases = never;
  lot->remaining -= points;
  if (lot->remaining == Points{0}) purse.escrow.erase(lot);
  return part;
}

template <class Credit>
Lot lot_of(const Credit& e, Sequence id) {
  return {.id = id,
          .original = e.points,
          .remaining = e.points,
          .earned = e.earned,
          .expires = e.expires,
          .rule = e.rule,
          .promotion = e.promotion,
          .issuer = e.issuer,
          .journal = e.journal,
          .subtype = e.subtype,
          .releases = never};
}

void count_activity(Member& member, const JournalRecorded& e) {
  auto& days = member.activity_days;
  const auto is_old = [&](const ActivityDay& entry) {
    return entry.day.days <= e.day.days - max_look_back_days;
  };
  if (!days.empty() && is_old(days.front())) std::erase_if(days, is_old);
  const auto end =
      std::upper_bound(days.begin(), days.end(), e.day,
                       [](LocalDay day, const ActivityDay& entry) { return day < entry.day; });
  for (auto entry = end; entry != days.begin() && std::prev(entry)->day == e.day; --entry) {
    if (std::prev(entry)->type == e.type) {
      ++std::prev(entry)->count;
      return;
    }
  }
  days.insert(end, {e.day, e.type, 1});
}

/// Periods that are over are remembered for late activity: the last one, and those of two months.
void count_cap_use(std::vector<CapUse>& caps, const CapUsed& e) {
  constexpr std::int32_t remembered_days = 62;
  LocalDay last{INT32_MIN};
  for (auto& use : caps) {
    if (use.rule != e.rule) continue;
    if (use.window == e.window) {
      use.points += e.points;
      return;
    }
    if (use.window < e.window) last = std::max(last, use.window);
  }
  if (e.points <= Points{0}) return;  // given back for a period that is forgotten
  std::erase_if(caps, [&](const CapUse& use) {
    return use.rule == e.rule && use.window < last &&
           use.window.days < e.window.days - remembered_days;
  });
  caps.push_back({e.rule, e.window, e.points});
}

template <class Change>
void set_tier(Member& member, const Change& change, bool overridden) {
  for (auto& standing : member.tiers) {
    if (standing.group != change.group) continue;
    standing.tier = change.to;
    standing.effective = change.effective;
    standing.expires = change.expires;
    standing.overridden = overridden;
    return;
  }
  member.tiers.push_back({change.group, change.to, change.effective, change.expires, overridden});
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
      member.tiers.push_back({tier.group, tier.tier, e.day, never, false});
    }
  }
  void operator()(const JournalRecorded& e) const {
    if (!e.restarts_clock) return;
    member.last_activity = std::max(member.last_activity, e.day);
    count_activity(member, e);
  }
  void operator()(const JournalReversed&) const {}
  void operator()(const MemberStatusChanged& e) const {
    member.status = e.status;
    member.into = e.into;
    if (e.status == MemberStatus::erased) forget_person();
  }
  void operator()(const DeliveriesTaken& e) const { move_on(member.cursors, e.cursor); }
  void operator()(const GroupShareChanged& e) const {
    const auto known = std::ranges::find(member.groups, e.group, &GroupShare::group);
    if (known == member.groups.end()) {
      member.groups.push_back({e.group, e.percent});
    } else if (e.percent == 0) {
      member.groups.erase(known);
    } else {
      known->percent = e.percent;
    }
  }
  void operator()(const SegmentsChanged& e) const { member.segments = e.segments; }
  void operator()(const CapUsed& e) const { count_cap_use(member.caps, e); }
  void operator()(const JournalProcessed&) const {}
  void operator()(const PointsScheduled& e) const {
    member.pending.push_back({member.sequence, at, e});
  }
  void operator()(const PointsCredited& e) const {
    fulfil(e.scheduled);
    Purse& purse = purse_of(member, e.currency, e.qualifying);
    purse.available += e.points;
    if (e.qualifying) {
      purse.reset_at = e.expires;
    } else {
      put(purse.lots, lot_of(e, member.sequence));
    }
  }
  void operator()(const PointsEscrowed& e) const {
    fulfil(e.scheduled);
    Lot lot = lot_of(e, member.sequence);
    lot.releases = e.releases;
    auto& held = purse_of(member, e.currency, e.qualifying).escrow;
    const auto place = std::upper_bound(
        held.begin(), held.end(), e.releases,
        [](Instant releases, const Lot& other) { return releases < other.releases; });
    held.insert(place, lot);
  }
  void operator()(const EscrowReleased& e) const {
    Purse& purse = purse_of(member, e.currency, e.qualifying);
    Lot lot = take_from_escrow(purse, e.credit, e.points);
    purse.available += e.points;
    if (e.qualifying) {
      purse.reset_at = e.expires;
      return;
    }
    lot.expires = e.expires;
    put(purse.lots, lot);
  }
  void operator()(const EscrowCancelled& e) const {
    take_from_escrow(purse_of(member, e.currency, false), e.credit, e.points);
  }
  void operator()(const ScheduledCancelled& e) const {
    const auto pending = std::ranges::find(member.pending, e.scheduled, &PendingCredit::id);
    invariant(pending != member.pending.end() && pending->what.points >= e.points,
              "no more is cancelled than was to come");
    pending->what.points -= e.points;
    if (pending->what.points == Points{0}) member.pending.erase(pending);
  }
  void operator()(const PointsDebited& e) const {
    Purse& purse = purse_of(member, e.currency, e.qualifying);
    if (e.hold != 0) {
      std::erase_if(member.set_aside, [&](const Hold& hold) { return hold.id == e.hold; });
    } else if (e.qualifying) {
      take_qualifying(purse, e.points);
    } else {
      take_or_owe(purse, e.uses, e.points, member.sequence);
    }
  }
  void operator()(const ArrearsCreated&) const {}
  void operator()(const ArrearsRepaid& e) const {
    Purse& purse = purse_of(member, e.currency, false);
    owe_less(purse, e.debit, e.points);
    purse.available += e.points;
    take_all(purse, {{e.credit, e.points}}, e.points);
  }
  void operator()(const PointsClawedBack& e) const {
    Purse& purse = purse_of(member, e.currency, e.qualifying);
    if (e.qualifying) {
      take_qualifying(purse, e.points);
    } else {
      take_or_owe(purse, e.uses, e.points, member.sequence);
    }
  }
  void operator()(const ClawbackWaived&) const {}
  void operator()(const PointsHeld& e) const {
    Purse& purse = purse_of(member, e.currency, false);
    member.set_aside.push_back({.id = member.sequence,
                                .currency = e.currency,
                                .points = e.points,
                                .lots = take(purse, e.uses),
                                .expires = e.expires,
                                .offer = e.offer,
                                .quantity = e.quantity});
  }
  void operator()(const HoldReleased& e) const {
    const auto hold = std::ranges::find(member.set_aside, e.hold, &Hold::id);
    invariant(hold != member.set_aside.end(), "a hold ends once");
    give_back(purse_of(member, hold->currency, false), hold->lots);
    member.set_aside.erase(hold);
  }
  void operator()(const PointsReinstated& e) const {
    give_back(purse_of(member, e.currency, false), e.lots);
  }
  void operator()(const PointsSent& e) const {
    take_all(purse_of(member, e.currency, false), e.uses, e.points);
  }
  void operator()(const PointsReceived& e) const {
    // The credits were another member's: here they are named by this fact.
    for (Lot lot : e.lots) {
      lot.id = member.sequence;
      Purse& purse = purse_of(member, e.currency, false);
      purse.available += lot.remaining;
      purse.lots.insert(std::upper_bound(purse.lots.begin(), purse.lots.end(), lot, comes_before),
                        lot);
    }
  }
  void operator()(const RedemptionCancelled& e) const {
    Purse& purse = purse_of(member, e.currency, false);
    if (e.arrears > Points{0}) {
      owe_less(purse, e.debit, e.arrears);
      purse.available += e.arrears;
    }
    give_back(purse, e.lots);
  }
  void operator()(const PointsExpired& e) const {
    take_all(purse_of(member, e.currency, false), e.uses, e.points);
  }
  void operator()(const QualifyingReset& e) const {
    Purse& purse = purse_of(member, e.currency, true);
    invariant(purse.available == e.points, "a reset takes the whole balance");
    purse.before_reset = purse.available;
    purse.available = Points{0};
    purse.reset_at = never;
  }
  void operator()(const TierUpgraded& e) const { set_tier(member, e, false); }
  void operator()(const TierRetained& e) const { set_tier(member, e, false); }
  void operator()(const TierDowngraded& e) const { set_tier(member, e, false); }
  void operator()(const TierOverridden& e) const { set_tier(member, e, true); }
  void operator()(const BenefitGranted& e) const {
    member.benefits.insert(
        std::lower_bound(member.benefits.begin(), member.benefits.end(), e.benefit), e.benefit);
    if (e.until != never) member.benefit_ends.push_back({e.benefit, e.until});
  }
  void operator()(const BenefitEnded& e) const {
    std::erase(member.benefits, e.benefit);
    if (e.lapsed) std::erase(member.awarded, e.benefit);
    std::erase_if(member.benefit_ends,
                  [&](const BenefitEnd& end) { return end.benefit == e.benefit; });
  }
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
    Participation& part = participation_of(member, e.promotion);
    ++part.rewards_given;
    part.points_given += e.points;
    part.vouchers_given += e.voucher ? 1 : 0;
    part.liability_given += e.liability;
  }
  void operator()(const RewardWithheld&) const {}
  void operator()(const BenefitWon& e) const { member.awarded.push_back(e.benefit); }
  void operator()(const CompletionRevoked& e) const {
    Participation& part = participation_of(member, e.promotion);
    --part.completions;
    part.finished = false;
    part.cycle = e.cycle;
    part.completed = e.completed;
    part.milestones |= e.milestones;
    const auto benefit = std::ranges::find(member.awarded, e.benefit);
    if (e.benefit && benefit != member.awarded.end()) member.awarded.erase(benefit);
  }
  void operator()(const RewardReturned& e) const {
    // Never below zero: an older release did not count everything that it gave.
    Participation& part = participation_of(member, e.promotion);
    part.rewards_given -= std::min(part.rewards_given, e.rewards);
    part.points_given -= std::min(part.points_given, e.points);
    part.vouchers_given -= std::min(part.vouchers_given, e.vouchers);
    part.liability_given -= std::min(part.liability_given, e.liability);
  }
  void operator()(const BenefitRevoked& e) const {
    const auto won = std::ranges::find(member.awarded, e.benefit);
    if (won != member.awarded.end()) member.awarded.erase(won);
  }
  void operator()(const RewardNear&) const {}
  void operator()(const RewardReachable&) const {}
  void operator()(const VoucherIssued& e) const {
    member.vouchers.push_back({.id = member.sequence,
                               .definition = e.definition,
                               .remaining = e.value,
                               .issued = at,
                               .expires = e.expires,
                               .status = VoucherStatus::issued,
                               .reserved_until = never,
                               .promotion = e.promotion,
                               .journal = e.journal});
  }
  void operator()(const VoucherReserved& e) const {
    Voucher& voucher = voucher_of(member, e.voucher);
    voucher.status = VoucherStatus::reserved;
    voucher.reserved_until = e.until;
  }
  void operator()(const VoucherReservationEnded& e) const {
    Voucher& voucher = voucher_of(member, e.voucher);
    voucher.status = VoucherStatus::issued;
    voucher.reserved_until = never;
  }
  void operator()(const VoucherUsed& e) const {
    Voucher& voucher = voucher_of(member, e.voucher);
    voucher.remaining = e.remaining;
    voucher.status = e.spent ? VoucherStatus::redeemed : VoucherStatus::issued;
    voucher.reserved_until = never;
  }
  void operator()(const VoucherExpired& e) const {
    voucher_of(member, e.voucher).status = VoucherStatus::expired;
  }
  void operator()(const VoucherCancelled& e) const {
    voucher_of(member, e.voucher).status = VoucherStatus::cancelled;
  }
  void operator()(const RedemptionMade&) const {}
  void operator()(const PartnerLiabilityArisen&) const {}

 private:
  /// What is left is the balanced ledger (domain.md F62).
  void forget_person() const {
    member.segments.clear();
    member.activity_days.clear();
    member.promotions.clear();
    member.groups.clear();
    member.caps.clear();
  }
  /// A credit that was to come has come.
  void fulfil(Sequence scheduled) const {
    if (scheduled == 0) return;
    std::erase_if(member.pending,
                  [&](const PendingCredit& pending) { return pending.id == scheduled; });
  }
  static void take_qualifying(Purse& purse, Points points) {
    purse.available -= points;
    invariant(purse.available >= Points{0}, "a qualifying balance never drops below zero");
  }
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

Points Purse::escrowed() const {
  Points total;
  for (const auto& lot : escrow) total += lot.remaining;
  return total;
}

Points Purse::owed() const {
  Points total;
  for (const auto& entry : arrears) total += entry.points;
  return total;
}

const Hold* Member::hold(Sequence wanted) const {
  for (const auto& entry : set_aside) {
    if (entry.id == wanted) return &entry;
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
