// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "domain/member/commands.hpp"
#include "domain/member/events.hpp"
#include "domain/member/member.hpp"
#include "domain/program/catalogue.hpp"
#include "replay/counterparts.hpp"

namespace loyalty::replay {

/// What was asked in one turn, to be carried out under other rules.
struct Recalled {
  enum class Kind : std::uint8_t {
    nothing,   ///< timers alone, or a question that changed nothing
    commands,  ///< in their order
    lost,      ///< about something that the other past does not have
  };
  Kind kind = Kind::nothing;
  std::vector<domain::MemberCommand> commands;
};

/// Makes the commands of a member's past again from its facts. What was refused left no facts and
/// is not asked again. Timers are no commands: the other past has its own. What other members sent
/// arrives as it did.
class Recall {
 public:
  /// `names`: for the numbers in the facts; its zone is that of their days. `counterparts`: for
  /// what later commands name.
  Recall(const domain::Catalogue& names, const Counterparts& counterparts)
      : names_(names), counterparts_(counterparts) {}

  /// `asked`: somebody asked for something in that turn; otherwise only deliveries are told from
  /// timers. `before`: the member as it was before the turn.
  Recalled commands_of(std::span<const domain::MemberFact> facts, bool asked,
                       const domain::Member& before) const;

 private:
  using Facts = std::span<const domain::MemberFact>;

  /// The facts of a command, the first of which tells which one it was; `kind` stays `nothing` for
  /// facts that no command states first.
  struct Tell;

  Recalled from_journal(const domain::MemberFact& fact, const domain::JournalRecorded& journal,
                        Facts facts) const;
  Recalled redemption(const domain::JournalRecorded& journal, const domain::RedemptionMade& made,
                      const domain::PointsDebited& debit) const;
  Recalled by_staff(const domain::JournalRecorded& journal, domain::Sequence id, Facts facts) const;
  Recalled activity(const domain::JournalRecorded& journal) const;
  Recalled returns(Facts facts) const;
  Recalled capture(const domain::JournalRecorded& journal, domain::Sequence hold,
                   std::int64_t price) const;
  Recalled early_release(Facts facts, const domain::Member& before) const;

  template <class Tag>
  std::string name(domain::Symbol<Tag> symbol) const {
    return std::string(names_.text(symbol));
  }

  const domain::Catalogue& names_;
  const Counterparts& counterparts_;
};

}  // namespace loyalty::replay
