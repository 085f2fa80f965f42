// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "domain/few.hpp"
#include "domain/fields.hpp"
#include "domain/member/results/vouchers.hpp"
#include "domain/member/sequence.hpp"
#include "domain/named.hpp"
#include "domain/quantity.hpp"
#include "domain/time.hpp"

/// How progress and rewards are answered (domain.md F40-F45).
namespace loyalty::domain {

/// How far a member is in a promotion (domain.md F41).
struct ProgressView {
  std::string_view promotion;
  std::string_view name;
  std::string_view unit;
  std::int64_t completed = 0;
  std::int64_t target = 0;
  std::int64_t remaining = 0;
  std::int64_t percent = 0;
  std::uint32_t cycle = 0;
  std::uint32_t completions = 0;
  bool enrolled = false;
  bool finished = false;
  std::vector<std::int64_t> milestones;  ///< marks reached in the open cycle
  std::string text;
  std::optional<LocalDay> lapses;

  static void fields(auto& self, auto visit) {
    visit(required("promotion", "promotion"), self.promotion);
    visit(derived("name", "its name for people"), self.name);
    visit(derived("unit", "word for several units"), self.unit);
    visit(required("completed", "progress in the open cycle"), self.completed);
    visit(derived("target", "what completes it"), self.target);
    visit(derived("remaining", "target - completed"), self.remaining);
    visit(derived("percent", "floor(100 x completed / target)"), self.percent);
    visit(required("cycle", "open cycle, from 0"), self.cycle);
    visit(required("completions", "times completed"), self.completions);
    visit(required("enrolled", "enrolled by the member"), self.enrolled);
    visit(required("finished", "completed for good"), self.finished);
    visit(required("milestones", "marks reached in the open cycle"), self.milestones);
    visit(derived("text", "such as \"2 lattes away, 80 %\""), self.text);
    visit(
        defaulted("lapses", "streaks: the local day on which it is over unless it goes on before"),
        self.lapses);
  }
};

/// A promotion that saw an activity but did not advance.
struct SkippedPromotion {
  std::string_view promotion;
  std::string_view reason;

  static void fields(auto& self, auto visit) {
    visit(required("promotion", "promotion"), self.promotion);
    visit(required("reason", "NOT_ENROLLED, COMPLETED; streaks: PERIOD_COUNTED, PERIOD_PASSED"),
          self.reason);
  }
};

/// A reward that a promotion gave, or would have given.
struct RewardView {
  std::string_view promotion;
  std::uint32_t cycle = 0;
  std::string_view currency;
  Points points;
  std::string_view voucher;
  std::string_view benefit;
  Points cut;
  std::string withheld;

  static void fields(auto& self, auto visit) {
    visit(required("promotion", "promotion"), self.promotion);
    visit(required("cycle", "cycle that earned it"), self.cycle);
    visit(required("currency", "currency of the points"), self.currency);
    visit(required("points", "points given"), self.points);
    visit(required("voucher", "voucher definition"), self.voucher);
    visit(required("benefit", "benefit"), self.benefit);
    visit(required("cut", "points that a limit kept back"), self.cut);
    visit(required("withheld", "the limit for which nothing was given; empty otherwise"),
          self.withheld);
  }
};

/// The answer to commands on one promotion.
struct PromotionResult {
  ProgressView progress;
  Few<std::string_view, 4> completed;
  Named<Points> credited;
  std::vector<VoucherView> vouchers;
  std::vector<std::string_view> benefits;
  Named<Points> balances;
  Sequence sequence = 0;
  std::vector<RewardView> rewards;

  static void fields(auto& self, auto visit) {
    visit(required("progress", "how far the member is"), self.progress);
    visit(required("completed", "promotions completed by it"), self.completed);
    visit(required("credited", "points credited by it, by currency"), self.credited);
    visit(required("vouchers", "vouchers issued by it"), self.vouchers);
    visit(required("benefits", "benefits granted by it"), self.benefits);
    visit(required("balances", "available points after it, by currency"), self.balances);
    visit(required("sequence", "the member's last fact"), self.sequence);
    visit(required("rewards", "what it gave, with what limits kept back"), self.rewards);
  }
};

struct PromotionListing {
  ProgressView progress;
  std::string_view eligibility;
  std::vector<std::string_view> reasons;

  static void fields(auto& self, auto visit) {
    visit(required("progress", "how far the member is"), self.progress);
    visit(required("eligibility", "eligible, eligible_but_not_enrolled or ineligible"),
          self.eligibility);
    visit(required("reasons",
                   "why not: NOT_STARTED, ENDED, TIER, SEGMENT, COMPLETED, "
                   "ENROLLMENT_CLOSED"),
          self.reasons);
  }
};

struct PromotionsResult {
  std::vector<PromotionListing> promotions;
  static void fields(auto& self, auto visit) {
    visit(required("promotions", "in the order of the program"), self.promotions);
  }
};

struct ProgressStep {
  Sequence sequence = 0;
  Instant at;
  LocalDay day;
  std::string_view event;
  std::int64_t increment = 0;
  std::int64_t completed = 0;
  std::uint32_t cycle = 0;

  static void fields(auto& self, auto visit) {
    visit(required("sequence", "fact"), self.sequence);
    visit(required("at", "when"), self.at);
    visit(required("day", "the local day of it"), self.day);
    visit(required("event", "what happened"), self.event);
    visit(required("increment", "progress made"), self.increment);
    visit(required("completed", "progress after it"), self.completed);
    visit(required("cycle", "cycle"), self.cycle);
  }
};

struct ProgressResult {
  ProgressView progress;
  std::vector<std::int64_t> ahead;  ///< marks of milestones still to come, then the target
  std::vector<ProgressStep> steps;

  static void fields(auto& self, auto visit) {
    visit(required("progress", "how far the member is"), self.progress);
    visit(required("ahead", "marks still to come in this cycle; the last is the target"),
          self.ahead);
    visit(required("steps", "what has happened so far, when asked for"), self.steps);
  }
};

}  // namespace loyalty::domain
