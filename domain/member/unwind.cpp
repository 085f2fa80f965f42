// SPDX-License-Identifier: Apache-2.0
#include "domain/member/unwind.hpp"

#include <algorithm>

#include "domain/member/benefits.hpp"
#include "domain/member/liability.hpp"
#include "domain/member/streaks.hpp"
#include "domain/member/take_back.hpp"

namespace loyalty::domain {
namespace {

/// Follows one promotion through all facts.
class Walk {
 public:
  Walk(ProgressPast& found, Sequence journal) : found_(found), journal_(journal) {}

  void operator()(const MemberFact& fact) {
    now_ = fact.sequence;
    visit(*this, fact.event);
  }

  void operator()(const ProgressUpdated& e) {
    if (e.promotion != found_.promotion) return;
    if (e.restarts) begin_again();
    last_ = e.journal;
    found_.sum += e.increment;
    if (e.journal != journal_) return;
    found_.mine = std::max<std::int64_t>(found_.mine + e.increment, 0);
    found_.before += std::max<std::int64_t>(e.increment, 0);
  }
  void operator()(const MilestoneReached& e) {
    if (e.promotion == found_.promotion) milestones_ |= std::uint64_t{1} << e.index;
  }
  void operator()(const PromotionCompleted& e) {
    if (e.promotion != found_.promotion) return;
    RewardPast reward;
    reward.cycle = e.cycle;
    reward.milestones = milestones_;
    reward.journal = last_;
    found_.rewards.push_back(reward);
    if (!e.repeats) {
      finished_ = true;
      return;
    }
    mine_before_.push_back(found_.mine);
    found_.sum = e.carried;
    found_.mine = last_ == journal_ ? e.carried : 0;
    milestones_ = 0;
  }
  void operator()(const PromotionLeft& e) {
    if (e.promotion != found_.promotion || finished_) return;
    found_.sum = 0;
    found_.mine = 0;
    milestones_ = 0;
  }
  void operator()(const CompletionRevoked& e) {
    if (e.promotion != found_.promotion) return;
    if (!finished_ && !mine_before_.empty()) {
      found_.mine += mine_before_.back();
      mine_before_.pop_back();
    }
    finished_ = false;
    found_.sum = e.completed;
    found_.mine = std::min(found_.mine, e.completed);
    milestones_ = e.milestones;
    if (!found_.rewards.empty()) found_.rewards.pop_back();
  }
  void operator()(const RewardIssued& e) {
    RewardPast* reward = last_reward(e.promotion);
    if (reward == nullptr) return;
    reward->benefit = e.benefit;
    reward->issued = e;
  }
  void operator()(const PointsCredited& e) { credited(e); }
  void operator()(const PointsEscrowed& e) { credited(e); }
  void operator()(const VoucherIssued& e) {
    if (RewardPast* reward = last_reward(e.promotion)) reward->vouchers.push_back(now_);
  }
  void operator()(const VoucherUsed& e) {
    for (auto& reward : found_.rewards) {
      if (std::ranges::find(reward.vouchers, e.voucher) != reward.vouchers.end()) {
        reward.used = true;
      }
    }
  }
  void operator()(const PartnerLiabilityArisen& e) {
    if (e.reverses != 0) return;
    if (RewardPast* reward = last_reward(e.promotion)) reward->owed.emplace_back(now_, e);
  }
  void operator()(const QualifyingReset& e) {
    for_each_grant([&](Grant& grant) {
      if (grant.qualifying && grant.currency == e.currency) grant.reset = true;
    });
  }
  void operator()(const PointsExpired& e) {
    for (const auto& use : e.uses) {
      for_each_grant([&](Grant& grant) {
        if (grant.credit == use.lot) grant.lapsed += use.points;
      });
    }
  }
  void operator()(const auto&) {}

 private:
  /// A streak that missed a period: what was won before stays won.
  void begin_again() {
    found_.sum = 0;
    found_.mine = 0;
    found_.rewards.clear();
    mine_before_.clear();
    milestones_ = 0;
  }

