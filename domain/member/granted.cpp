// SPDX-License-Identifier: Apache-2.0
#include "domain/member/granted.hpp"

#include <algorithm>
#include <array>

#include "domain/member/accruals.hpp"
#include "domain/member/conditions.hpp"
#include "domain/member/liability.hpp"

namespace loyalty::domain {
namespace {

/// Follows what one journal gave through all facts.
class Follow {
 public:
  Follow(Granted& found, const Past& past, Sequence journal)
      : found_(found), past_(past), journal_(journal) {}

  void operator()(const MemberFact& fact, const Member& before) {
    now_ = fact.sequence;
    if (fact.sequence == journal_) begin(fact, before);
    visit(*this, fact.event);
    if (fact.sequence != journal_ && holds_alternative<JournalRecorded>(fact.event)) {
      in_step_ = false;
    }
  }

  void operator()(const PointsScheduled& e) {
    if (e.journal != journal_) return;
    Grant grant = grant_of(e);
    grant.scheduled = now_;
    found_.grants.push_back(grant);
  }
  void operator()(const PointsCredited& e) { credited(e, true); }
  void operator()(const PointsEscrowed& e) { credited(e, false); }
  void operator()(const EscrowReleased& e) {
    for (auto& grant : found_.grants) {
      if (grant.credit == e.credit) counted_.push_back(grant.credit);
    }
  }
  void operator()(const QualifyingReset& e) {
    for (auto& grant : found_.grants) {
      const bool counted = std::ranges::find(counted_, grant.credit) != counted_.end();
      if (grant.qualifying && grant.currency == e.currency && counted) grant.reset = true;
    }
  }
  void operator()(const PointsExpired& e) {
    for (const auto& use : e.uses) lapse(use.lot, use.points);
  }
  void operator()(const PointsReinstated& e) {
    for (const auto& lot : e.lots) lapse(lot.id, -lot.remaining);
  }
  void operator()(const ClawbackWaived& e) {
    if (e.lapsed) lapse(e.credit, -e.points);
  }
  void operator()(const CapUsed& e) {
    if (in_step_ && e.points > Points{0}) found_.caps.push_back(e);
  }
  void operator()(const RewardIssued& e) {
    const Promotion* promotion = in_step_ ? found_.rules->promotion(e.promotion) : nullptr;
    if (promotion != nullptr && promotion->kind == PromotionKind::standard) {
      found_.rewards.push_back(e);
    }
  }
  void operator()(const BenefitWon& e) {
    if (e.journal == journal_) found_.benefits.push_back(e.benefit);
  }
  void operator()(const PartnerLiabilityArisen& e) {
    if (e.journal == journal_ && e.reverses == 0) found_.owed.emplace_back(now_, e);
  }
  void operator()(const JournalReversed& e) {
    in_step_ = false;
    if (e.journal != journal_) return;
    found_.kept = {e.kept_amount, e.kept_units, e.full};
  }
  void operator()(const auto&) {}

 private:
  void begin(const MemberFact& fact, const Member& before) {
    found_.journal = journal_;
    found_.activity = get<JournalRecorded>(fact.event);
    found_.kept = {found_.activity.eligible_amount, found_.activity.units};
    found_.rules = &past_.rules_of(fact);
    found_.then = before;
    in_step_ = true;
  }

  template <class Given>
  static Grant grant_of(const Given& e) {
    Grant grant;
    grant.currency = e.currency;
    grant.qualifying = e.qualifying;
    grant.rule = e.rule;
    grant.issuer = e.issuer;
    grant.points = e.points;
    return grant;
  }

  template <class Given>
  void credited(const Given& e, bool counts) {
    if (e.journal != journal_) return;
    const auto planned = std::ranges::find_if(found_.grants, [&](const Grant& grant) {
      return e.scheduled != 0 && grant.scheduled == e.scheduled;
    });
    if (planned != found_.grants.end()) {
      planned->credit = now_;
    } else {
      Grant grant = grant_of(e);
      grant.credit = now_;
      grant.promotion = e.promotion;
      found_.grants.push_back(grant);
    }
    if (counts) counted_.push_back(now_);
  }

