// SPDX-License-Identifier: Apache-2.0
#include "audit/program_audit.hpp"

#include "actors/entity_key.hpp"
#include "audit/answer_audit.hpp"

namespace loyalty::audit {

using namespace domain;

void ProgramAudit::before(const actors::RecordView& record, const Place& place) {
  bool states_any = false;
  const bool good =
      actors::decode_facts<ProgramEvent>(record, [&](Instant, const ProgramEvent& event) {
        ++context_.totals.facts;
        states_any = true;
        const auto version = version_of(event);
        if (!version) return;
        if (*version != version_ + 1) {
          place.report(Invariant::gapless, "version " + std::to_string(version_ + 1),
                       "version " + std::to_string(*version));
        }
        version_ = *version;
      });
  if (!good) place.report(Invariant::replay, "facts that can be read", "other bytes");
  if (states_any && record.kind != actors::OutcomeKind::result) {
    place.report(Invariant::refusals, "no effect of what was refused or not asked", "facts");
  }
  if (record.version != version_) {
    place.report(Invariant::replay, "the version after it, " + std::to_string(version_),
                 "version " + std::to_string(record.version));
  }
  check_program_answer(record, version_, place);
}

void ProgramAudit::finish(const Place&) {
  (void)context_.totals.programs[std::string(actors::program_of(state_.key()))];
}

}  // namespace loyalty::audit