  RewardPast* last_reward(PromotionId promotion) {
    const bool known = promotion == found_.promotion && !found_.rewards.empty();
    return known ? &found_.rewards.back() : nullptr;
  }

  template <class Given>
  void credited(const Given& e) {
    RewardPast* reward = last_reward(e.promotion);
    if (reward == nullptr) return;
    Grant grant;
    grant.credit = now_;
    grant.currency = e.currency;
    grant.qualifying = e.qualifying;
    grant.promotion = e.promotion;
    grant.issuer = e.issuer;
    grant.points = e.points;
    reward->grants.push_back(grant);
  }

  template <class Do>
  void for_each_grant(Do change) {
    for (auto& reward : found_.rewards) {
      for (auto& grant : reward.grants) change(grant);
    }
  }

  ProgressPast& found_;
  Sequence journal_;
  Sequence now_ = 0;
  Sequence last_ = 0;  ///< journal of the last step forward
  bool finished_ = false;
  std::uint64_t milestones_ = 0;
  std::vector<std::int64_t> mine_before_;
};

/// A return being subtracted from one promotion.
class Unwind {
 public:
  Unwind(MemberTurn& turn, const ProgressPast& progress, const Promotion& promotion,
         const Granted& granted)
      : turn_(turn),
        progress_(progress),
        promotion_(promotion),
        granted_(granted),
        undone_(progress.rewards.size()) {}

  void run(std::int64_t less) {
    if (part().finished) {
      reopen_finished(less);
      return;
    }
    const bool revokes = promotion_.revoke_on_return && can_undo();
    const std::int64_t most = revokes ? less : std::min(less, progress_.mine);
    const std::int64_t taken = std::min(most, part().completed);
    // The last period of a streak is free again, also where the step was in the cycle before.
    const bool frees_period = most > 0 && last_period() != part().period;
    if (taken > 0 || frees_period) step_back(taken, part().completed - taken);
    std::int64_t missing = most - taken;
    while (revokes && missing > 0 && can_undo() && part().cycle > 0) {
      const std::int64_t here = std::min(missing, promotion_.target);
      undo_last(part().cycle - 1, promotion_.target - here);
      missing -= here;
    }
  }

 private:
  const Participation& part() const { return *turn_.member().participation(promotion_.id); }
  bool can_undo() const { return undone_ > 0 && !progress_.rewards[undone_ - 1].used; }

  void reopen_finished(std::int64_t less) {
    if (!promotion_.revoke_on_return || !can_undo()) return;
    const std::int64_t sum = std::max<std::int64_t>(progress_.sum - less, 0);
    step_back(less, std::min(sum, promotion_.target));
    if (sum < promotion_.target) undo_last(part().cycle, sum);
  }

  /// Of a streak after the return: the period before, if the activity was in the last one.
  std::optional<LocalDay> last_period() const {
    const auto& period = part().period;
    const LocalDay day = granted_.activity.day;
    if (promotion_.streak == Streak::none || !period) return period;
    if (streak_step(promotion_.streak, period, day) != StreakStep::counted) return period;
    return previous_period(promotion_.streak, *period);
  }

  void step_back(std::int64_t less, std::int64_t completed) {
    turn_.state(ProgressUpdated{.promotion = promotion_.id,
                                .journal = granted_.journal,
                                .increment = -less,
                                .completed = completed,
                                .target = promotion_.target,
                                .cycle = part().cycle,
                                .day = turn_.today(),
                                .period = last_period()});
  }

