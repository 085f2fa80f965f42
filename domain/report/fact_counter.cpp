// SPDX-License-Identifier: Apache-2.0
#include "domain/report/fact_counter.hpp"

#include <algorithm>
#include <initializer_list>
#include <type_traits>
#include <utility>

#include "domain/member/evolve/lots.hpp"
#include "domain/member/granted.hpp"
#include "domain/member/past.hpp"

namespace loyalty::domain {
namespace {

using M = ReportMeasure;
using T = ReportTable;

/// Facts that reports do not show. They are listed, so that a new fact is not forgotten here.
template <class Event>
concept Uncounted =
    std::is_same_v<Event, JournalProcessed> || std::is_same_v<Event, PointsScheduled> ||
    std::is_same_v<Event, BenefitGranted> || std::is_same_v<Event, BenefitEnded> ||
    std::is_same_v<Event, PromotionEnrolled> || std::is_same_v<Event, PromotionLeft> ||
    std::is_same_v<Event, ProgressUpdated> || std::is_same_v<Event, MilestoneReached> ||
    std::is_same_v<Event, PromotionCompleted> || std::is_same_v<Event, RewardIssued> ||
    std::is_same_v<Event, RewardNear> || std::is_same_v<Event, RewardReachable> ||
    std::is_same_v<Event, VoucherIssued> || std::is_same_v<Event, VoucherUsed> ||
    std::is_same_v<Event, VoucherExpired> || std::is_same_v<Event, VoucherCancelled> ||
    std::is_same_v<Event, SegmentsChanged> || std::is_same_v<Event, CapUsed> ||
    std::is_same_v<Event, ScheduledCancelled> || std::is_same_v<Event, ArrearsCreated> ||
    std::is_same_v<Event, ClawbackWaived> || std::is_same_v<Event, VoucherReserved> ||
    std::is_same_v<Event, VoucherReservationEnded> || std::is_same_v<Event, RewardWithheld> ||
    std::is_same_v<Event, CompletionRevoked> || std::is_same_v<Event, BenefitWon> ||
    std::is_same_v<Event, DeliveriesTaken> || std::is_same_v<Event, GroupShareChanged> ||
    std::is_same_v<Event, RewardReturned> || std::is_same_v<Event, BenefitRevoked>;

}  // namespace

struct FactCounter::Visit {
  FactCounter& to;
  const Member& before;
  LocalDay day;

  // --- members ---------------------------------------------------------------------------------
  void operator()(const MemberEnrolled& e) const {
    members(M::enrolled, 1);
    add({.table = T::stock}, M::members, 1);
    for (const auto& tier : e.tiers) move({}, tier.tier);
  }
  void operator()(const MemberStatusChanged& e) const {
    if (has_left(before.status) || !has_left(e.status)) return;
    members(M::left, 1);
    add({.table = T::stock}, M::members, -1);
    for (const auto& standing : before.tiers) holders(standing.tier, -1);
  }
  void operator()(const TierUpgraded& e) const { move(e.from, e.to); }
  void operator()(const TierDowngraded& e) const { move(e.from, e.to); }
  void operator()(const TierOverridden& e) const { move(e.from, e.to); }
  void operator()(const TierRetained& e) const {
    add({.table = T::tier, .when = day.days, .first = e.to.number}, M::retained, 1);
  }

  // --- what members do -------------------------------------------------------------------------
  void operator()(const JournalRecorded& e) const {
    to.origins_.push_back({before.sequence + 1, e.partner, e.category});
    if (e.restarts_clock && e.day > before.last_activity) restart_clock(e.day);
    if (!is_activity(e)) return;
    deed(e.partner, e.category,
         {{M::activities, 1},
          {M::amount, e.amount.value},
          {M::eligible_amount, e.eligible_amount.value},
          {M::units, e.units}});
  }
  void operator()(const JournalReversed& e) const {
    to.origins_.push_back({e.journal, e.partner, e.category});
    deed(e.partner, e.category, {{M::returns, 1}, {M::returned_amount, e.returned_amount.value}});
  }
  void operator()(const RedemptionMade& e) const {
    deed(e.partner, to.category_of(e.journal), {{M::redemptions, 1}});
  }
  void operator()(const PartnerLiabilityArisen& e) const {
    add({.table = T::activity,
         .when = day.days,
         .first = e.partner.number,
         .text = to.category_of(e.journal)},
        M::partner_liability, e.money.value);
  }

