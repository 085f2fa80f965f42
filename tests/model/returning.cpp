// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "tests/model/member_model.hpp"

/// Returns and corrections (domain.md F16, F28-F30, F44).
namespace loyalty::model {

using domain::Clawback;
using domain::RefusalCode;

/// Taken back is what was granted less what the kept part is worth, by the same rule.
Answer MemberModel::bring_back(const Ask& ask) {
  if (!ask.target) return {RefusalCode::unknown_journal, {}};
  Activity& activity = activities[*ask.target];
  if (activity.returned) return {RefusalCode::already_reversed, {}};
  Answer answer;
  Activity kept = activity;
  kept.amount = ask.kept.value_or(0);
  if (!ask.kept) kept.units = 0;
  for (Grant& grant : activity.grants) {
    const RuleSettings& rule = *grant.rule;
    const bool earns = ask.kept && applies(rule, kept);
    const std::int64_t left = earns ? points_of(rule, measured(rule, kept), grant.halves) : 0;
    const std::int64_t claw = grant.points - left;
    grant.points = left;
    if (claw <= 0) continue;
    if (grant.lot) take_back(grant, claw);
  }
  settle_with_partner(activity, answer);
  if (activity.deed == Deed::purchase) {
    const std::int64_t before = promotion_measure(activity);
    const std::int64_t less = ask.kept ? before - promotion_measure(kept) : before;
    if (settings_.promotion.streak == domain::Streak::none) {
      set_back(activity, less);
    } else if (less > 0) {
      set_streak_back(activity);
    }
  }
  activity.amount = kept.amount;
  activity.units = kept.units;
  activity.returned = !ask.kept;
  return answer;
}

void MemberModel::take_back(Grant& grant, std::int64_t claw) {
  Lot& lot = ledger.lots[*grant.lot];
  const std::int64_t held = std::min(claw, lot.escrow);
  lot.escrow -= held;
  claw -= held;
  if (lot.currency == stars) {
    if (lot.period == ledger.period) ledger.qualified -= std::min(claw, ledger.qualified);
    return;
  }
  claw -= ledger.take_from(*grant.lot, claw);
  const std::int64_t lapsed = std::min(claw, lot.expired - grant.lapsed);
  grant.lapsed += lapsed;
  take_spent(lot.currency, claw - lapsed);
}

/// Points of the lot that were spent already: by the policy of the currency.
void MemberModel::take_spent(Currency currency, std::int64_t claw) {
  const Clawback policy = settings_.currencies[currency].clawback;
  if (claw == 0 || policy == Clawback::lot_only) return;
  Debit debit{.currency = currency, .points = claw};
  const std::int64_t above_zero = std::max<std::int64_t>(0, ledger.balance(currency));
  debit.uses =
      ledger.take(currency, policy == Clawback::allow_negative ? claw : std::min(claw, above_zero));
  if (policy == Clawback::allow_negative) debit.owed = claw - total(debit.uses);
  ledger.debits.push_back(debit);
}

/// Only what counted in the open cycle; a completed one stays completed.
void MemberModel::set_back(Activity& activity, std::int64_t by) {
  for (Share& share : activity.shares) {
    if (share.cycle != cycle) continue;
    const std::int64_t taken = std::min(by, share.amount);
    share.amount -= taken;
    progress -= taken;
    by -= taken;
  }
}

/// The next purchase of the same period that is kept takes the place of the returned one.
void MemberModel::set_streak_back(Activity& activity) {
  for (Share& share : activity.shares) {
    if (share.cycle != cycle || share.run != run || share.amount == 0) continue;
    const Day period = period_of(activity.day);
    const std::size_t place = static_cast<std::size_t>(&activity - activities.data());
    for (std::size_t i = place + 1; i < activities.size(); ++i) {
      Activity& other = activities[i];
      if (other.deed != Deed::purchase || other.returned || period_of(other.day) != period)
        continue;
      other.shares.push_back(share);
      share.amount = 0;
      return;
    }
    share.amount = 0;
    --progress;
    if (streak_period == period) streak_period = period_of(period - 1);
    return;
  }
}

Answer MemberModel::adjust(const Ask& ask) {
  if (ask.quantity == 0) return {RefusalCode::invalid_param, {}};
  if (ask.quantity > 0) {
    ledger.credit(ask.currency, ask.subtype, ask.quantity, today(), now_, now_, tier);
    check_upgrade();
    return {};
  }
  const std::int64_t wanted = -ask.quantity;
  if (ask.currency == stars) {
    if (ledger.qualified < wanted) return {RefusalCode::insufficient_points, {}};
    ledger.qualified -= wanted;
    return {};
  }
  if (ledger.balance(ask.currency) - wanted < -limit(ask.currency)) {
    return {limit(ask.currency) > 0 ? RefusalCode::negative_limit_exceeded
                                    : RefusalCode::insufficient_points,
            {}};
  }
  Debit debit{.currency = ask.currency, .points = wanted};
  debit.uses = ledger.take(ask.currency, wanted);
  debit.owed = wanted - total(debit.uses);
  ledger.debits.push_back(debit);
  return {};
}

Answer MemberModel::release_escrow(const Ask& ask) {
  if (!ask.target) return {RefusalCode::unknown_journal, {}};
  const Activity& activity = activities[*ask.target];
  std::vector<std::size_t> held = activity.rewards;
  for (const Grant& grant : activity.grants) {
    if (grant.lot) held.push_back(*grant.lot);
  }
  std::sort(held.begin(), held.end());
  for (const std::size_t lot : held) {
    if (ledger.lots[lot].escrow == 0) continue;
    ledger.release(lot, today(), now_);
    check_upgrade();
  }
  return {};
}

}  // namespace loyalty::model
