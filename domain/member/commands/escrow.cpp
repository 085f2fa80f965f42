// SPDX-License-Identifier: Apache-2.0
#include "domain/member/commands/decide.hpp"
#include "domain/member/credit.hpp"
#include "domain/member/views.hpp"

/// Early release of held points, by staff or on an event such as a delivery (domain.md F16).
namespace loyalty::domain {
namespace {

struct Held {
  CurrencyId currency;
  Sequence credit = 0;
};

std::vector<Held> held_by(const Member& member, const ReleaseEscrow& command) {
  std::vector<Held> result;
  const auto wanted = [&](const Lot& lot) {
    return command.journal ? lot.journal == static_cast<Sequence>(*command.journal)
                           : lot.id == static_cast<Sequence>(*command.credit);
  };
  for (const auto& purse : member.purses) {
    for (const auto& lot : purse.escrow) {
      if (wanted(lot)) result.push_back({purse.currency, lot.id});
    }
  }
  return result;
}

}  // namespace

Decision decide(const ReleaseEscrow& command, MemberTurn& turn) {
  if (command.journal.has_value() == command.credit.has_value()) {
    return refuse(RefusalCode::invalid_param, "journal", "expected either journal or credit");
  }
  const char* param = command.journal ? "journal" : "credit";
  if (command.journal.value_or(1) < 1 || command.credit.value_or(1) < 1) {
    return refuse(RefusalCode::invalid_param, param, "expected 1 or more");
  }
  if (command.actor.size() > 64) {
    return refuse(RefusalCode::invalid_param, "actor", "expected at most 64 bytes");
  }
  const std::vector<Held> held = held_by(turn.member(), command);
  if (held.empty()) {
    return refuse(RefusalCode::unknown_journal, param, "no points are held of it");
  }
  for (const auto& entry : held) release(turn, entry.currency, entry.credit, false, command.actor);
  return Answer([](const MemberTurn& t, std::size_t first) -> MemberResult {
    return release_result(t, first);
  });
}

}  // namespace loyalty::domain
