// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "domain/few.hpp"
#include "domain/fields.hpp"
#include "domain/member/results/promotions.hpp"
#include "domain/member/results/tiers.hpp"
#include "domain/member/results/vouchers.hpp"
#include "domain/member/sequence.hpp"
#include "domain/named.hpp"
#include "domain/program/rule_definition.hpp"
#include "domain/quantity.hpp"
#include "domain/time.hpp"

/// How activities are answered.
namespace loyalty::domain {

enum class JournalStatus : std::uint8_t { processed, pending };
template <>
struct EnumNames<JournalStatus> {
  static constexpr std::array<std::string_view, 2> names{"processed", "pending"};
};

/// One rule that applied to an activity, with its arithmetic:
/// points = round(base x rate x multiplier).
struct RuleLine {
  std::string_view rule;
  std::string_view currency;
  std::int64_t base = 0;
  std::string_view rate;
  std::string_view multiplier;
  Rounding rounding = Rounding::floor;
  Points points;
  Crediting crediting = Crediting::real_time;
  std::optional<Instant> due;
  Points cut;

  static void fields(auto& self, auto visit) {
    visit(required("rule", "rule that applied"), self.rule);
    visit(required("currency", "currency it credits"), self.currency);
    visit(required("base", "what it measured: minor units, pieces or 1"), self.base);
    visit(required("rate", "points per measured unit"), self.rate);
    visit(required("multiplier", "for the tier held before the activity"), self.multiplier);
    visit(required("rounding", "how the product was rounded, once"), self.rounding);
    visit(required("points", "points it gives"), self.points);
    visit(required("crediting", "real_time, next_day or batch"), self.crediting);
    visit(defaulted("due", "when a next_day credit is made"), self.due);
    visit(required("cut", "points that a cap kept back"), self.cut);
  }
};

using RuleLines = Few<RuleLine, 4>;

/// The answer to enrolment, purchases, reviews and other activities, and to a credit.
struct ActivityResult {
  Sequence journal = 0;
  JournalStatus status = JournalStatus::processed;
  bool late = false;
  Named<Points> credited;
  Named<Points> pending;
  RuleLines rules;
  Named<Points> balances;
  Named<std::string_view> tiers;
  std::vector<TierMove> tier_changes;
  std::vector<ProgressView> progress;
  std::vector<SkippedPromotion> skipped;
  Few<std::string_view, 4> completed;
  std::vector<VoucherView> vouchers;
  std::vector<std::string_view> benefits;
  Sequence sequence = 0;
  Named<Points> escrowed;
  std::vector<RewardView> rewards;

  ActivityResult() {}  // NOLINT(modernize-use-equals-default): else all of it is zeroed first

  static void fields(auto& self, auto visit) {
    visit(required("journal", "id of the journal"), self.journal);
    visit(required("status", "pending while credits are to come"), self.status);
    visit(required("late", "reported after the local day on which it happened"), self.late);
    visit(required("credited", "points credited now, by currency (rewards included)"),
          self.credited);
    visit(required("pending", "points to come, by currency"), self.pending);
    visit(required("rules", "the rules that applied, with their arithmetic"), self.rules);
    visit(required("balances", "available points after it, by currency"), self.balances);
    visit(required("tiers", "tiers held after it, by tier group"), self.tiers);
    visit(required("tier_changes", "tiers that changed with it"), self.tier_changes);
    visit(required("progress", "promotions that advanced"), self.progress);
    visit(required("skipped", "promotions that saw it but did not advance, and why"), self.skipped);
    visit(required("completed", "promotions that were completed by it"), self.completed);
    visit(required("vouchers", "vouchers issued by it"), self.vouchers);
    visit(required("benefits", "benefits granted by it"), self.benefits);
    visit(required("sequence", "the member's last fact"), self.sequence);
    visit(required("escrowed", "points credited now and held for a while, by currency"),
          self.escrowed);
    visit(required("rewards", "what promotions gave, with what limits kept back"), self.rewards);
  }
};

}  // namespace loyalty::domain
