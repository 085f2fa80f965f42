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
    add({.table = T::stock, .measure = M::members, .amount = 1});
    for (const auto& tier : e.tiers) move({}, tier.tier);
  }
  void operator()(const MemberStatusChanged& e) const {
    if (has_left(before.status) || !has_left(e.status)) return;
    members(M::left, 1);
    add({.table = T::stock, .measure = M::members, .amount = -1});
    for (const auto& standing : before.tiers) holders(standing.tier, -1);
  }
  void operator()(const TierUpgraded& e) const { move(e.from, e.to); }
  void operator()(const TierDowngraded& e) const { move(e.from, e.to); }
  void operator()(const TierOverridden& e) const { move(e.from, e.to); }
  void operator()(const TierRetained& e) const { tier(e.to, M::retained); }

  // --- what members do -------------------------------------------------------------------------
  void operator()(const JournalRecorded& e) const {
    const std::uint32_t category = to.begin(before.sequence + 1, e.category);
    if (e.restarts_clock && e.day > before.last_activity) restart_clock(e.day);
    if (!is_activity(e)) return;
    deed(e.partner, category,
         {{M::activities, 1},
          {M::amount, e.amount.value},
          {M::eligible_amount, e.eligible_amount.value},
          {M::units, e.units}});
  }
  void operator()(const JournalReversed& e) const {
    deed(e.partner, to.begin(e.journal, e.category),
         {{M::returns, 1}, {M::returned_amount, e.returned_amount.value}});
  }
  void operator()(const RedemptionMade& e) const {
    deed(e.partner, to.category_of(e.journal), {{M::redemptions, 1}});
  }
  void operator()(const PartnerLiabilityArisen& e) const {
    add({.table = T::activity,
         .measure = M::partner_liability,
         .first = e.partner.number,
         .text = to.category_of(e.journal),
         .when = day.days,
         .amount = e.money.value});
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
    share(lot.issuer, 0, e.currency, M::released, e.points);
    points(e.currency, lot.subtype, M::released, e.points);
    stand(e.currency, lot.subtype, M::in_escrow, -e.points);
    come(e.currency, e.qualifying, {lot.subtype, lot.issuer, e.expires, e.points});
  }
  void operator()(const PointsReinstated& e) const {
    share({}, 0, e.currency, M::reinstated, e.points);
    for (const auto& lot : e.lots) points(e.currency, lot.subtype, M::reinstated, lot.remaining);
    come_back(e.currency, e.lots);
  }
  void operator()(const PointsReceived& e) const {
    share({}, 0, e.currency, M::received, e.points);
    for (const auto& lot : e.lots) {
      points(e.currency, lot.subtype, M::received, lot.remaining);
      come(e.currency, false, part(lot));
    }
  }
  void operator()(const RedemptionCancelled& e) const {
    const std::uint32_t category = to.counts_.text(e.category);
    deed(e.partner, category, {{M::cancellations, 1}});
    share(e.partner, category, e.currency, M::given_back, e.points);
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
    share({}, 0, e.currency, M::expired, e.points);
    take(e.currency, e.uses, M::expired);
  }
  void operator()(const PointsSent& e) const {
    share({}, 0, e.currency, M::sent, e.points);
    take(e.currency, e.uses, M::sent);
  }
  void operator()(const QualifyingReset& e) const {
    share({}, 0, e.currency, M::reset, e.points);
    points(e.currency, {}, M::reset, e.points);
    stand(e.currency, {}, M::outstanding, -e.points);
  }
  void operator()(const ArrearsRepaid& e) const {
    stand(e.currency, {}, M::arrears, -e.points);
    for (const auto& lot : parts_of(before, e.currency, {{e.credit, e.points}})) {
      go(e.currency, part(lot));
    }
  }

  // --- points set aside ------------------------------------------------------------------------
  void operator()(const PointsHeld& e) const {
    for (const auto& lot : parts_of(before, e.currency, e.uses)) {
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

  void add(const ReportCount& count) const { to.counts_.add(count); }
  void members(ReportMeasure measure, std::int64_t amount) const {
    add({.table = T::members, .measure = measure, .when = day.days, .amount = amount});
  }
  void holders(TierId tier, std::int64_t amount) const {
    add({.table = T::stock, .measure = M::holders, .third = tier.number, .amount = amount});
  }
  void tier(TierId tier, ReportMeasure measure) const {
    add({.table = T::tier,
         .measure = measure,
         .first = tier.number,
         .when = day.days,
         .amount = 1});
  }
  void move(TierId from, TierId into) const {
    if (from == into) return;
    const bool counts = !has_left(before.status);
    if (from) {
      tier(from, M::tier_out);
      if (counts) holders(from, -1);
    }
    if (into) {
      tier(into, M::tier_in);
      if (counts) holders(into, 1);
    }
  }
  /// Something done, at a partner or at the program itself.
  void deed(PartnerId partner, std::uint32_t category,
            std::initializer_list<std::pair<ReportMeasure, std::int64_t>> what) const {
    for (const auto& [measure, amount] : what) {
      add({.table = T::activity,
           .measure = measure,
           .first = partner.number,
           .text = category,
           .when = day.days,
           .amount = amount});
    }
    for (const auto& standing : before.tiers) {
      for (const auto& [measure, amount] : what) {
        add({.table = T::tier,
             .measure = measure,
             .first = standing.tier.number,
             .when = day.days,
             .amount = amount});
      }
    }
  }
  /// Points by the activity they are for, and by tier.
  void share(PartnerId partner, std::uint32_t category, CurrencyId currency, ReportMeasure measure,
             Points amount) const {
    add({.table = T::activity,
         .measure = measure,
         .first = partner.number,
         .second = currency.number,
         .text = category,
         .when = day.days,
         .amount = amount.value});
    for (const auto& standing : before.tiers) {
      add({.table = T::tier,
           .measure = measure,
           .first = standing.tier.number,
           .second = currency.number,
           .when = day.days,
           .amount = amount.value});
    }
  }
  void points(CurrencyId currency, SubtypeId subtype, ReportMeasure measure, Points amount) const {
    add({.table = T::points,
         .measure = measure,
         .first = currency.number,
         .second = subtype.number,
         .when = day.days,
         .amount = amount.value});
  }
  /// What there is changes: on this day, and now.
  void stand(CurrencyId currency, SubtypeId subtype, ReportMeasure measure, Points amount) const {
    points(currency, subtype, measure, amount);
    add({.table = T::stock,
         .measure = measure,
         .first = currency.number,
         .second = subtype.number,
         .amount = amount.value});
  }
  void lots(CurrencyId currency, const Part& what, std::int64_t sign) const {
    const bool dated = what.expires != never;
    add({.table = dated ? T::lots : T::idle,
         .measure = M::outstanding,
         .first = currency.number,
         .second = what.subtype.number,
         .third = dated ? what.issuer.number : 0,
         .when = dated ? what.expires.ms : before.last_activity.days,
         .amount = sign * what.points.value});
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
    for (const auto& lot : parts_of(before, currency, uses)) {
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
  std::uint32_t origin_of(const Credit& e) const {
    if (e.scheduled == 0) return to.category_of(e.journal);
    const auto pending = std::ranges::find(before.pending, e.scheduled, &PendingCredit::id);
    return pending == before.pending.end() ? to.category_of(e.journal)
                                           : to.counts_.text(pending->what.category);
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
    ReportCount count{.table = T::idle,
                      .measure = M::outstanding,
                      .first = currency.number,
                      .second = subtype.number,
                      .when = before.last_activity.days,
                      .amount = -amount.value};
    add(count);
    count.when = now.days;
    count.amount = amount.value;
    add(count);
  }
};

void FactCounter::see(const Member& before, Instant at, const MemberEvent& event) {
  constexpr std::size_t usual_counts = 32;
  if (counts_.empty()) counts_.reserve(usual_counts);
  visit(Visit{*this, before, day_of(at)}, event);
}

LocalDay FactCounter::day_of(Instant at) {
  // Within a turn time mostly stands still.
  if (at == day_of_) return day_;
  day_ = catalogue_.zone.day_of(at);
  day_of_ = at;
  return day_;
}

std::uint32_t FactCounter::category_of(Sequence journal) const {
  if (origin_.journal == journal) return origin_.category;
  for (auto origin = earlier_.rbegin(); origin != earlier_.rend(); ++origin) {
    if (origin->journal == journal) return origin->category;
  }
  return 0;
}

std::uint32_t FactCounter::begin(Sequence journal, const std::string& category) {
  if (origin_.journal != 0) earlier_.push_back(origin_);
  origin_ = {journal, counts_.text(category)};
  return origin_.category;
}

}  // namespace loyalty::domain
