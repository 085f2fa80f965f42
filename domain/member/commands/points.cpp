// SPDX-License-Identifier: Apache-2.0
#include "domain/member/commands/decide.hpp"
#include "domain/member/credit.hpp"
#include "domain/member/liability.hpp"
#include "domain/member/views.hpp"

/// Commands that move points without a rule: credit, debit, redeem.
namespace loyalty::domain {
namespace {

JournalRecorded plain_journal(const MemberTurn& turn, std::string type, std::string reference) {
  return {.type = std::move(type),
          .subtype = {},
          .category = {},
          .product = {},
          .channel = {},
          .reference = std::move(reference),
          .partner = {},
          .amount = {},
          .eligible_amount = {},
          .units = 0,
          .at = turn.at(),
          .day = turn.today(),
          .late = false,
          .pending = false};
}

/// The currency named, or the primary one.
const Currency* currency_for(const MemberTurn& turn, const std::string& name) {
  return name.empty() ? turn.catalogue().currency(turn.catalogue().primary)
                      : turn.catalogue().currency(name);
}

std::optional<Refusal> check_points(std::int64_t points, const std::string& text,
                                    const char* text_param) {
  if (points < 1 || points > max_amount_per_operation) {
    return Refusal{RefusalCode::invalid_param, "points", "expected 1 to 10^12 points"};
  }
  if (text.size() > 256) {
    return Refusal{RefusalCode::invalid_param, text_param, "expected at most 256 bytes"};
  }
  return std::nullopt;
}

std::optional<Refusal> check_debit(const MemberTurn& turn, const Currency& currency,
                                   Points points) {
  if (currency.qualifying()) {
    return Refusal{RefusalCode::qualifying_not_redeemable, "currency",
                   "qualifying points count for tiers and cannot be spent"};
  }
  const Points balance = turn.member().balance(currency.id);
  if (balance < points) {
    return Refusal{
        RefusalCode::insufficient_points, "points",
        std::to_string(points.value) + " wanted, " + std::to_string(balance.value) + " available"};
  }
  return std::nullopt;
}

void debit(MemberTurn& turn, CurrencyId currency, Points points, Sequence journal, OfferId offer,
           PartnerId partner) {
  const Purse* purse = turn.member().purse(currency);
  turn.state(PointsDebited{.journal = journal,
                           .currency = currency,
                           .points = points,
                           .uses = consume(*purse, points),
                           .offer = offer,
                           .partner = partner});
}

/// How many of an offer are wanted: by quantity, or by points in whole multiples (F24).
Expected<std::int64_t, Refusal> quantity_of(const Redeem& command, const Offer& offer) {
  if (command.quantity && command.points) {
    return refuse(RefusalCode::invalid_param, "points", "expected either quantity or points");
  }
  std::int64_t quantity = command.quantity.value_or(1);
  if (command.points) {
    if (*command.points < 1 || *command.points % offer.cost.value != 0) {
      return refuse(RefusalCode::invalid_param, "points",
                    "expected a whole multiple of " + std::to_string(offer.cost.value));
    }
    quantity = *command.points / offer.cost.value;
  }
  if (quantity < 1 || quantity > max_amount_per_operation / offer.cost.value) {
    return refuse(RefusalCode::invalid_param, "quantity", "expected 1 or more, up to 10^12 points");
  }
  if (offer.voucher && quantity > 100) {
    return refuse(RefusalCode::limit_exceeded, "quantity", "expected at most 100 vouchers at once");
  }
  return quantity;
}

std::optional<Refusal> check_product(const Redeem& command, const Offer& offer,
                                     const MemberTurn& turn, std::int64_t quantity) {
  if (!offer.categories.empty() && std::find(offer.categories.begin(), offer.categories.end(),
                                             command.category) == offer.categories.end()) {
    return Refusal{RefusalCode::not_eligible_product, "category",
                   "the offer is for " + offer.categories.front()};
  }
  if (const Partner* partner = turn.catalogue().partner(offer.partner)) {
    const std::string& wanted = command.product.empty() ? offer.product : command.product;
    const PartnerProduct* product = partner->product(wanted);
    if (product == nullptr && !wanted.empty()) {
      return Refusal{RefusalCode::unknown_product, "product",
                     "the partner has no product '" + wanted + "'"};
    }
    if (product != nullptr && !product->reward) {
      return Refusal{RefusalCode::not_reward_eligible, "product",
                     "the product cannot be obtained with points"};
    }
  }
  if (offer.reward != RewardKind::discount) return std::nullopt;
  if (!command.price || *command.price < 0 || *command.price > max_amount_per_operation) {
    return Refusal{RefusalCode::invalid_param, "price",
                   "expected the price of the line, minor units"};
  }
  if (offer.discount.value > *command.price / quantity) {
    return Refusal{RefusalCode::discount_exceeds_price, "price",
                   "the discount is larger than the price"};
  }
  return std::nullopt;
}

}  // namespace

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
  return Answer([journal](const MemberTurn& t, std::size_t first) {
    return activity_result(t, first, journal);
  });
}