  void lapse(Sequence lot, Points points) {
    for (auto& grant : found_.grants) {
      if (grant.credit == lot && lot != 0) grant.lapsed += points;
    }
  }

  Granted& found_;
  const Past& past_;
  Sequence journal_;
  Sequence now_ = 0;
  bool in_step_ = false;  ///< the facts that the activity caused at once
  std::vector<Sequence> counted_;
};

Deed deed_kept(const Granted& granted, const Kept& kept) {
  Deed deed = deed_of(granted.activity);
  deed.eligible_amount = kept.amount;
  deed.units = kept.units;
  return deed;
}

/// Before caps: they bound what was granted, and that bounds what is kept.
Points by_rule(const Granted& granted, RuleId rule, const Kept& kept) {
  if (kept.nothing) return {};
  const auto all = accruals(*granted.rules, granted.then, deed_kept(granted, kept));
  if (!all) return {};
  for (const auto& accrual : *all) {
    if (accrual.rule->id == rule) return accrual.full;
  }
  return {};
}

/// A rate on money is per major unit: two decimals less.
std::uint8_t extra_scale(Measure measure) { return measure == Measure::amount ? 2 : 0; }

}  // namespace

bool is_activity(const JournalRecorded& journal) {
  // What staff and spending record under journals of their own.
  constexpr std::array<std::string_view, 6> others{"credit",       "debit",      "redemption",
                                                   "cancellation", "adjustment", "reinstatement"};
  return std::ranges::find(others, std::string_view(journal.type)) == others.end();
}

std::optional<Granted> find_granted(const Past& past, Sequence journal) {
  const auto* recorded = past.find<JournalRecorded>(journal);
  if (recorded == nullptr || !is_activity(*recorded)) return std::nullopt;
  Granted found;
  Follow follow(found, past, journal);
  past.relive([&](const MemberFact& fact, const Member& before) { follow(fact, before); });
  return found;
}

std::int64_t measure_kept(const Granted& granted, const Condition& when, Measure measure,
                          const Kept& kept) {
  if (kept.nothing) return 0;
  const Deed deed = deed_kept(granted, kept);
  return matches(when, deed, granted.then) ? measured(measure, deed) : 0;
}

Points points_kept(const Granted& granted, const Grant& grant, const Kept& kept) {
  if (kept == Kept{granted.activity.eligible_amount, granted.activity.units}) return grant.points;
  if (grant.rule) {
    // A rule that is known to no version at hand is returned in full or not at all.
    if (granted.rules->rule(grant.rule) == nullptr) return kept.nothing ? Points{0} : grant.points;
    return std::min(by_rule(granted, grant.rule, kept), grant.points);
  }
  const Promotion* promotion = granted.rules->promotion(grant.promotion);
  if (promotion == nullptr || promotion->kind != PromotionKind::standard) return grant.points;
  const std::int64_t base = measure_kept(granted, promotion->when, promotion->measure, kept);
  if (base == 0) return {};
  const Reward& reward = promotion->reward;
  if (reward.rate.mantissa == 0) return grant.points;
  const auto points =
      multiply(base, reward.rate, one, extra_scale(promotion->measure), reward.rounding);
  return std::min(Points{points.value_or(0)}, grant.points);
}

Money money_kept(const Granted& granted, const PartnerLiabilityArisen& booked, Points points) {
  if (points == booked.points) return booked.money;
  if (points == Points{0}) return {};
  const Partner* partner = granted.rules->partner(booked.partner);
  const PartnerRate* rate = partner ? partner->rate(booked.currency) : nullptr;
  const auto money =
      rate ? liability(points, rate->accrual_factor, rate->accrual_price) : std::nullopt;
  return money.value_or(Money{0});
}

}  // namespace loyalty::domain
