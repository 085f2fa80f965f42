// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "actors/program_entity.hpp"
#include "audit/entity_audit.hpp"

namespace loyalty::audit {

/// Follows a program's versions: one after the other, and nothing by refused calls.
class ProgramAudit final : public EntityAudit {
 public:
  ProgramAudit(const actors::ProgramEntity& state, AuditContext context)
      : state_(state), context_(context) {}

  void before(const actors::RecordView& record, const Place& place) override;
  void after(const actors::RecordView&, const Place&) override {}
  void finish(const Place& place) override;

 private:
  const actors::ProgramEntity& state_;
  AuditContext context_;
  std::uint32_t version_ = 0;
};

}  // namespace loyalty::audit