  // --- points come -----------------------------------------------------------------------------
  void operator()(const PointsCredited& e) const {
    share(e.issuer, origin_of(e), e.currency, M::credited, e.points);
    points(e.currency, e.subtype, M::credited, e.points);
    come(e.currency, e.qualifying, {e.subtype, e.issuer, e.expires, e.points});
  }
  void operator()(const PointsEscrowed& e) const {
    share(e.issuer, origin_of(e), e.currency, M::escrowed, e.points);
    points(e.currency, e.subtype, M::escrowed, e.points);
    stand(e.currency, e.subtype, M::in_escrow, e.points);
  }
  void operator()(const EscrowReleased& e) const {
    const Lot& lot = in_escrow(e.currency, e.credit);
    share(lot.issuer, {}, e.currency, M::released, e.points);
    points(e.currency, lot.subtype, M::released, e.points);
    stand(e.currency, lot.subtype, M::in_escrow, -e.points);
    come(e.currency, e.qualifying, {lot.subtype, lot.issuer, e.expires, e.points});
  }
  void operator()(const PointsReinstated& e) const {
    share({}, {}, e.currency, M::reinstated, e.points);
    for (const auto& lot : e.lots) points(e.currency, lot.subtype, M::reinstated, lot.remaining);
    come_back(e.currency, e.lots);
  }
  void operator()(const PointsReceived& e) const {
    share({}, {}, e.currency, M::received, e.points);
    for (const auto& lot : e.lots) {
      points(e.currency, lot.subtype, M::received, lot.remaining);
      come(e.currency, false, part(lot));
    }
  }
  void operator()(const RedemptionCancelled& e) const {
    deed(e.partner, e.category, {{M::cancellations, 1}});
    share(e.partner, e.category, e.currency, M::given_back, e.points);
    points(e.currency, {}, M::given_back, e.arrears);
    stand(e.currency, {}, M::arrears, -e.arrears);
    for (const auto& lot : e.lots) points(e.currency, lot.subtype, M::given_back, lot.remaining);
    come_back(e.currency, e.lots);
  }

  // --- points go -------------------------------------------------------------------------------
  void operator()(const PointsDebited& e) const {
    const ReportMeasure what = e.correction ? M::adjusted : M::debited;
    share(e.partner, to.category_of(e.journal), e.currency, what, e.points);
    if (const Hold* hold = before.hold(e.hold); e.hold != 0 && hold != nullptr) {
      for (const auto& lot : hold->lots) {
        points(e.currency, lot.subtype, what, lot.remaining);
        stand(e.currency, lot.subtype, M::outstanding, -lot.remaining);
        stand(e.currency, lot.subtype, M::held, -lot.remaining);
      }
      return;
    }
    take_or_owe(e, what);
  }
  void operator()(const PointsClawedBack& e) const {
    share(e.issuer, to.category_of(e.journal), e.currency, M::taken_back, e.points);
    take_or_owe(e, M::taken_back);
  }
  void operator()(const EscrowCancelled& e) const {
    const SubtypeId subtype = in_escrow(e.currency, e.credit).subtype;
    share(e.issuer, to.category_of(e.journal), e.currency, M::taken_back, e.points);
    points(e.currency, subtype, M::taken_back, e.points);
    stand(e.currency, subtype, M::in_escrow, -e.points);
  }
  void operator()(const PointsExpired& e) const {
    share({}, {}, e.currency, M::expired, e.points);
    take(e.currency, e.uses, M::expired);
  }
  void operator()(const PointsSent& e) const {
    share({}, {}, e.currency, M::sent, e.points);
    take(e.currency, e.uses, M::sent);
  }
  void operator()(const QualifyingReset& e) const {
    share({}, {}, e.currency, M::reset, e.points);
    points(e.currency, {}, M::reset, e.points);
    stand(e.currency, {}, M::outstanding, -e.points);
  }
  void operator()(const ArrearsRepaid& e) const {
    stand(e.currency, {}, M::arrears, -e.points);
    for (const auto& lot : parts_of(*before.purse(e.currency), {{e.credit, e.points}})) {
      go(e.currency, part(lot));
    }
  }