  void undo_last(std::uint32_t cycle, std::int64_t completed) {
    const RewardPast& reward = progress_.rewards[--undone_];
    CompletionRevoked revoked;
    revoked.promotion = promotion_.id;
    revoked.cycle = cycle;
    revoked.completed = completed;
    revoked.journal = granted_.journal;
    revoked.benefit = reward.benefit;
    revoked.milestones = reward.milestones;
    turn_.state(revoked);
    for (const auto& grant : reward.grants) take_back(turn_, grant, grant.points, granted_.journal);
    for (const Sequence id : reward.vouchers) {
      const Voucher* voucher = turn_.member().voucher(id);
      if (voucher == nullptr) continue;
      if (voucher->status == VoucherStatus::issued || voucher->status == VoucherStatus::reserved) {
        turn_.state(VoucherCancelled{id});
      }
    }
    for (const auto& [fact, booked] : reward.owed) {
      reverse_liability(turn_, fact, booked, -booked.points, -booked.money);
    }
    if (const auto& issued = reward.issued) {
      turn_.state(RewardReturned{.promotion = promotion_.id,
                                 .journal = granted_.journal,
                                 .points = issued->points,
                                 .rewards = 1,
                                 .vouchers = issued->voucher ? 1U : 0U,
                                 .liability = issued->liability});
    }
    if (reward.benefit) update_benefits(turn_);
  }

  MemberTurn& turn_;
  const ProgressPast& progress_;
  const Promotion& promotion_;
  const Granted& granted_;
  std::size_t undone_;
};

/// The period of a streak stays counted, by another activity from now on.
void pass_on(MemberTurn& turn, const Promotion& promotion, Sequence from, Sequence to) {
  const Participation part = *turn.member().participation(promotion.id);
  ProgressUpdated step{.promotion = promotion.id,
                       .journal = from,
                       .increment = -1,
                       .completed = std::max<std::int64_t>(part.completed - 1, 0),
                       .target = promotion.target,
                       .cycle = part.cycle,
                       .day = turn.today(),
                       .period = part.period};
  turn.state(step);
  step.journal = to;
  step.increment = 1;
  step.completed = part.completed;
  turn.state(step);
}

}  // namespace

std::vector<ProgressPast> find_progress(const Past& past, Sequence journal) {
  std::vector<ProgressPast> result;
  past.each([&](const MemberFact& fact) {
    const auto* e = get_if<ProgressUpdated>(&fact.event);
    if (e == nullptr || e->journal != journal) return;
    const auto known = std::ranges::find(result, e->promotion, &ProgressPast::promotion);
    if (known == result.end()) result.push_back({.promotion = e->promotion});
  });
  for (auto& progress : result) {
    Walk walk(progress, journal);
    past.each([&](const MemberFact& fact) { walk(fact); });
    progress.stand_in = find_stand_in(past, progress.promotion, journal);
  }
  return result;
}

void unwind(MemberTurn& turn, const ProgressPast& progress, const Granted& granted,
            const Kept& kept) {
  const Promotion* promotion = turn.catalogue().promotion(progress.promotion);
  if (promotion == nullptr || turn.member().participation(progress.promotion) == nullptr) return;
  const Promotion* then = granted.rules->promotion(progress.promotion);
  const Promotion& rules = then ? *then : *promotion;
  const auto counted = [&](const Kept& part) {
    const bool whole = part == Kept{granted.activity.eligible_amount, granted.activity.units};
    if (whole) return progress.before;
    return std::min(measure_kept(granted, rules.when, rules.measure, part), progress.before);
  };
  const std::int64_t less = counted(granted.kept) - counted(kept);
  if (less <= 0) return;
  if (progress.stand_in != 0 && promotion->streak != Streak::none) {
    // A step of a cycle that stays completed, or of a run that is over, is nobody's any more.
    const bool revocable = promotion->revoke_on_return && !progress.rewards.empty();
    const bool matters = progress.mine > 0 || revocable;
    if (matters) pass_on(turn, *promotion, granted.journal, progress.stand_in);
    return;
  }
  Unwind(turn, progress, *promotion, granted).run(less);
}

void reverse_liability(MemberTurn& turn, Sequence fact, const PartnerLiabilityArisen& booked,
                       Points points, Money money) {
  if (points == Points{0} && money == Money{0}) return;
  PartnerLiabilityArisen reversal = booked;
  reversal.points = points;
  reversal.money = money;
  reversal.reverses = fact;
  owe(turn, reversal, false);
}

}  // namespace loyalty::domain
