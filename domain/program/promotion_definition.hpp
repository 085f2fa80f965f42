// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "domain/program/rule_definition.hpp"

/// What a program manager writes about promotions (domain.md F40-F47).
namespace loyalty::domain {

enum class MilestoneKind : std::uint8_t { percent, remaining, value };
template <>
struct EnumNames<MilestoneKind> {
  static constexpr std::array<std::string_view, 3> names{"percent", "remaining", "value"};
};

struct MilestoneDefinition {
  MilestoneKind kind = MilestoneKind::percent;
  std::int64_t at = 0;

  friend bool operator==(const MilestoneDefinition&, const MilestoneDefinition&) = default;
  static void fields(auto& self, auto visit) {
    visit(required("kind", "percent, remaining or value"), self.kind);
    visit(required("at", "the mark"), self.at);
  }
};

/// What completing a promotion gives; exactly one of points, voucher and benefit.
struct RewardDefinition {
  std::string currency;
  std::int64_t points = 0;
  std::string voucher;
  std::string benefit;
  std::string subtype;
  Decimal rate;
  Rounding rounding = Rounding::floor;

  friend bool operator==(const RewardDefinition&, const RewardDefinition&) = default;
  static void fields(auto& self, auto visit) {
    visit(defaulted("currency", "currency of the points; default: the primary one"), self.currency);
    visit(defaulted("points", "points to credit"), self.points);
    visit(defaulted("voucher", "voucher definition to issue"), self.voucher);
    visit(defaulted("benefit", "benefit to grant"), self.benefit);
    visit(defaulted("subtype", "subtype of the currency"), self.subtype);
    visit(defaulted("rate",
                    "standard promotions: points per measured unit instead of a number of points"),
          self.rate);
    visit(defaulted("rounding", "how points by rate are rounded"), self.rounding);
  }
};

enum class PromotionKind : std::uint8_t { cumulative, standard };
template <>
struct EnumNames<PromotionKind> {
  static constexpr std::array<std::string_view, 2> names{"cumulative", "standard"};
};

enum class LimitPolicy : std::uint8_t { cut, refuse };
template <>
struct EnumNames<LimitPolicy> {
  static constexpr std::array<std::string_view, 2> names{"cut", "refuse"};
};

/// The calendar period of a streak (domain.md F47); none: the promotion is no streak.
enum class Streak : std::uint8_t { none, day, week, month };
template <>
struct EnumNames<Streak> {
  static constexpr std::array<std::string_view, 4> names{"none", "day", "week", "month"};
};

/// What a promotion may give (domain.md F46); 0 = no limit.
struct LimitDefinition {
  std::int64_t points = 0;
  std::int64_t rewards = 0;
  std::int64_t vouchers = 0;
  std::int64_t liability = 0;

  friend bool operator==(const LimitDefinition&, const LimitDefinition&) = default;
  static void fields(auto& self, auto visit) {
    visit(defaulted("points", "points"), self.points);
    visit(defaulted("rewards", "rewards, of whatever kind"), self.rewards);
    visit(defaulted("vouchers", "vouchers"), self.vouchers);
    visit(defaulted("liability", "points x cost per point, in minor units of money"),
          self.liability);
  }
};

/// A cumulative promotion (domain.md F40-F45): a target reached over several activities.
struct PromotionDefinition {
  std::string id;
  std::string name;
  std::string unit = "step";
  std::string units = "steps";
  std::optional<std::string> starts;
  std::optional<std::string> ends;
  ConditionDefinition when;
  Measure measure = Measure::journals;
  std::int64_t target = 0;
  bool repeatable = false;
  bool enrollment_required = false;
  std::optional<std::string> enroll_from;
  std::optional<std::string> enroll_until;
  std::vector<MilestoneDefinition> milestones;
  RewardDefinition reward;
  PromotionKind kind = PromotionKind::cumulative;
  LimitDefinition limits;
  LimitDefinition member_limits;
  LimitPolicy limit_policy = LimitPolicy::cut;
  std::string sponsor;
  bool revoke_on_return = false;
  Streak streak = Streak::none;

  friend bool operator==(const PromotionDefinition&, const PromotionDefinition&) = default;
  static void fields(auto& self, auto visit) {
    visit(required("id", "id of the promotion"), self.id);
    visit(defaulted("name", "name for people"), self.name);
    visit(defaulted("unit", "word for one unit of progress, such as latte"), self.unit);
    visit(defaulted("units", "word for several, such as lattes"), self.units);
    visit(defaulted("starts", "first local day, YYYY-MM-DD"), self.starts);
    visit(defaulted("ends", "first local day after it, YYYY-MM-DD"), self.ends);
    visit(required("when", "the activities that count"), self.when);
    visit(defaulted("measure", "journals (activities), units (pieces) or amount (minor units)"),
          self.measure);
    visit(defaulted("target", "how much completes it"), self.target);
    visit(defaulted("repeatable", "starts again when completed, carrying the overflow"),
          self.repeatable);
    visit(defaulted("enrollment_required", "only enrolled members progress"),
          self.enrollment_required);
    visit(defaulted("enroll_from", "first local day of enrolment"), self.enroll_from);
    visit(defaulted("enroll_until", "first local day after the enrolment window"),
          self.enroll_until);
    visit(defaulted("milestones", "marks that are announced, each once a cycle"), self.milestones);
    visit(required("reward", "what completing it gives"), self.reward);
    visit(defaulted("kind",
                    "cumulative: a target over several activities; standard: a reward for each"),
          self.kind);
    visit(defaulted("limits", "for all members together"), self.limits);
    visit(defaulted("member_limits", "for each member"), self.member_limits);
    visit(defaulted("limit_policy", "cut: the last award is what is left; refuse: it is not made"),
          self.limit_policy);
    visit(defaulted("sponsor", "partner that pays for the reward"), self.sponsor);
    visit(defaulted("revoke_on_return", "a return undoes a completed cycle and an unused reward"),
          self.revoke_on_return);
    visit(defaulted("streak",
                    "day, week (from Monday) or month: counts such local periods in a row, each "
                    "with an activity; a missed one begins again"),
          self.streak);
  }
};

}  // namespace loyalty::domain
