// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "domain/fields.hpp"
#include "domain/member/sequence.hpp"
#include "domain/program/promotion_definition.hpp"
#include "domain/quantity.hpp"
#include "domain/time.hpp"

/// Taking part in promotions, and rewards.
namespace loyalty::domain {

struct PromotionEnrolled {
  static constexpr std::string_view name = "promotion_enrolled";
  PromotionId promotion;
  LocalDay day;
  static void fields(auto& self, auto visit) {
    visit(required("promotion", "promotion"), self.promotion);
    visit(required("day", "local day"), self.day);
  }
};

struct PromotionLeft {
  static constexpr std::string_view name = "promotion_left";
  PromotionId promotion;
  static void fields(auto& self, auto visit) {
    visit(required("promotion", "promotion"), self.promotion);
  }
};

struct ProgressUpdated {
  static constexpr std::string_view name = "progress_updated";
  PromotionId promotion;
  Sequence journal = 0;  ///< 0: by hand (`update_progress`)
  std::int64_t increment = 0;
  std::int64_t completed = 0;  ///< in the open cycle, after this step
  std::int64_t target = 0;
  std::uint32_t cycle = 0;
  LocalDay day;
  std::optional<LocalDay> period;  ///< streaks: the last period that counts, after this step
  bool restarts = false;           ///< streaks: a period was missed; what was there is given up

  static void fields(auto& self, auto visit) {
    visit(required("promotion", "promotion"), self.promotion);
    visit(required("journal", "activity that counted; absent when updated by hand"), self.journal);
    visit(required("increment", "how much was added"), self.increment);
    visit(required("completed", "how far the member is"), self.completed);
    visit(required("target", "how far it goes"), self.target);
    visit(required("cycle", "0 for the first time round"), self.cycle);
    visit(required("day", "local day"), self.day);
    visit(defaulted("period", "streaks: first day of the last period that counts"), self.period);
    visit(defaulted("restarts", "streaks: begins again, since a period was missed"), self.restarts);
  }
};

struct MilestoneReached {
  static constexpr std::string_view name = "milestone_reached";
  PromotionId promotion;
  std::uint32_t cycle = 0;
  std::uint32_t index = 0;
  MilestoneKind kind = MilestoneKind::percent;
  std::int64_t mark = 0;

  static void fields(auto& self, auto visit) {
    visit(required("promotion", "promotion"), self.promotion);
    visit(required("cycle", "cycle"), self.cycle);
    visit(required("index", "which of its milestones, from 0"), self.index);
    visit(required("kind", "percent, remaining or value"), self.kind);
    visit(required("mark", "the mark, in the words of the kind"), self.mark);
  }
};

struct PromotionCompleted {
  static constexpr std::string_view name = "promotion_completed";
  PromotionId promotion;
  std::uint32_t cycle = 0;
  std::int64_t carried = 0;  ///< overflow that starts the next cycle
  bool repeats = false;

  static void fields(auto& self, auto visit) {
    visit(required("promotion", "promotion"), self.promotion);
    visit(required("cycle", "the cycle that was completed"), self.cycle);
    visit(required("carried", "progress carried into the next cycle"), self.carried);
    visit(required("repeats", "whether a next cycle is open"), self.repeats);
  }
};

struct RewardIssued {
  static constexpr std::string_view name = "reward_issued";
  PromotionId promotion;
  std::uint32_t cycle = 0;
  CurrencyId currency;
  Points points;
  VoucherDefId voucher;
  BenefitId benefit;
  Points cut;
  Money liability;

  static void fields(auto& self, auto visit) {
    visit(required("promotion", "promotion"), self.promotion);
    visit(required("cycle", "cycle that earned it"), self.cycle);
    visit(required("currency", "currency of the points"), self.currency);
    visit(required("points", "points, or 0"), self.points);
    visit(required("voucher", "voucher definition"), self.voucher);
    visit(required("benefit", "benefit"), self.benefit);
    visit(defaulted("cut", "points that a limit kept back"), self.cut);
    visit(defaulted("liability", "what it costs the program, minor units"), self.liability);
  }
};

/// A reward that a limit did not allow at all.
struct RewardWithheld {
  static constexpr std::string_view name = "reward_withheld";
  PromotionId promotion;
  std::uint32_t cycle = 0;
  std::string limit;

  static void fields(auto& self, auto visit) {
    visit(required("promotion", "promotion"), self.promotion);
    visit(required("cycle", "cycle that would have earned it"), self.cycle);
    visit(required("limit", "the limit that was reached"), self.limit);
  }
};

/// A completed cycle undone by a return (domain.md F44).
struct CompletionRevoked {
  static constexpr std::string_view name = "completion_revoked";
  PromotionId promotion;
  std::uint32_t cycle = 0;
  std::int64_t completed = 0;
  Sequence journal = 0;
  BenefitId benefit;
  std::uint64_t milestones = 0;

  static void fields(auto& self, auto visit) {
    visit(required("promotion", "promotion"), self.promotion);
    visit(required("cycle", "cycle that is open again"), self.cycle);
    visit(required("completed", "progress in it"), self.completed);
    visit(required("journal", "journal that was returned"), self.journal);
    visit(defaulted("benefit", "benefit that it had given and is taken back"), self.benefit);
    visit(defaulted("milestones", "bit i: milestone i was announced in it and stays so"),
          self.milestones);
  }
};

/// What a return takes back of a reward no longer counts against the limits of its promotion
/// (domain.md F46).
struct RewardReturned {
  static constexpr std::string_view name = "reward_returned";
  PromotionId promotion;
  Sequence journal = 0;
  Points points;
  std::uint32_t rewards = 0;
  std::uint32_t vouchers = 0;
  Money liability;

  static void fields(auto& self, auto visit) {
    visit(required("promotion", "promotion"), self.promotion);
    visit(required("journal", "journal that was returned"), self.journal);
    visit(required("points", "points that no longer count"), self.points);
    visit(required("rewards", "1 when the whole reward is taken back"), self.rewards);
    visit(required("vouchers", "its vouchers"), self.vouchers);
    visit(required("liability", "what it cost the program, minor units"), self.liability);
  }
};

struct RewardNear {
  static constexpr std::string_view name = "reward_near";
  OfferId offer;
  Points missing;
  static void fields(auto& self, auto visit) {
    visit(required("offer", "offer"), self.offer);
    visit(required("missing", "points still missing"), self.missing);
  }
};

struct RewardReachable {
  static constexpr std::string_view name = "reward_reachable";
  OfferId offer;
  static void fields(auto& self, auto visit) { visit(required("offer", "offer"), self.offer); }
};

}  // namespace loyalty::domain
