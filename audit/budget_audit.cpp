// SPDX-License-Identifier: Apache-2.0
#include "audit/budget_audit.hpp"

#include "actors/entity_key.hpp"

namespace loyalty::audit {

using namespace domain;

void BudgetAudit::before(const actors::RecordView& record, const Place& place) {
  const auto program = context_.programs.find(actors::program_of(state_.key()));
  const Catalogue* catalogue =
      program == context_.programs.end() ? nullptr : program->second.version(record.version);
  const Promotion* promotion =
      catalogue ? catalogue->promotion(actors::id_of(state_.key())) : nullptr;
  const bool good = actors::decode_facts<BudgetEvent>(record, [&](Instant,
                                                                  const BudgetEvent& event) {
    ++context_.totals.facts;
    if (const auto* used = get_if<BudgetUsed>(&event)) {
      const OutboxId last = last_of(book_.cursors, used->cursor.shard);
      if (used->cursor.last <= last) {
        place.report(Invariant::effects_once,
                     "a message of shard " + std::to_string(used->cursor.shard) +
                         " after position " + std::to_string(last.position),
                     "the one of position " + std::to_string(used->cursor.last.position));
        return;
      }
      context_.effects.booked(state_.key(), used->cursor, {used->uses.begin(), used->uses.end()});
    }
    evolve(book_, event);
    if (!holds_alternative<PortionSet>(event) || promotion == nullptr) return;
    // Limits that were lowered may be below what was given before; then nothing is granted.
    const Quantities all = book_.budget.used + book_.budget.set_aside();
    const bool grants = get<PortionSet>(event).portion.quantities != Quantities{};
    if (grants && !total_of(promotion->limits).covers(all)) {
      place.report(Invariant::no_debt, "no more used and granted than the limits allow",
                   std::to_string(all.points) + " points, " + std::to_string(all.rewards) +
                       " rewards, " + std::to_string(all.vouchers) + " vouchers");
    }
  });
  if (!good) place.report(Invariant::replay, "facts that can be read", "other bytes");
}

}  // namespace loyalty::audit
