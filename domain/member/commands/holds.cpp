// SPDX-License-Identifier: Apache-2.0
#include "domain/member/commands/decide.hpp"
#include "domain/member/commands/obtain.hpp"
#include "domain/member/commands/spend.hpp"
#include "domain/member/views.hpp"

/// Points set aside for a redemption to come (domain.md F26). Their time-out is a timer (settle).
namespace loyalty::domain {
namespace {

constexpr std::int64_t longest_hold_s = 2'592'000;  // 30 days

/// What a hold is for, checked.
struct Wanted {
  Spending spending;
  const Offer* offer = nullptr;
  std::int64_t quantity = 0;
  Points points;
};

Expected<Wanted, Refusal> for_offer(const HoldPoints& command, const MemberTurn& turn) {
  const Offer* offer = turn.catalogue().offer(command.offer);
  if (offer == nullptr) {
    return refuse(RefusalCode::unknown_offer, "offer",
                  "the program has no offer '" + command.offer + "'");
  }
  if (!command.currency.empty()) {
    return refuse(RefusalCode::invalid_param, "currency", "expected either an offer or a currency");
  }
  const auto quantity = quantity_of(*offer, command.quantity, command.points);
  if (!quantity) return Unexpected{quantity.error()};
  // The product is known when the hold is captured: points must be good for each that it can be.
  const Currency& currency = *turn.catalogue().currency(offer->currency);
  return Wanted{.spending = points_for(currency, *offer, offer->categories),
                .offer = offer,
                .quantity = *quantity,
                .points = {offer->cost.value * *quantity}};
}

Expected<Wanted, Refusal> for_currency(const HoldPoints& command, const MemberTurn& turn) {
  const Currency* currency = currency_for(turn, command.currency);
  if (currency == nullptr) {
    return refuse(RefusalCode::unknown_currency, "currency", "the program has no such currency");
  }
  if (command.quantity) {
    return refuse(RefusalCode::invalid_param, "quantity", "expected only with an offer");
  }
  if (auto refusal = check_points(command.points.value_or(0), {}, "points")) {
    return Unexpected{*refusal};
  }
  return Wanted{.spending = any_points(*currency), .offer = nullptr, .points = {*command.points}};
}

Expected<const Hold*, Refusal> find_hold(const MemberTurn& turn, const std::string& name) {
  const Hold* hold = turn.member().hold(number_of(name, 'h'));
  if (hold == nullptr) {
    return refuse(RefusalCode::unknown_hold, "hold", "the member has no hold '" + name + "'");
  }
  return hold;
}

const Offer* offer_of(const Hold& hold, const MemberTurn& turn) {
  return turn.catalogue().offer(turn.catalogue().text(hold.offer));
}

}  // namespace

Decision decide(const HoldPoints& command, MemberTurn& turn) {
  if (command.ttl_s < 1 || command.ttl_s > longest_hold_s) {
    return refuse(RefusalCode::invalid_param, "ttl_s", "expected 1 to 2592000 seconds");
  }
  if (command.reference.size() > 64) {
    return refuse(RefusalCode::invalid_param, "reference", "expected at most 64 bytes");
  }
  const auto wanted =
      command.offer.empty() ? for_currency(command, turn) : for_offer(command, turn);
  if (!wanted) return Unexpected{wanted.error()};
  if (auto refusal = check_balance(turn, wanted->spending, wanted->points)) {
    return Unexpected{*refusal};
  }
  const CurrencyId currency = wanted->spending.currency->id;
  const Sequence hold = turn.state(
      PointsHeld{.currency = currency,
                 .points = wanted->points,
                 .uses = consume(turn.member().purse(currency), wanted->spending, wanted->points),
                 .expires = {turn.at().ms + command.ttl_s * 1000},
                 .offer = wanted->offer ? wanted->offer->id : OfferId{},
                 .reference = command.reference,
                 .quantity = wanted->quantity});
  const HoldView view = hold_view(*turn.member().hold(hold), turn.catalogue());
  return Answer([view](const MemberTurn& t, std::size_t) -> MemberResult {
    return HoldResult{view, balances_view(t.member(), t.catalogue()), t.member().sequence};
  });
}

Decision decide(const CaptureHold& command, MemberTurn& turn) {
  const auto hold = find_hold(turn, command.hold);
  if (!hold) return Unexpected{hold.error()};
  const Hold held = **hold;
  const OfferUse use{command.category, command.product, command.price, command.channel,
                     command.reference};
  const Offer* offer = held.offer ? offer_of(held, turn) : nullptr;
  if (held.offer && offer == nullptr) {
    return refuse(RefusalCode::unknown_offer, "hold", "the program no longer has this offer");
  }
  std::optional<Money> owed;
  if (offer != nullptr) {
    if (auto refusal = check_use(turn, *offer, use, held.quantity)) return Unexpected{*refusal};
    const auto liability = owed_to_partner(turn, *offer, held.points);
    if (!liability) return Unexpected{liability.error()};
    owed = *liability;
  } else if (command.reference.size() > 64) {
    return refuse(RefusalCode::invalid_param, "reference", "expected at most 64 bytes");
  }

  const Sequence journal = turn.state(offer ? redemption_journal(turn, *offer, use)
                                            : plain_journal(turn, "debit", command.reference));
  PointsDebited fact;
  fact.journal = journal;
  fact.currency = held.currency;
  fact.points = held.points;
  for (const auto& lot : held.lots) fact.uses.push_back({lot.id, lot.remaining});
  fact.offer = held.offer;
  fact.partner = offer ? offer->partner : PartnerId{};
  fact.hold = held.id;
  turn.state(std::move(fact));
  if (offer) hand_over(turn, *offer, held.quantity, held.points, journal, owed);
  return Answer([journal](const MemberTurn& t, std::size_t first) {
    return redeem_result(t, first, journal);
  });
}

Decision decide(const ReleaseHold& command, MemberTurn& turn) {
  const auto hold = find_hold(turn, command.hold);
  if (!hold) return Unexpected{hold.error()};
  const Hold held = **hold;
  const HoldView view = hold_view(held, turn.catalogue());
  turn.state(HoldReleased{
      .hold = held.id, .points = held.points, .expired = false, .currency = held.currency});
  repay_arrears(turn, held.currency, held.lots);
  return Answer([view](const MemberTurn& t, std::size_t) -> MemberResult {
    return HoldResult{view, balances_view(t.member(), t.catalogue()), t.member().sequence};
  });
}

}  // namespace loyalty::domain
