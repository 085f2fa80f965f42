// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string>

#include "actors/entity.hpp"
#include "audit/effects.hpp"
#include "audit/finding.hpp"
#include "audit/programs.hpp"
#include "audit/report_audit.hpp"
#include "audit/totals.hpp"

namespace loyalty::audit {

/// What the audits of single entities need, and what they add to.
struct AuditContext {
  const Programs& programs;
  Effects& effects;
  Totals& totals;
  ScannedReports& reports;  ///< of the shard at hand
};

/// What is checked of one entity of one kind, beside what is the same for all (verify.cpp).
/// `state` is the entity that the records are replayed on.
class EntityAudit {
 public:
  virtual ~EntityAudit() = default;

  /// Before a record is replayed.
  virtual void before(const actors::RecordView& record, const Place& place) = 0;
  /// After it was replayed.
  virtual void after(const actors::RecordView& record, const Place& place) = 0;
  /// What a snapshot must show by itself.
  virtual void check_snapshot(const actors::Entity&, const Place&) {}
  /// After the last record.
  virtual void finish(const Place& place) = 0;
};

std::unique_ptr<EntityAudit> make_audit(const actors::Entity& state, AuditContext context);

}  // namespace loyalty::audit