  // --- points set aside ------------------------------------------------------------------------
  void operator()(const PointsHeld& e) const {
    for (const auto& lot : parts_of(*before.purse(e.currency), e.uses)) {
      lots(e.currency, part(lot), -1);
      stand(e.currency, lot.subtype, M::held, lot.remaining);
    }
  }
  void operator()(const HoldReleased& e) const {
    const Hold* hold = before.hold(e.hold);
    if (hold == nullptr) return;
    for (const auto& lot : hold->lots) {
      lots(hold->currency, part(lot), 1);
      stand(hold->currency, lot.subtype, M::held, -lot.remaining);
    }
  }

  template <Uncounted Event>
  void operator()(const Event&) const {}

 private:
  /// A credit, or a part of one, as far as reports tell credits apart.
  struct Part {
    SubtypeId subtype;
    PartnerId issuer;
    Instant expires;
    Points points;
  };
  static Part part(const Lot& lot) { return {lot.subtype, lot.issuer, lot.expires, lot.remaining}; }

  void add(ReportKey key, ReportMeasure measure, std::int64_t amount) const {
    if (amount != 0) to.counts_.push_back({std::move(key), measure, amount});
  }
  void members(ReportMeasure measure, std::int64_t amount) const {
    add({.table = T::members, .when = day.days}, measure, amount);
  }
  void holders(TierId tier, std::int64_t amount) const {
    add({.table = T::stock, .third = tier.number}, M::holders, amount);
  }
  void move(TierId from, TierId into) const {
    if (from == into) return;
    const bool counts = !has_left(before.status);
    if (from) {
      add({.table = T::tier, .when = day.days, .first = from.number}, M::tier_out, 1);
      if (counts) holders(from, -1);
    }
    if (into) {
      add({.table = T::tier, .when = day.days, .first = into.number}, M::tier_in, 1);
      if (counts) holders(into, 1);
    }
  }
  /// Something done, at a partner or at the program itself.
  void deed(PartnerId partner, const std::string& category,
            std::initializer_list<std::pair<ReportMeasure, std::int64_t>> what) const {
    for (const auto& [measure, amount] : what) {
      add({.table = T::activity, .when = day.days, .first = partner.number, .text = category},
          measure, amount);
    }
    for (const auto& standing : before.tiers) {
      for (const auto& [measure, amount] : what) {
        add({.table = T::tier, .when = day.days, .first = standing.tier.number}, measure, amount);
      }
    }
  }
  /// Points by the activity they are for, and by tier.
  void share(PartnerId partner, const std::string& category, CurrencyId currency,
             ReportMeasure measure, Points amount) const {
    add({.table = T::activity,
         .when = day.days,
         .first = partner.number,
         .second = currency.number,
         .text = category},
        measure, amount.value);
    for (const auto& standing : before.tiers) {
      add({.table = T::tier,
           .when = day.days,
           .first = standing.tier.number,
           .second = currency.number},
          measure, amount.value);
    }
  }
  void points(CurrencyId currency, SubtypeId subtype, ReportMeasure measure, Points amount) const {
    add({.table = T::points, .when = day.days, .first = currency.number, .second = subtype.number},
        measure, amount.value);
  }
  /// What there is changes: on this day, and now.
  void stand(CurrencyId currency, SubtypeId subtype, ReportMeasure measure, Points amount) const {
    points(currency, subtype, measure, amount);
    add({.table = T::stock, .first = currency.number, .second = subtype.number}, measure,
        amount.value);
  }
  void lots(CurrencyId currency, const Part& what, std::int64_t sign) const {
    const bool dated = what.expires != never;
    add({.table = dated ? T::lots : T::idle,
         .when = dated ? what.expires.ms : before.last_activity.days,
         .first = currency.number,
         .second = what.subtype.number,
         .third = dated ? what.issuer.number : 0},
        M::outstanding, sign * what.points.value);
  }
  void come(CurrencyId currency, bool qualifying, const Part& what) const {
    stand(currency, what.subtype, M::outstanding, what.points);
    if (!qualifying) lots(currency, what, 1);
  }
  /// What comes back joins what is left of its credit, whose end may be another one by now.
  void come_back(CurrencyId currency, const std::vector<Lot>& back) const {
    const Purse* purse = before.purse(currency);
    Queue<Lot> lots = purse ? purse->lots : Queue<Lot>{};
    for (const auto& lot : back) {
      Part joined = part(put(lots, lot));
      joined.points = lot.remaining;
      come(currency, false, joined);
    }
  }
  void go(CurrencyId currency, const Part& what) const {
    stand(currency, what.subtype, M::outstanding, -what.points);
    lots(currency, what, -1);
  }
  /// Takes what the uses name; returns how much that is.
  Points take(CurrencyId currency, const std::vector<LotUse>& uses, ReportMeasure measure) const {
    Points sum;
    if (uses.empty()) return sum;
    for (const auto& lot : parts_of(*before.purse(currency), uses)) {
      points(currency, lot.subtype, measure, lot.remaining);
      go(currency, part(lot));
      sum += lot.remaining;
    }
    return sum;
  }
  template <class Taken>
  void take_or_owe(const Taken& e, ReportMeasure measure) const {
    if (e.qualifying) {
      points(e.currency, {}, measure, e.points);
      stand(e.currency, {}, M::outstanding, -e.points);
      return;
    }
    const Points owed = e.points - take(e.currency, e.uses, measure);
    points(e.currency, {}, measure, owed);
    stand(e.currency, {}, M::arrears, owed);
  }

