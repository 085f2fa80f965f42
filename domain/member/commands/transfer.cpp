// SPDX-License-Identifier: Apache-2.0
#include "domain/member/transfer.hpp"

#include "domain/member/commands/decide.hpp"
#include "domain/member/commands/spend.hpp"
#include "domain/member/past.hpp"

namespace loyalty::domain {

Expected<SentPoints, Refusal> send_points(MemberTurn& turn, const TransferPoints& command) {
  const Currency* currency = currency_for(turn, command.currency);
  if (currency == nullptr) {
    return refuse(RefusalCode::unknown_currency, "currency", "the program has no such currency");
  }
  if (command.to.empty() || command.to.size() > 64 || command.to == turn.member().id) {
    return refuse(RefusalCode::invalid_param, "to", "expected another member");
  }
  if (auto refusal = check_points(command.points, command.reason, "reason")) {
    return Unexpected{*refusal};
  }
  const Spending spending = any_points(*currency);
  if (auto refusal = check_balance(turn, spending, {command.points})) return Unexpected{*refusal};

  const Purse& purse = *turn.member().purse(currency->id);
  const auto uses = consume(&purse, spending, {command.points});
  SentPoints sent{.currency = currency->id, .lots = parts_of(purse, uses)};
  sent.sent = turn.state(PointsSent{.currency = currency->id,
                                    .points = {command.points},
                                    .uses = uses,
                                    .to = command.to,
                                    .reason = command.reason});
  return sent;
}

std::vector<PointsReceived> receipts(const SentPoints& sent, const std::string& from,
                                     bool returned) {
  std::vector<PointsReceived> result;
  for (Lot lot : sent.lots) {
    lot.original = lot.remaining;
    lot.journal = 0;  // it was another member's
    result.push_back({.currency = sent.currency,
                      .points = lot.remaining,
                      .lots = {lot},
                      .from = from,
                      .sent = sent.sent,
                      .returned = returned});
  }
  return result;
}

void receive_points(MemberTurn& turn, const PointsReceived& receipt) {
  const Sequence credit = turn.state(receipt);
  std::vector<Lot> lots = receipt.lots;
  for (auto& lot : lots) lot.id = credit;
  repay_arrears(turn, receipt.currency, lots);
}

}  // namespace loyalty::domain
