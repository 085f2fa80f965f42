// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <string>

#include "actors/partner_entity.hpp"
#include "audit/entity_audit.hpp"

namespace loyalty::audit {

/// Follows what a partner booked: each message once, in order, and only its own entries.
class PartnerAudit final : public EntityAudit {
 public:
  PartnerAudit(const actors::PartnerEntity& state, AuditContext context)
      : state_(state), context_(context) {}

  void before(const actors::RecordView& record, const Place& place) override;
  void after(const actors::RecordView&, const Place&) override {}
  void check_snapshot(const actors::Entity& snapshot, const Place& place) override {
    check_ledger(snapshot, place);
  }
  void finish(const Place& place) override;

 private:
  /// A state after the records seen so far: its sums are those of their entries.
  void check_ledger(const actors::Entity& state, const Place& place) const;
  void check_entry(const domain::PartnerEntry& entry, const Place& place);
  /// A statement sums to the entries that stand in it, and comes after the one before.
  void check_statement(const domain::PartnerStatementClosed& statement, const Place& place);

  const actors::PartnerEntity& state_;
  AuditContext context_;
  std::map<std::uint32_t, domain::OutboxId> cursors_;
  PartnerTotals booked_;
  std::map<std::int32_t, domain::Money> months_;
  std::int32_t closed_until_ = INT32_MIN;
};

}  // namespace loyalty::audit
