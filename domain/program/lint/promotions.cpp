// SPDX-License-Identifier: Apache-2.0
#include "domain/program/lint/doubts.hpp"
#include "domain/program/periods.hpp"

/// Doubts about promotions: such as cannot be completed, or cannot pay what they promise.
namespace loyalty::domain::lint {
namespace {

bool is_enrollment_alone(const ConditionDefinition& when) {
  return when.activities.size() == 1 && when.activities.front() == "enrollment";
}

void doubt_windows(Doubts& doubts, std::size_t i, const PromotionDefinition& promotion) {
  if (is_empty_window(promotion.when.from, promotion.ends) ||
      is_empty_window(promotion.starts, promotion.when.until)) {
    doubts.doubt(
        item("promotions", i, ".when"),
        "no activity counts for this promotion: its window and that of its condition have no "
        "day in common");
  }
  const auto& last = promotion.ends ? promotion.ends : promotion.when.until;
  if (is_empty_window(promotion.enroll_from, promotion.ends) ||
      is_empty_window(promotion.enroll_from, promotion.when.until)) {
    doubts.doubt(item("promotions", i, ".enroll_from"),
                 "the last activity counts on the day before " + quoted(*last) +
                     ", before its enrolment opens; nobody can complete it");
  }
}

/// Periods of a streak of which a day is in [from, until), at most `enough`.
std::int64_t periods_in(Streak streak, LocalDay from, LocalDay until, std::int64_t enough) {
  std::int64_t count = 0;
  for (LocalDay day = from; day < until && count < enough; day = next_period(streak, day)) ++count;
  return count;
}

void doubt_streak(Doubts& doubts, std::size_t i, const PromotionDefinition& promotion) {
  if (promotion.streak == Streak::none) return;
  const auto unbounded = [](const auto& text, std::int32_t open) {
    return day(text).value_or(LocalDay{open});
  };
  const LocalDay from =
      std::max(unbounded(promotion.starts, INT32_MIN), unbounded(promotion.when.from, INT32_MIN));
  const LocalDay until =
      std::min(unbounded(promotion.ends, INT32_MAX), unbounded(promotion.when.until, INT32_MAX));
  if (from.days == INT32_MIN || until.days == INT32_MAX || from >= until) return;
  const std::int64_t count = periods_in(promotion.streak, from, until, promotion.target);
  if (count >= promotion.target) return;
  const std::string_view unit = EnumNames<Streak>::names[std::size_t(promotion.streak)];
  doubts.doubt(item("promotions", i, ".target"),
               "cannot be reached: the window has a day in only " + std::to_string(count) + " " +
                   std::string(unit) + (count == 1 ? "" : "s"));
}

void doubt_limits(Doubts& doubts, std::size_t i, const PromotionDefinition& promotion,
                  const LimitDefinition& limits, std::string_view name) {
  const RewardDefinition& reward = promotion.reward;
  const std::string path = item("promotions", i, "." + std::string(name));
  const bool gives_points = reward.points > 0 || reward.rate.mantissa > 0;
  if (limits.points > 0 && !gives_points) {
    doubts.doubt(path + ".points", "has no effect: the reward is not points");
  }
  if (limits.vouchers > 0 && reward.voucher.empty()) {
    doubts.doubt(path + ".vouchers", "has no effect: the reward is not a voucher");
  }
  if (limits.points > 0 && reward.points > limits.points) {
    doubts.doubt(path + ".points",
                 promotion.limit_policy == LimitPolicy::refuse
                     ? "is below one reward, and limit_policy is refuse: nothing is ever given"
                     : "is below one reward: nobody gets it in full");
  }
  if (limits.liability == 0) return;
  const CurrencyDefinition* currency = doubts.currency(doubts.currency_of(reward));
  if (!gives_points || currency == nullptr) {
    doubts.doubt(path + ".liability", "has no effect: the reward is not points");
    return;
  }
  const auto subtype =
      std::find_if(currency->subtypes.begin(), currency->subtypes.end(),
                   [&](const auto& candidate) { return candidate.id == reward.subtype; });
  const bool priced =
      currency->cost_per_point.mantissa != 0 ||
      (subtype != currency->subtypes.end() && subtype->cost_per_point.mantissa != 0);
  if (!priced) {
    doubts.doubt(path + ".liability", "has no effect: the points cost nothing; give " +
                                          quoted(currency->id) + " a cost_per_point");
  }
}

void doubt_sponsor(Doubts& doubts, std::size_t i, const PromotionDefinition& promotion) {
  const PartnerDefinition* sponsor = doubts.partner(promotion.sponsor);
  if (sponsor == nullptr) return;
  const RewardDefinition& reward = promotion.reward;
  if (reward.points == 0 && reward.rate.mantissa == 0) {
    doubts.doubt(item("promotions", i, ".sponsor"),
                 "has no effect: a sponsor pays for points, and the reward is not points");
    return;
  }
  const std::string_view currency = doubts.currency_of(reward);
  if (std::none_of(sponsor->rates.begin(), sponsor->rates.end(),
                   [&](const auto& rate) { return rate.currency == currency; })) {
    doubts.doubt(item("promotions", i, ".sponsor"), "partner " + quoted(sponsor->id) +
                                                        " has no rate for " + quoted(currency) +
                                                        ", so it is billed nothing");
  }
}

void doubt_shares(Doubts& doubts, std::size_t i, const PromotionDefinition& promotion) {
  const auto is_above = [](std::int64_t member, std::int64_t all) {
    return all > 0 && member > all;
  };
  const LimitDefinition& member = promotion.member_limits;
  const LimitDefinition& all = promotion.limits;
  if (is_above(member.points, all.points) || is_above(member.rewards, all.rewards) ||
      is_above(member.vouchers, all.vouchers) || is_above(member.liability, all.liability)) {
    doubts.doubt(item("promotions", i, ".member_limits"),
                 "are above the limits for all members together, so they never matter");
  }
}

}  // namespace

void doubt_promotions(Doubts& doubts) {
  for (std::size_t i = 0; i < doubts.program.promotions.size(); ++i) {
    const PromotionDefinition& promotion = doubts.program.promotions[i];
    doubts.doubt_condition(item("promotions", i, ".when"), "no activity counts for this promotion",
                           promotion.when);
    doubt_windows(doubts, i, promotion);
    doubt_streak(doubts, i, promotion);
    if (promotion.kind == PromotionKind::cumulative && is_enrollment_alone(promotion.when) &&
        (promotion.measure != Measure::journals || promotion.target > 1)) {
      doubts.doubt(item("promotions", i, ".target"),
                   "cannot be reached: a member enrolls in the program once");
    }
    doubt_limits(doubts, i, promotion, promotion.limits, "limits");
    doubt_limits(doubts, i, promotion, promotion.member_limits, "member_limits");
    doubt_shares(doubts, i, promotion);
    doubt_sponsor(doubts, i, promotion);
  }
}

}  // namespace loyalty::domain::lint
