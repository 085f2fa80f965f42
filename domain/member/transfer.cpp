// SPDX-License-Identifier: Apache-2.0
#include "domain/member/transfer.hpp"

#include <algorithm>

#include "domain/id.hpp"
#include "domain/member/commands/decide.hpp"
#include "domain/member/commands/spend.hpp"
#include "domain/member/credit.hpp"
#include "domain/member/past.hpp"

namespace loyalty::domain {
namespace {

Sequence send(MemberTurn& turn, CurrencyId currency, const std::vector<LotUse>& uses,
              const std::string& to, const std::string& reason) {
  MemberDelivery delivery{.from = turn.member().id,
                          .to = to,
                          .currency = currency,
                          .lots = parts_of(turn.member(), currency, uses)};
  delivery.sent = turn.state(PointsSent{
      .currency = currency, .points = total(uses), .uses = uses, .to = to, .reason = reason});
  turn.deliver(delivery);
  return delivery.sent;
}

void send_qualifying(MemberTurn& turn, const Purse& purse, const std::string& to) {
  MemberDelivery delivery{.from = turn.member().id,
                          .to = to,
                          .currency = purse.currency,
                          .lots = {},
                          .qualifying = purse.available};
  delivery.sent = turn.state(QualifyingReset{purse.currency, purse.available});
  turn.deliver(std::move(delivery));
}

void send_vouchers(MemberTurn& turn, const std::string& to) {
  MemberDelivery delivery{.from = turn.member().id, .to = to};
  for (std::size_t i = 0; i < turn.member().vouchers.size(); ++i) {
    const Voucher voucher = turn.member().vouchers[i];
    if (voucher.status == VoucherStatus::reserved) {
      turn.state(VoucherReservationEnded{voucher.id, false});
    } else if (voucher.status != VoucherStatus::issued) {
      continue;
    }
    delivery.sent = turn.state(VoucherCancelled{voucher.id});
    delivery.vouchers.push_back({.definition = voucher.definition,
                                 .value = voucher.remaining,
                                 .expires = voucher.expires,
                                 .journal = 0,
                                 .promotion = voucher.promotion});
  }
  if (!delivery.vouchers.empty()) turn.deliver(std::move(delivery));
}

}  // namespace

std::optional<Refusal> check_peer(const MemberTurn& turn, const std::string& peer,
                                  const char* param) {
  if (!is_id(peer) || peer == turn.member().id) {
    return Refusal{RefusalCode::invalid_param, param, "expected another member"};
  }
  switch (turn.context().peer) {
    case Peer::unasked:
    case Peer::active: return std::nullopt;
    case Peer::unknown:
      return Refusal{RefusalCode::unknown_member, param, "no such member in this program"};
    case Peer::inactive:
      return Refusal{RefusalCode::member_not_active, param, "that member cannot take points"};
  }
  return std::nullopt;
}

Expected<Sequence, Refusal> send_points(MemberTurn& turn, const TransferPoints& command) {
  const Currency* currency = currency_for(turn, command.currency);
  if (currency == nullptr) {
    return refuse(RefusalCode::unknown_currency, "currency", "the program has no such currency");
  }
  if (auto refusal = check_peer(turn, command.to, "to")) return Unexpected{*refusal};
  if (auto refusal = check_points(command.points, command.reason, "reason")) {
    return Unexpected{*refusal};
  }
  const Spending spending = any_points(*currency);
  if (auto refusal = check_balance(turn, spending, {command.points})) return Unexpected{*refusal};
  const auto uses = consume(turn.member().purse(currency->id), spending, {command.points});
  return send(turn, currency->id, uses, command.to, command.reason);
}

std::vector<PointsReceived> receipts(const MemberDelivery& delivery) {
  std::vector<PointsReceived> result;
  for (Lot lot : delivery.lots) {
    lot.original = lot.remaining;
    lot.journal = 0;  // it was another member's
    result.push_back({.currency = delivery.currency,
                      .points = lot.remaining,
                      .lots = {lot},
                      .from = delivery.from,
                      .sent = delivery.sent,
                      .returned = delivery.returned});
  }
  return result;
}

void receive(MemberTurn& turn, const MemberDelivery& delivery) {
  for (const auto& receipt : receipts(delivery)) {
    const Sequence credit = turn.state(receipt);
    Lot lot = receipt.lots.front();
    lot.id = credit;
    repay_arrears(turn, receipt.currency, {lot});
  }
  if (delivery.qualifying > Points{0}) {
    credit(turn,
           {.currency = delivery.currency, .points = delivery.qualifying, .earned = turn.today()});
  }
  for (const auto& voucher : delivery.vouchers) turn.state(voucher);
}

void share_with_groups(MemberTurn& turn, CurrencyId currency, Sequence credit) {
  const auto lot_of = [&] {
    const auto& lots = turn.member().purse(currency)->lots;
    const auto lot = std::ranges::find(lots, credit, &Lot::id);
    return lot == lots.end() ? Lot{} : *lot;
  };
  const Points earned = lot_of().original;
  for (const auto& share : std::vector<GroupShare>(turn.member().groups)) {
    const Points part = std::min(Points{earned.value * share.percent / 100}, lot_of().remaining);
    if (part > Points{0}) send(turn, currency, {{credit, part}}, share.group, "group");
  }
}

void move_everything(MemberTurn& turn, const std::string& to) {
  for (std::size_t i = 0; i < turn.member().purses.size(); ++i) {
    const Purse& purse = turn.member().purses[i];
    if (purse.qualifying) {
      if (purse.available > Points{0}) send_qualifying(turn, purse, to);
      continue;
    }
    std::vector<LotUse> uses;
    for (const auto& lot : purse.lots) uses.push_back({lot.id, lot.remaining});
    if (!uses.empty()) send(turn, purse.currency, uses, to, "merge");
  }
  send_vouchers(turn, to);
}

}  // namespace loyalty::domain
