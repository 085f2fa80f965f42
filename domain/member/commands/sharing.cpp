// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <numeric>

#include "domain/member/benefits.hpp"
#include "domain/member/commands/decide.hpp"
#include "domain/member/commands/departure.hpp"
#include "domain/member/consume.hpp"
#include "domain/member/transfer.hpp"
#include "domain/member/views.hpp"

/// Commands by which members share points: transfers, groups, merges (domain.md F23, F62).
namespace loyalty::domain {
namespace {

constexpr std::size_t most_groups = 100;

Decision sharing_answer() {
  return Answer([](const MemberTurn& turn, std::size_t) -> MemberResult {
    SharingResult result{.balances = balances_view(turn.member(), turn.catalogue()),
                         .groups = {},
                         .sequence = turn.member().sequence};
    for (const auto& share : turn.member().groups) {
      result.groups.push_back({share.group, share.percent});
    }
    return result;
  });
}

std::int64_t shared_beside(const Member& member, const std::string& group) {
  std::int64_t percent = 0;
  for (const auto& share : member.groups) percent += share.group == group ? 0 : share.percent;
  return percent;
}

}  // namespace

Decision decide(const TransferPoints& command, MemberTurn& turn) {
  const auto sent = send_points(turn, command);
  if (!sent) return Unexpected{sent.error()};
  return Answer([sent = *sent](const MemberTurn& now, std::size_t first) -> MemberResult {
    TransferResult result{.sent = sent,
                          .balances = balances_view(now.member(), now.catalogue()),
                          .sequence = now.member().sequence};
    for (const auto& fact : now.facts().subspan(first)) {
      const auto* out = get_if<PointsSent>(&fact.event);
      if (out == nullptr || fact.sequence != sent) continue;
      result.to = out->to;
      result.currency = now.catalogue().text(out->currency);
      result.points = out->points;
      for (const auto& use : out->uses) result.trace.push_back({use.lot, use.points});
    }
    return result;
  });
}

Decision decide(const JoinGroup& command, MemberTurn& turn) {
  if (auto refusal = check_peer(turn, command.group, "group")) return Unexpected{*refusal};
  const std::int64_t beside = shared_beside(turn.member(), command.group);
  if (command.percent < 1 || command.percent > 100) {
    return refuse(RefusalCode::invalid_param, "percent", "expected 1 to 100");
  }
  if (beside + command.percent > 100) {
    return refuse(RefusalCode::limit_exceeded, "percent",
                  "other groups get " + std::to_string(beside) + " % already");
  }
  if (beside > 0 && turn.member().groups.size() >= most_groups) {
    return refuse(RefusalCode::limit_exceeded, "group", "a member shares with at most 100 groups");
  }
  turn.state(GroupShareChanged{command.group, command.percent});
  return sharing_answer();
}

Decision decide(const LeaveGroup& command, MemberTurn& turn) {
  if (std::ranges::find(turn.member().groups, command.group, &GroupShare::group) ==
      turn.member().groups.end()) {
    return refuse(RefusalCode::not_eligible, "group", "the member does not share with it");
  }
  turn.state(GroupShareChanged{command.group, 0});
  return sharing_answer();
}

Decision decide(const MergeMember& command, MemberTurn& turn) {
  if (auto refusal = check_peer(turn, command.into, "into")) return Unexpected{*refusal};
  if (auto refusal = check_words(command.reason, command.actor, true)) return Unexpected{*refusal};
  for (const auto& purse : turn.member().purses) {
    if (purse.owed() > Points{0}) {
      return refuse(RefusalCode::not_eligible, "member",
                    "the member owes " + std::to_string(purse.owed().value) + " " +
                        std::string(turn.catalogue().text(purse.currency)));
    }
  }
  release_holds(turn);
  move_everything(turn, command.into);
  turn.state(MemberStatusChanged{.status = MemberStatus::merged,
                                 .reason = command.reason,
                                 .actor = command.actor,
                                 .into = command.into});
  update_benefits(turn);
  return sharing_answer();
}

Decision decide(const TakeDeliveries& command, MemberTurn& turn) {
  turn.state(DeliveriesTaken{command.cursor, command.deliveries});
  const Member& member = turn.member();
  for (const auto& delivery : command.deliveries) {
    const bool takes = member.exists && (delivery.returned || !has_left(member.status) ||
                                         member.status == MemberStatus::merged);
    if (!takes) {
      MemberDelivery back = delivery;
      std::swap(back.from, back.to);
      back.returned = true;
      turn.deliver(std::move(back));
      continue;
    }
    receive(turn, delivery);
  }
  // What comes back to a member that has left meanwhile is breakage, like the rest was.
  if (member.status == MemberStatus::closed || member.status == MemberStatus::erased) {
    empty_purses(turn);
  }
  return Answer([](const MemberTurn&, std::size_t) -> MemberResult { return WakeResult{}; });
}

}  // namespace loyalty::domain
