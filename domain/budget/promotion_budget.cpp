// SPDX-License-Identifier: Apache-2.0
#include "domain/budget/promotion_budget.hpp"

#include "domain/invariant.hpp"

namespace loyalty::domain {
namespace {

Quantities as_quantities(const LimitDefinition& limits) {
  return {limits.points, limits.rewards, limits.vouchers, limits.liability};
}

struct ApplyToBudget {
  PromotionBudget& ledger;

  void operator()(const BudgetUsed& e) const {
    invariant(e.cursor.last > last_of(ledger.cursors, e.cursor.shard),
              "each outbox message is applied once");
    move_on(ledger.cursors, e.cursor);
    for (const auto& use : e.uses) book(ledger.budget, e.cursor.shard, use.quantities);
  }
  void operator()(const PortionSet& e) const { evolve(ledger.budget, e); }
};

}  // namespace

void evolve(PromotionBudget& budget, const BudgetEvent& event) {
  ++budget.sequence;
  visit(ApplyToBudget{budget}, event);
}

Quantities total_of(const LimitDefinition& limits) {
  return Quantities::each(as_quantities(limits), {}, [](std::int64_t limit, std::int64_t) {
    return limit == 0 ? unlimited : limit;
  });
}

Quantities limited_part(const LimitDefinition& limits, const Quantities& of) {
  return Quantities::each(as_quantities(limits), of, [](std::int64_t limit, std::int64_t part) {
    return limit == 0 ? 0 : part;
  });
}

Expected<BudgetView, Refusal> answer(const BudgetQuery&, const PromotionBudget& budget,
                                     const Catalogue& catalogue) {
  const Promotion* promotion = catalogue.promotion(budget.id);
  if (promotion == nullptr) {
    return Unexpected{Refusal{RefusalCode::unknown_promotion, "promotion",
                              "the program has no promotion '" + budget.id + "'"}};
  }
  const Quantities left = total_of(promotion->limits) - budget.budget.used;
  return BudgetView{.promotion = budget.id,
                    .limits = promotion->limits,
                    .used = limited_part(promotion->limits, budget.budget.used),
                    .left = limited_part(promotion->limits, left).positive()};
}

}  // namespace loyalty::domain