  const Lot& in_escrow(CurrencyId currency, Sequence credit) const {
    static const Lot nothing;
    const Purse* purse = before.purse(currency);
    if (purse == nullptr) return nothing;
    const auto lot = std::ranges::find(purse->escrow, credit, &Lot::id);
    return lot == purse->escrow.end() ? nothing : *lot;
  }
  /// The category of the activity that a credit is for.
  template <class Credit>
  const std::string& origin_of(const Credit& e) const {
    if (e.scheduled == 0) return to.category_of(e.journal);
    const auto pending = std::ranges::find(before.pending, e.scheduled, &PendingCredit::id);
    return pending == before.pending.end() ? to.category_of(e.journal) : pending->what.category;
  }

  /// Points without an end of their own move with their owner's last activity.
  void restart_clock(LocalDay now) const {
    for (const auto& purse : before.purses) {
      if (purse.qualifying || purse.lots.empty() || purse.lots.back().expires != never) continue;
      const Currency* currency = to.catalogue_.currency(purse.currency);
      const bool alike = purse.lots.front().expires == never &&
                         (currency == nullptr || currency->subtypes.empty());
      if (alike) {
        restart_clock(purse.currency, {}, purse.available + purse.owed(), now);
        continue;
      }
      for (const auto& lot : purse.lots) {
        if (lot.expires == never) restart_clock(purse.currency, lot.subtype, lot.remaining, now);
      }
    }
  }
  void restart_clock(CurrencyId currency, SubtypeId subtype, Points amount, LocalDay now) const {
    const ReportKey key{.table = T::idle,
                        .when = before.last_activity.days,
                        .first = currency.number,
                        .second = subtype.number};
    add(key, M::outstanding, -amount.value);
    ReportKey moved = key;
    moved.when = now.days;
    add(std::move(moved), M::outstanding, amount.value);
  }
};

void FactCounter::see(const Member& before, Instant at, const MemberEvent& event) {
  constexpr std::size_t usual_counts = 32;
  if (counts_.empty()) counts_.reserve(usual_counts);
  std::visit(Visit{*this, before, day_of(at)}, event);
}

LocalDay FactCounter::day_of(Instant at) {
  // Within a turn time mostly stands still.
  if (at == day_of_) return day_;
  day_ = catalogue_.zone.day_of(at);
  day_of_ = at;
  return day_;
}

const std::string& FactCounter::category_of(Sequence journal) const {
  static const std::string none;
  for (auto origin = origins_.rbegin(); origin != origins_.rend(); ++origin) {
    if (origin->journal == journal) return origin->category;
  }
  return none;
}

}  // namespace loyalty::domain
