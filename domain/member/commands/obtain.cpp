// SPDX-License-Identifier: Apache-2.0
#include "domain/member/commands/obtain.hpp"

#include <algorithm>

#include "domain/member/commands/decide.hpp"
#include "domain/member/commands/spend.hpp"
#include "domain/member/credit.hpp"
#include "domain/member/liability.hpp"

namespace loyalty::domain {
namespace {

constexpr std::size_t max_use_text_bytes = 64;
constexpr std::int64_t max_vouchers_at_once = 100;

template <class List>
bool lists(const List& list, const std::string& value) {
  return list.empty() || std::find(list.begin(), list.end(), value) != list.end();
}

std::optional<Refusal> check_partner_product(const MemberTurn& turn, const Offer& offer,
                                             const std::string& wanted) {
  const Partner* partner = turn.catalogue().partner(offer.partner);
  if (partner == nullptr || wanted.empty()) return std::nullopt;
  const PartnerProduct* product = partner->product(wanted);
  if (product == nullptr) {
    return Refusal{RefusalCode::unknown_product, "product",
                   "the partner has no product '" + wanted + "'"};
  }
  if (!product->reward) {
    return Refusal{RefusalCode::not_reward_eligible, "product",
                   "the product cannot be obtained with points"};
  }
  return std::nullopt;
}

std::optional<Refusal> check_price(const Offer& offer, std::optional<std::int64_t> price,
                                   std::int64_t quantity) {
  if (offer.reward != RewardKind::discount) return std::nullopt;
  if (!price || *price < 0 || *price > max_amount_per_operation) {
    return Refusal{RefusalCode::invalid_param, "price",
                   "expected the price of the line, minor units"};
  }
  if (offer.discount.value > *price / quantity) {
    return Refusal{RefusalCode::discount_exceeds_price, "price",
                   "the discount is larger than the price"};
  }
  return std::nullopt;
}

}  // namespace

Expected<std::int64_t, Refusal> quantity_of(const Offer& offer, std::optional<std::int64_t> wanted,
                                            std::optional<std::int64_t> points) {
  if (wanted && points) {
    return refuse(RefusalCode::invalid_param, "points", "expected either quantity or points");
  }
  std::int64_t quantity = wanted.value_or(1);
  if (points) {
    if (*points < 1 || *points % offer.cost.value != 0) {
      return refuse(RefusalCode::invalid_param, "points",
                    "expected a whole multiple of " + std::to_string(offer.cost.value));
    }
    quantity = *points / offer.cost.value;
  }
  if (quantity < 1 || quantity > max_amount_per_operation / offer.cost.value) {
    return refuse(RefusalCode::invalid_param, "quantity", "expected 1 or more, up to 10^12 points");
  }
  if (offer.voucher && quantity > max_vouchers_at_once) {
    return refuse(RefusalCode::limit_exceeded, "quantity", "expected at most 100 vouchers at once");
  }
  return quantity;
}

std::optional<Refusal> check_use(const MemberTurn& turn, const Offer& offer, const OfferUse& use,
                                 std::int64_t quantity) {
  for (const auto& [param, text] :
       {std::pair{"category", &use.category}, std::pair{"product", &use.product},
        std::pair{"channel", &use.channel}, std::pair{"reference", &use.reference}}) {
    if (text->size() > max_use_text_bytes) {
      return Refusal{RefusalCode::invalid_param, param, "expected at most 64 bytes"};
    }
  }
  if (!lists(offer.categories, use.category)) {
    return Refusal{RefusalCode::not_eligible_product, "category",
                   "the offer is for " + offer.categories.front()};
  }
  const std::string& product = use.product.empty() ? offer.product : use.product;
  if (!lists(offer.products, product)) {
    return Refusal{RefusalCode::not_eligible_product, "product",
                   "the offer is for " + offer.products.front()};
  }
  if (auto refusal = check_partner_product(turn, offer, product)) return refusal;
  return check_price(offer, use.price, quantity);
}

Expected<std::optional<Money>, Refusal> owed_to_partner(const MemberTurn& turn, const Offer& offer,
                                                        Points points) {
  const Partner* partner = turn.catalogue().partner(offer.partner);
  const PartnerRate* rate = partner ? partner->rate(offer.currency) : nullptr;
  if (rate == nullptr) return std::optional<Money>();
  const auto owed = liability(points, rate->redemption_factor, rate->redemption_price);
  if (!owed) {
    return refuse(RefusalCode::limit_exceeded, "quantity", "the liability is too large");
  }
  return owed;
}

JournalRecorded redemption_journal(const MemberTurn& turn, const Offer& offer,
                                   const OfferUse& use) {
  JournalRecorded journal = plain_journal(turn, "redemption", use.reference);
  journal.category = use.category;
  journal.product = use.product;
  journal.channel = use.channel;
  journal.partner = offer.partner;
  // What a discount may be is decided by it, also when the past is asked again under other rules.
  const std::int64_t price = use.price.value_or(0);
  if (price > 0 && price <= max_amount_per_operation) journal.amount = {price};
  return journal;
}

void hand_over(MemberTurn& turn, const Offer& offer, std::int64_t quantity, Points points,
               Sequence journal, std::optional<Money> owed) {
  turn.state(RedemptionMade{.offer = offer.id,
                            .quantity = quantity,
                            .currency = offer.currency,
                            .points = points,
                            .discount = {offer.discount.value * quantity},
                            .partner = offer.partner,
                            .journal = journal});
  if (const VoucherDef* voucher = turn.catalogue().voucher(offer.voucher)) {
    for (std::int64_t i = 0; i < quantity; ++i) issue_voucher(turn, *voucher, journal, {});
  }
  if (!owed) return;
  PartnerLiabilityArisen liability;
  liability.partner = offer.partner;
  liability.currency = offer.currency;
  liability.points = points;
  liability.money = -*owed;
  liability.journal = journal;
  owe(turn, liability, true);
}

}  // namespace loyalty::domain
