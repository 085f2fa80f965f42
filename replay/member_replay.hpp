// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <limits>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "domain/member/commands.hpp"
#include "domain/member/events.hpp"
#include "domain/member/member.hpp"
#include "domain/program/program.hpp"
#include "domain/refusal.hpp"
#include "replay/counterparts.hpp"
#include "replay/figures.hpp"

namespace loyalty::replay {

/// One turn of a member's past: when it was taken, and what it stated.
struct Turn {
  domain::Instant now;
  bool asked = false;  ///< a command was accepted; otherwise timers only
  std::span<const domain::MemberFact> facts;
};

/// The time that is lived again under other rules.
struct Window {
  /// What was done before it happened as it happened.
  domain::Instant begin{std::numeric_limits<std::int64_t>::min()};
  domain::Instant end = domain::never;  ///< what was done at or after it is left out
  /// Up to here timers are let run; members with a later past to the end of that.
  domain::Instant until{std::numeric_limits<std::int64_t>::min()};
};

/// The two sets of rules.
struct Rules {
  const domain::ProgramView& actual;
  const domain::ProgramView& proposed;
  /// All there ever were, ascending: a program keeps the last ones only.
  std::span<const domain::Instant> batch_runs;
};

/// A command that was accepted then, and is refused under the proposed rules.
using Refused = std::pair<std::string_view, domain::RefusalCode>;

/// What was spent and cannot be spent under the proposed rules.
struct NotCovered {
  std::uint64_t redemptions = 0;
  Tally<domain::CurrencyId, domain::Points> points;

  NotCovered& operator+=(const NotCovered& other);
};

/// A member under the rules of the past and under those that are proposed.
struct MemberReplay {
  Figures actual;
  Figures proposed;
  domain::Member then;  ///< at the end, as it is
  domain::Member now;   ///< at the end, as it would be
  std::uint64_t commands = 0;
  NotCovered not_covered;
  Tally<Refused, std::uint64_t> refused;
  std::uint64_t lost = 0;        ///< about what the proposed rules did not bring about
  std::uint64_t deliveries = 0;  ///< from other members, which arrived as they did
};

/// Lives the pasts of members again. One thread, one member after the other.
class MemberReplayer {
 public:
  /// The program must have the names of the facts: its symbols contain theirs.
  MemberReplayer(const Rules& rules, const Window& window) : rules_(rules), window_(window) {}

  /// Carries out what was asked of a member again, through the code that serves calls. Valid until
  /// the next one.
  const MemberReplay& replay(std::string_view member, std::span<const Turn> turns);

 private:
  void begin_period();
  void live(const Turn& turn);
  void carry_out(const domain::MemberCommand& command, const Turn& turn,
                 std::span<const domain::Instant> batch_runs);
  void keep(std::vector<domain::MemberFact> facts);
  void settle_both(domain::Instant until);
  void leave_out(const Turn& turn);
  std::span<const domain::Instant> runs_before(const Turn& turn);

  Rules rules_;
  Window window_;
  MemberReplay result_;
  Counterparts counterparts_;
  std::vector<domain::MemberFact> history_;  ///< of the other past, as far as somebody looks back
  std::vector<domain::MemberFact> stated_;   ///< by the present turn
  bool begun_ = false;
  bool looks_back_ = false;
  domain::Instant runs_at_;    ///< of the last turn
  std::size_t runs_seen_ = 0;  ///< batch runs of that very instant which came before it
};

}  // namespace loyalty::replay