Decision decide(const DebitPoints& command, MemberTurn& turn) {
  const Currency* currency = currency_for(turn, command.currency);
  if (currency == nullptr) {
    return refuse(RefusalCode::unknown_currency, "currency", "the program has no such currency");
  }
  if (auto refusal = check_points(command.points, command.reason, "reason")) {
    return Unexpected{*refusal};
  }
  if (auto refusal = check_debit(turn, *currency, {command.points})) return Unexpected{*refusal};
  const Sequence journal = turn.state(plain_journal(turn, "debit", command.reason));
  debit(turn, currency->id, {command.points}, journal, {}, {});
  return Answer([journal](const MemberTurn& t, std::size_t first) {
    return redeem_result(t, first, journal);
  });
}

Decision decide(const Redeem& command, MemberTurn& turn) {
  const Offer* offer = turn.catalogue().offer(command.offer);
  if (offer == nullptr) {
    return refuse(RefusalCode::unknown_offer, "offer",
                  "the program has no offer '" + command.offer + "'");
  }
  const auto quantity = quantity_of(command, *offer);
  if (!quantity) return Unexpected{quantity.error()};
  for (const auto& [param, text] :
       {std::pair{"category", &command.category}, std::pair{"product", &command.product},
        std::pair{"channel", &command.channel}, std::pair{"reference", &command.reference}}) {
    if (text->size() > 64) {
      return refuse(RefusalCode::invalid_param, param, "expected at most 64 bytes");
    }
  }
  if (auto refusal = check_product(command, *offer, turn, *quantity)) return Unexpected{*refusal};
  const Currency* currency = turn.catalogue().currency(offer->currency);
  const Points points{offer->cost.value * *quantity};
  if (auto refusal = check_debit(turn, *currency, points)) return Unexpected{*refusal};
  const Partner* partner = turn.catalogue().partner(offer->partner);
  const PartnerRate* rate = partner ? partner->rate(currency->id) : nullptr;
  std::optional<Money> owed;
  if (rate != nullptr) {
    owed = liability(points, rate->redemption_factor, rate->redemption_price);
    if (!owed) {
      return refuse(RefusalCode::limit_exceeded, "quantity", "the liability is too large");
    }
  }

  JournalRecorded journal_fact = plain_journal(turn, "redemption", command.reference);
  journal_fact.category = command.category;
  journal_fact.product = command.product;
  journal_fact.channel = command.channel;
  journal_fact.partner = offer->partner;
  const Sequence journal = turn.state(journal_fact);
  debit(turn, currency->id, points, journal, offer->id, offer->partner);
  turn.state(RedemptionMade{.offer = offer->id,
                            .quantity = *quantity,
                            .currency = currency->id,
                            .points = points,
                            .discount = {offer->discount.value * *quantity},
                            .partner = offer->partner});
  if (const VoucherDef* voucher = turn.catalogue().voucher(offer->voucher)) {
    for (std::int64_t i = 0; i < *quantity; ++i) issue_voucher(turn, *voucher, journal, {});
  }
  if (owed) {
    owe(turn,
        {.partner = offer->partner,
         .currency = currency->id,
         .points = points,
         .money = -*owed,
         .journal = journal},
        true);
  }
  return Answer([journal](const MemberTurn& t, std::size_t first) {
    return redeem_result(t, first, journal);
  });
}

}  // namespace loyalty::domain
