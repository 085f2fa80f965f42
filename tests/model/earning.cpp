// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <chrono>

#include "tests/model/member_model.hpp"

/// How points are earned (domain.md F5-F10, F15, F40-F43, F49).
namespace loyalty::model {

using domain::Crediting;
using domain::Measure;
using domain::RefusalCode;
using domain::Rounding;

namespace {

std::int64_t uncapped(const RuleSettings& rule, std::int64_t measured, std::int64_t halves) {
  const std::int64_t product = measured * rule.rate_hundredths * halves;
  const std::int64_t whole = (rule.measure == Measure::amount ? 100 : 1) * 100 * 2;
  switch (rule.rounding) {
    case Rounding::floor: return product / whole;
    case Rounding::half_up: return (2 * product + whole) / (2 * whole);
    case Rounding::ceil: return (product + whole - 1) / whole;
  }
  return 0;
}

}  // namespace

std::int64_t points_of(const RuleSettings& rule, std::int64_t measured, std::int64_t halves) {
  const std::int64_t all = uncapped(rule, measured, halves);
  return rule.cap > 0 ? std::min(all, rule.cap) : all;
}

std::int64_t cents_of(std::int64_t points, std::int64_t factor, std::int64_t price) {
  constexpr std::int64_t whole = 10'000;  // thousandths x thousandths, in cents
  return (2 * points * factor * price + whole) / (2 * whole);
}

const RateSettings* MemberModel::rate(Currency currency) const {
  for (const RateSettings& rate : settings_.rates) {
    if (rate.currency == currency) return &rate;
  }
  return nullptr;
}

bool MemberModel::applies(const RuleSettings& rule, const Activity& activity) const {
  const std::string_view type = activity.deed == Deed::purchase ? "purchase"
                                : activity.deed == Deed::review ? "review"
                                                                : "training";
  return rule.activity == type && (*rule.category == '\0' || activity.shoes) &&
         activity.amount >= rule.min_amount;
}

std::int64_t MemberModel::measured(const RuleSettings& rule, const Activity& activity) const {
  switch (rule.measure) {
    case Measure::journals: return 1;
    case Measure::units: return activity.units;
    case Measure::amount: return activity.amount;
  }
  return 0;
}

std::int64_t MemberModel::promotion_measure(const Activity& activity) const {
  switch (settings_.promotion.measure) {
    case Measure::journals: return 1;
    case Measure::units: return activity.units;
    case Measure::amount: return activity.amount;
  }
  return 0;
}

Ms MemberModel::release_of(Currency currency, Day earned) const {
  const int days = settings_.currencies[currency].escrow_days;
  return days == 0 ? now_ : calendar_.midnight(earned + days);
}

void MemberModel::give(Grant& grant, Day earned) {
  const Currency currency = grant.rule->currency;
  grant.lot = ledger.credit(currency, grant.rule->subtype, grant.points, earned,
                            release_of(currency, earned), now_, tier);
  check_upgrade();
}

void MemberModel::credit_what_is_due(bool batch) {
  for (Activity& activity : activities) {
    for (Grant& grant : activity.grants) {
      if (grant.lot || grant.points == 0) continue;
      if (batch ? grant.due == never_ms : grant.due <= now_) give(grant, activity.day);
    }
  }
}

Answer MemberModel::earn(const Ask& ask) {
  if (ask.amount < 0) return {RefusalCode::invalid_param, {}};
  Answer answer;
  Activity activity{.deed = ask.deed, .day = calendar_.day_of(ask.at), .amount = ask.amount};
  activity.units = ask.units;
  activity.shoes = ask.shoes;
  activity.at_partner = ask.at_partner;
  ledger.last_activity = std::max(ledger.last_activity, activity.day);
  const std::int64_t halves = tier_halves[static_cast<std::size_t>(tier)];  // held before it
  for (const RuleSettings& rule : settings_.rules) {
    if (!applies(rule, activity)) continue;
    Grant grant{.rule = &rule, .halves = rule.by_tier ? halves : 2};
    grant.points = points_of(rule, measured(rule, activity), grant.halves);
    if (grant.points == 0) continue;
    if (rule.crediting == Crediting::batch) grant.due = never_ms;
    if (rule.crediting == Crediting::next_day) grant.due = calendar_.midnight(activity.day + 1);
    if (grant.due <= now_) give(grant, activity.day);
    activity.grants.push_back(grant);
  }
  settle_with_partner(activity, answer);
  if (activity.deed == Deed::purchase && counts_for_streak(activity)) {
    advance(promotion_measure(activity), &activity);
  }
  activities.push_back(activity);
  return answer;
}

/// One entry for each purchase (S9) and currency: what all its points are worth now, less what was
/// booked before.
void MemberModel::settle_with_partner(Activity& activity, Answer& answer) {
  if (!activity.at_partner) return;
  for (const RateSettings& price : settings_.rates) {
    std::int64_t earned = 0;
    for (const Grant& grant : activity.grants) {
      if (grant.rule->currency == price.currency) earned += grant.points;
    }
    const std::int64_t cents = cents_of(earned, price.factor, price.accrual_price);
    std::int64_t& booked = activity.partner_cents[price.currency];
    answer.owed.push_back({price.currency, cents - booked});
    booked = cents;
  }
}

Day MemberModel::period_of(Day day) const {
  const auto date = std::chrono::year_month_day(std::chrono::sys_days(std::chrono::days(day)));
  switch (settings_.promotion.streak) {
    case domain::Streak::none:
    case domain::Streak::day: return day;
    case domain::Streak::week: {
      const std::chrono::weekday weekday{std::chrono::sys_days(std::chrono::days(day))};
      return day - static_cast<Day>((weekday - std::chrono::Monday).count());
    }
    case domain::Streak::month: return day - static_cast<Day>(unsigned(date.day())) + 1;
  }
  return day;
}

/// Whether the activity is the first of its period; a period that was missed ends the run before.
bool MemberModel::counts_for_streak(const Activity& activity) {
  if (settings_.promotion.streak == domain::Streak::none) return true;
  const Day period = period_of(activity.day);
  if (streak_period && period <= *streak_period) return false;
  if (streak_period && period_of(period - 1) != *streak_period) {
    progress = 0;
    first_mark = second_mark = false;
    ++run;
  }
  streak_period = period;
  return true;
}

/// Overflow starts the next cycle; a reward for each cycle that is completed.
void MemberModel::advance(std::int64_t by, Activity* activity) {
  const PromotionSettings& promotion = settings_.promotion;
  while (by > 0) {
    const std::int64_t part = std::min(by, promotion.target - progress);
    by -= part;
    progress += part;
    if (activity) activity->shares.push_back({cycle, part, run});
    if (progress == promotion.target) {
      progress = 0;
      ++cycle;
      first_mark = second_mark = false;
      // Only points of activities are held back, not those that staff brings about.
      const Day earned = activity ? activity->day : today();
      const Ms releases = activity ? release_of(promotion.currency, earned) : now_;
      const auto lot =
          ledger.credit(promotion.currency, plain, promotion.reward, earned, releases, now_, tier);
      if (activity) activity->rewards.push_back(lot);
    } else {
      first_mark |= progress >= promotion.first_mark;
      second_mark |= progress >= promotion.second_mark;
    }
  }
}

Answer MemberModel::advance_by_hand(const Ask& ask) {
  if (ask.quantity < 1) return {RefusalCode::invalid_param, {}};
  if (settings_.promotion.streak != domain::Streak::none) return {RefusalCode::not_eligible, {}};
  advance(ask.quantity, nullptr);
  return {};
}

Answer MemberModel::credit(const Ask& ask) {
  if (ask.quantity < 1) return {RefusalCode::invalid_param, {}};
  ledger.last_activity = std::max(ledger.last_activity, today());
  ledger.credit(ask.currency, plain, ask.quantity, today(), now_, now_, tier);
  check_upgrade();
  return {};
}

}  // namespace loyalty::model
