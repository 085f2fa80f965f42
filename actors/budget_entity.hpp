// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "actors/entity.hpp"
#include "domain/budget/promotion_budget.hpp"

namespace loyalty::actors {

/// The limits of a promotion for all members: counts what shards report, each message once, and
/// grants portions.
class BudgetEntity final : public Entity {
 public:
  explicit BudgetEntity(const std::string& key);

  std::uint64_t sequence() const override { return budget_.sequence; }

 protected:
  void execute(Work& work) override;
  void answer_with_history(Work& work, std::span<const RecordView> history) override;
  bool replay_facts(const RecordView& record) override;
  void write_state(codec::Writer& out) const override;
  bool read_state(codec::Reader& in) override;

 private:
  void count(Work& work, const OutboxMessage& message);
  void grant(Work& work, const BudgetAsk& ask);
  void state(Work& work, domain::BudgetEvent event);

  domain::PromotionBudget budget_;
};

/// The owner's answer to a shard, and the fact to be stated if it changes what the shard has.
/// `total` is what there is of the budget; `cursor` the last message of the shard that was counted.
std::optional<domain::PortionSet> decide_grant(const BudgetAsk& ask, const domain::Budget& budget,
                                               const domain::Quantities& total,
                                               domain::OutboxId cursor, BudgetGrant& grant);

}  // namespace loyalty::actors
