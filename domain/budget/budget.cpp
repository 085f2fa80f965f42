// SPDX-License-Identifier: Apache-2.0
#include "domain/budget/budget.hpp"

#include <algorithm>

namespace loyalty::domain {
namespace {

Quantities portions_but(const Budget& budget, std::uint32_t shard) {
  Quantities sum;
  for (const auto& portion : budget.portions) {
    if (portion.shard != shard) sum += portion.quantities;
  }
  return sum;
}

}  // namespace

Quantities Budget::set_aside() const {
  Quantities sum;
  for (const auto& portion : portions) sum += portion.quantities;
  return sum;
}

void book(Budget& budget, std::uint32_t shard, const Quantities& use) {
  // Limits may have come after what is given back now.
  budget.used = (budget.used + use).positive();
  const auto portion = std::ranges::find(budget.portions, shard, &Portion::shard);
  if (portion == budget.portions.end()) return;
  portion->quantities = (portion->quantities - use.positive()).positive();
}

void evolve(Budget& budget, const PortionSet& fact) {
  std::erase_if(budget.portions, [&](const Portion& p) { return p.shard == fact.portion.shard; });
  if (fact.portion.quantities != Quantities{}) budget.portions.push_back(fact.portion);
}

Quantities grantable(const Budget& budget, const Quantities& total, std::uint32_t shard,
                     const Quantities& kept, const Quantities& wanted) {
  const Quantities left = total - budget.used - portions_but(budget, shard) - kept;
  return least(wanted, left).positive();
}

}  // namespace loyalty::domain
