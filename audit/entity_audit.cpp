// SPDX-License-Identifier: Apache-2.0
#include "audit/entity_audit.hpp"

#include "actors/entity_key.hpp"
#include "audit/budget_audit.hpp"
#include "audit/member_audit.hpp"
#include "audit/partner_audit.hpp"
#include "audit/program_audit.hpp"

namespace loyalty::audit {

std::unique_ptr<EntityAudit> make_audit(const actors::Entity& state, AuditContext context) {
  switch (actors::type_of(state.key())) {
    case actors::EntityType::member:
      return std::make_unique<MemberAudit>(static_cast<const actors::MemberEntity&>(state),
                                           context);
    case actors::EntityType::program:
      return std::make_unique<ProgramAudit>(static_cast<const actors::ProgramEntity&>(state),
                                            context);
    case actors::EntityType::budget:
      return std::make_unique<BudgetAudit>(static_cast<const actors::BudgetEntity&>(state),
                                           context);
    case actors::EntityType::partner:
    case actors::EntityType::outbox:
    case actors::EntityType::report: break;
  }
  return std::make_unique<PartnerAudit>(static_cast<const actors::PartnerEntity&>(state), context);
}

}  // namespace loyalty::audit
