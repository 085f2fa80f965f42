// SPDX-License-Identifier: Apache-2.0
#include "domain/member/commands/decide.hpp"
#include "domain/member/commands/spend.hpp"
#include "domain/member/credit.hpp"
#include "domain/member/views.hpp"

/// Points that staff give and take, without an activity and without an offer.
namespace loyalty::domain {

Decision decide(const CreditPoints& command, MemberTurn& turn) {
  const Currency* currency = currency_for(turn, command.currency);
  if (currency == nullptr) {
    return refuse(RefusalCode::unknown_currency, "currency", "the program has no such currency");
  }
  if (auto refusal = check_points(command.points, command.reason, "reason")) {
    return Unexpected{*refusal};
  }
  if (turn.member().balance(currency->id).value > max_balance - command.points) {
    return refuse(RefusalCode::limit_exceeded, "points", "the balance would exceed 10^15");
  }
  const Sequence journal = turn.state(plain_journal(turn, "credit", command.reason));
  credit(turn, {.journal = journal,
                .currency = currency->id,
                .points = {command.points},
                .earned = turn.today()});
  return Answer(
      [journal](MemberTurn& t, std::size_t first) { return activity_result(t, first, journal); });
}

Decision decide(const DebitPoints& command, MemberTurn& turn) {
  const Currency* currency = currency_for(turn, command.currency);
  if (currency == nullptr) {
    return refuse(RefusalCode::unknown_currency, "currency", "the program has no such currency");
  }
  if (auto refusal = check_points(command.points, command.reason, "reason")) {
    return Unexpected{*refusal};
  }
  const Spending spending = any_points(*currency);
  if (auto refusal = check_spending(turn, spending, {command.points})) return Unexpected{*refusal};
  const Sequence journal = turn.state(plain_journal(turn, "debit", command.reason));
  PointsDebited fact;
  fact.journal = journal;
  fact.points = {command.points};
  debit(turn, spending, std::move(fact));
  return Answer([journal](const MemberTurn& t, std::size_t first) {
    return redeem_result(t, first, journal);
  });
}

}  // namespace loyalty::domain
