// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <boost/variant2/variant.hpp>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "domain/budget/budget.hpp"
#include "domain/effect.hpp"
#include "domain/expected.hpp"
#include "domain/outbox_cursor.hpp"
#include "domain/program/catalogue.hpp"
#include "domain/refusal.hpp"

/// The limits of a promotion for all members together, as an entity (domain.md F46, U9).
namespace loyalty::domain {

/// What members of one shard used, in one journal block, with the cursor that keeps it from being
/// counted again.
struct BudgetUsed {
  static constexpr std::string_view name = "budget_used";
  OutboxCursor cursor;
  std::vector<BudgetUse> uses;

  static void fields(auto& self, auto visit) {
    visit(required("cursor", "where it came from"), self.cursor);
    visit(required("uses", "one for each turn of a member"), self.uses);
  }
};

using BudgetEvent = boost::variant2::variant<BudgetUsed, PortionSet>;

struct PromotionBudget {
  std::string id;  ///< of the promotion; not stored: it is the key
  std::vector<OutboxCursor> cursors;
  Budget budget;
  std::uint64_t sequence = 0;

  static void fields(auto& self, auto visit) {
    visit(required("cursors", "per sending shard"), self.cursors);
    visit(required("budget", "used and set aside"), self.budget);
    visit(required("sequence", "number of facts"), self.sequence);
  }
};

void evolve(PromotionBudget& budget, const BudgetEvent& event);

/// The limits as quantities; what is not limited is `unlimited`.
Quantities total_of(const LimitDefinition& limits);
/// Only what is limited, the rest 0.
Quantities limited_part(const LimitDefinition& limits, const Quantities& of);

struct GetPromotionBudget {
  static constexpr std::string_view name = "get_promotion_budget";
  static void fields(auto&, auto) {}
};

using BudgetQuery = boost::variant2::variant<GetPromotionBudget>;

struct BudgetView {
  std::string promotion;
  LimitDefinition limits;
  Quantities used;
  Quantities left;

  static void fields(auto& self, auto visit) {
    visit(required("promotion", "promotion"), self.promotion);
    visit(required("limits", "for all members together; 0 = no limit"), self.limits);
    visit(required("used", "given so far, of what is limited"), self.used);
    visit(required("left", "of what is limited"), self.left);
  }
};

Expected<BudgetView, Refusal> answer(const BudgetQuery& query, const PromotionBudget& budget,
                                     const Catalogue& catalogue);

}  // namespace loyalty::domain
