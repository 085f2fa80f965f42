// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "domain/member/benefits.hpp"
#include "domain/member/commands/decide.hpp"
#include "domain/member/commands/departure.hpp"
#include "domain/member/views.hpp"

/// Commands about what a member is: segments, and the status of the membership.
namespace loyalty::domain {
namespace {

constexpr std::size_t most_segments = 64;
constexpr std::size_t longest_name = 64;
constexpr std::size_t longest_reason = 256;

Decision standing_answer() {
  return Answer([](const MemberTurn& turn, std::size_t) -> MemberResult {
    return StandingResult{.status = turn.member().status,
                          .segments = turn.member().segments,
                          .balances = balances_view(turn.member(), turn.catalogue()),
                          .sequence = turn.member().sequence};
  });
}

void change_status(MemberTurn& turn, MemberStatus status, const std::string& reason,
                   const std::string& actor) {
  turn.state(MemberStatusChanged{.status = status, .reason = reason, .actor = actor, .into = {}});
}

/// Points to come, held and scheduled, will not come.
void cancel_points_to_come(MemberTurn& turn) {
  for (std::size_t i = 0; i < turn.member().purses.size(); ++i) {
    while (!turn.member().purses[i].escrow.empty()) {
      const Purse& purse = turn.member().purses[i];
      const Lot& lot = purse.escrow.front();
      turn.state(EscrowCancelled{.currency = purse.currency,
                                 .credit = lot.id,
                                 .points = lot.remaining,
                                 .journal = 0,
                                 .issuer = lot.issuer});
    }
  }
  while (!turn.member().pending.empty()) {
    const PendingCredit& pending = turn.member().pending.front();
    turn.state(
        ScheduledCancelled{.scheduled = pending.id, .points = pending.what.points, .journal = 0});
  }
}

}  // namespace

std::optional<Refusal> check_words(const std::string& reason, const std::string& actor,
                                   bool needs_reason) {
  if ((needs_reason && reason.empty()) || reason.size() > longest_reason) {
    return Refusal{RefusalCode::invalid_param, "reason",
                   needs_reason ? "expected 1 to 256 bytes" : "expected at most 256 bytes"};
  }
  if (actor.size() > longest_name) {
    return Refusal{RefusalCode::invalid_param, "actor", "expected at most 64 bytes"};
  }
  return std::nullopt;
}

void release_holds(MemberTurn& turn) {
  while (!turn.member().set_aside.empty()) {
    const Hold& hold = turn.member().set_aside.front();
    turn.state(HoldReleased{
        .hold = hold.id, .points = hold.points, .expired = false, .currency = hold.currency});
  }
}

void empty_purses(MemberTurn& turn) {
  for (std::size_t i = 0; i < turn.member().purses.size(); ++i) {
    const Purse& purse = turn.member().purses[i];
    if (purse.qualifying) {
      if (purse.reset_at != never) turn.state(QualifyingReset{purse.currency, purse.available});
      continue;
    }
    PointsExpired breakage{.currency = purse.currency, .points = {}, .uses = {}};
    for (const auto& lot : purse.lots) {
      breakage.uses.push_back({lot.id, lot.remaining});
      breakage.points += lot.remaining;
    }
    if (breakage.points > Points{0}) turn.state(std::move(breakage));
  }
}

Decision decide(const SetSegments& command, MemberTurn& turn) {
  if (command.segments.size() > most_segments) {
    return refuse(RefusalCode::invalid_param, "segments", "expected at most 64 names");
  }
  std::vector<std::string> segments = command.segments;
  for (const auto& segment : segments) {
    if (segment.empty() || segment.size() > longest_name) {
      return refuse(RefusalCode::invalid_param, "segments", "expected names of 1 to 64 bytes");
    }
  }
  std::ranges::sort(segments);
  segments.erase(std::unique(segments.begin(), segments.end()), segments.end());
  if (segments != turn.member().segments) turn.state(SegmentsChanged{std::move(segments)});
  return standing_answer();
}

Decision decide(const FreezeMember& command, MemberTurn& turn) {
  if (auto refusal = check_words(command.reason, command.actor, true)) return Unexpected{*refusal};
  change_status(turn, MemberStatus::frozen, command.reason, command.actor);
  return standing_answer();
}

Decision decide(const ThawMember& command, MemberTurn& turn) {
  if (turn.member().status != MemberStatus::frozen) {
    return refuse(RefusalCode::not_eligible, "member", "the member is not frozen");
  }
  if (auto refusal = check_words(command.reason, command.actor, false)) {
    return Unexpected{*refusal};
  }
  change_status(turn, MemberStatus::active, command.reason, command.actor);
  return standing_answer();
}

Decision decide(const CloseMember& command, MemberTurn& turn) {
  if (auto refusal = check_words(command.reason, command.actor, true)) return Unexpected{*refusal};
  release_holds(turn);
  cancel_points_to_come(turn);
  empty_purses(turn);
  change_status(turn, MemberStatus::closed, command.reason, command.actor);
  update_benefits(turn);
  return standing_answer();
}

Decision decide(const EraseMember& command, MemberTurn& turn) {
  if (auto refusal = check_words(command.reason, command.actor, true)) return Unexpected{*refusal};
  release_holds(turn);
  cancel_points_to_come(turn);
  empty_purses(turn);
  change_status(turn, MemberStatus::erased, command.reason, command.actor);
  update_benefits(turn);
  return standing_answer();
}

}  // namespace loyalty::domain
