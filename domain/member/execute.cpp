// SPDX-License-Identifier: Apache-2.0
#include "domain/member/execute.hpp"

#include "domain/member/commands/decide.hpp"
#include "domain/member/reach.hpp"
#include "domain/member/settle.hpp"
#include "domain/member/tiers.hpp"
#include "domain/member/transfer.hpp"

namespace loyalty::domain {
namespace {

/// Whether a command may act on members of a status.
template <class Command>
bool acts_on(const Command&, MemberStatus status) {
  if constexpr (requires { Command::acts_on(status); }) {
    return Command::acts_on(status);
  } else {
    return status == MemberStatus::active;
  }
}

Decision decide_command(const MemberCommand& command, MemberTurn& turn) {
  const bool wakes = holds_alternative<Wake>(command) || holds_alternative<TakeDeliveries>(command);
  if (turn.catalogue().status != ProgramStatus::active && !wakes) {
    return refuse(RefusalCode::program_not_active, "program",
                  "the program is " + std::string(name_of(turn.catalogue().status)));
  }
  if (!turn.member().exists && !holds_alternative<EnrollMember>(command) && !wakes) {
    return refuse(RefusalCode::unknown_member, "member", "no such member in this program");
  }
  return visit(
      [&](const auto& c) -> Decision {
        const MemberStatus status = turn.member().status;
        if (!acts_on(c, status)) {
          return refuse(RefusalCode::member_not_active, "member",
                        "the member is " + std::string(name_of(status)));
        }
        return decide(c, turn);
      },
      command);
}

/// Everything but the answer: `first` is the place of the first fact of the command itself.
Decision run(MemberTurn& turn, const MemberCommand& command, std::size_t& first) {
  const Instant now = turn.at();
  settle(turn, now);
  // What the program has made reachable since the last message is taken up before this one.
  rise_by_program(turn);
  first = turn.facts().size();
  ReachWatch reach(turn);
  Decision decision = decide_command(command, turn);
  if (!decision) return decision;
  reach.announce();
  settle(turn, now);
  // What becomes available to a merged member later follows the rest.
  if (turn.member().status == MemberStatus::merged) move_everything(turn, turn.member().into);
  return decision;
}

}  // namespace

Decision decide(const Wake&, MemberTurn&) {
  return Answer([](const MemberTurn&, std::size_t) -> MemberResult { return WakeResult{}; });
}

MemberOutcome execute(Member& member, const MemberCommand& command, const MemberContext& context) {
  MemberTurn turn(member, context);
  std::size_t first = 0;
  Decision decision = run(turn, command, first);
  auto uses = budget_uses(turn.facts(), turn.owed(), turn.catalogue());
  using Result = Expected<MemberResult, Refusal>;
  // The answer looks at the facts before they are handed over.
  return {.result = decision ? Result((*decision)(turn, first))
                             : Result(Unexpected{std::move(decision.error())}),
          .facts = std::move(turn.facts()),
          .owed = std::move(turn.owed()),
          .deliveries = std::move(turn.deliveries()),
          .uses = std::move(uses),
          .counts = turn.take_counts()};
}

const std::string* peer_of(const MemberCommand& command) {
  if (const auto* transfer = get_if<TransferPoints>(&command)) return &transfer->to;
  if (const auto* join = get_if<JoinGroup>(&command)) return &join->group;
  if (const auto* merge = get_if<MergeMember>(&command)) return &merge->into;
  return nullptr;
}

MemberStep live_through(Member& member, const MemberCommand& command,
                        const MemberContext& context) {
  MemberTurn turn(member, context);
  std::size_t first = 0;
  Decision decision = run(turn, command, first);
  if (!decision) return {std::move(decision).error(), std::move(turn.facts())};
  return {std::nullopt, std::move(turn.facts())};
}

}  // namespace loyalty::domain
