// SPDX-License-Identifier: Apache-2.0
#include "domain/program/lint/doubts.hpp"

/// Doubts about vouchers, offers and partners.
namespace loyalty::domain::lint {
namespace {

/// The most that a member can spend at once; nothing where there is no bound.
std::optional<std::int64_t> most_spendable(const Doubts& doubts, std::string_view currency_id) {
  const auto cap = doubts.balance_cap(currency_id);
  const CurrencyDefinition* currency = doubts.currency(currency_id);
  if (!cap || currency == nullptr) return cap;
  std::int64_t overdraft = 0;
  if (currency->escrow_days == 0) {
    for (const auto& limit : currency->negative_limits) {
      overdraft = std::max(overdraft, limit.limit);
    }
  }
  return *cap + overdraft;
}

}  // namespace

void doubt_vouchers(Doubts& doubts) {
  const auto& program = doubts.program;
  Names given;
  for (const auto& offer : program.offers) given.insert(offer.voucher);
  for (const auto& promotion : program.promotions) given.insert(promotion.reward.voucher);
  for (const auto& rule : program.rules) given.insert(rule.voucher);
  for (const auto& benefit : program.benefits) given.insert(benefit.voucher);
  for (std::size_t i = 0; i < program.vouchers.size(); ++i) {
    if (!given.contains(program.vouchers[i].id)) {
      doubts.doubt(item("vouchers", i), "no offer, no rule, no benefit and no promotion gives " +
                                            quoted(program.vouchers[i].id));
    }
  }
}

void doubt_offers(Doubts& doubts) {
  for (std::size_t i = 0; i < doubts.program.offers.size(); ++i) {
    const OfferDefinition& offer = doubts.program.offers[i];
    if (!doubts.earned.contains(offer.currency)) {
      doubts.doubt(item("offers", i, ".currency"), "no rule and no promotion credits " +
                                                       quoted(offer.currency) +
                                                       ", so nobody can pay for this offer");
    }
    if (offer.near >= offer.cost && offer.near > 0) {
      doubts.doubt(item("offers", i, ".near"),
                   "is not below the cost: every member would count as near, even with no points");
    }
    const PartnerDefinition* partner = doubts.partner(offer.partner);
    if (partner != nullptr && std::none_of(partner->products.begin(), partner->products.end(),
                                           [](const auto& product) { return product.reward; })) {
      doubts.doubt(item("offers", i, ".partner"),
                   "partner " + quoted(offer.partner) + " has no product with reward = true");
    }
    const auto most = most_spendable(doubts, offer.currency);
    if (most && offer.cost > *most) {
      doubts.doubt(item("offers", i, ".cost"),
                   "is more than anybody can have: no rule credits " + quoted(offer.currency) +
                       " above its balance cap, and the most that can be spent is " +
                       std::to_string(*most));
    }
  }
}

void doubt_partners(Doubts& doubts) {
  for (std::size_t i = 0; i < doubts.program.partners.size(); ++i) {
    const PartnerDefinition& partner = doubts.program.partners[i];
    if (partner.rates.empty()) {
      doubts.doubt(item("partners", i),
                   "partner " + quoted(partner.id) + " has no rates, so nothing is ever billed");
    }
  }
}

}  // namespace loyalty::domain::lint
