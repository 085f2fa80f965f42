// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "actors/budget_entity.hpp"
#include "audit/entity_audit.hpp"

namespace loyalty::audit {

/// Follows what shards report and are granted of a promotion's limits: each message once, and never
/// more in all than the limits that were in force.
class BudgetAudit final : public EntityAudit {
 public:
  BudgetAudit(const actors::BudgetEntity& state, AuditContext context)
      : state_(state), context_(context) {}

  void before(const actors::RecordView& record, const Place& place) override;
  void after(const actors::RecordView&, const Place&) override {}
  void finish(const Place&) override {}

 private:
  const actors::BudgetEntity& state_;
  AuditContext context_;
  domain::PromotionBudget book_;
};

}  // namespace loyalty::audit
