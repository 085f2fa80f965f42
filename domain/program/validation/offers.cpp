// SPDX-License-Identifier: Apache-2.0
#include "domain/program/validation/bounds.hpp"

/// What points buy (domain.md F24, F25).
namespace loyalty::domain::validation {
namespace {

void check_offer_product(Check& check, const std::string& path, const OfferDefinition& offer) {
  if (offer.product.empty()) return;
  for (const auto& partner : check.program.partners) {
    if (partner.id != offer.partner) continue;
    for (const auto& product : partner.products) {
      if (product.id != offer.product) continue;
      if (!product.reward) {
        check.report(path, "expected a product with reward = true",
                     RefusalCode::not_reward_eligible);
      }
      return;
    }
  }
  check.report(path,
               "expected a product of the offer's partner, found " + in_quotes(offer.product));
}

void check_reward_of(Check& check, const std::string& path, const OfferDefinition& offer) {
  const bool gives_discount = offer.reward == RewardKind::discount;
  if (gives_discount && offer.discount == 0) {
    check.report(path + ".discount", "reward discount needs a discount above 0");
  } else if (!gives_discount && offer.discount != 0) {
    check.report(path + ".discount", "only an offer with reward = \"discount\" has a discount");
  }
  if (offer.reward == RewardKind::voucher) {
    check.reference(path + ".voucher", offer.voucher, check.vouchers);
  } else if (!offer.voucher.empty()) {
    check.report(path + ".voucher", "only an offer with reward = \"voucher\" issues a voucher");
  }
}

}  // namespace

void check_vouchers(Check& check) {
  Check::Seen ids;
  for (std::size_t i = 0; i < check.program.vouchers.size(); ++i) {
    const VoucherDefinition& voucher = check.program.vouchers[i];
    const std::string path = element("vouchers", i);
    check_bounds(check, path, voucher);
    check.id(path + ".id", voucher.id, ids, "voucher");
    if (voucher.kind == VoucherKind::value && voucher.face_value == 0) {
      check.report(path + ".face_value", "a voucher of kind value needs a face_value above 0");
    } else if (voucher.kind == VoucherKind::item && voucher.face_value != 0) {
      check.report(path + ".face_value", "only a voucher of kind value has a face_value");
    }
  }
}

void check_offers(Check& check) {
  Check::Seen ids;
  for (std::size_t i = 0; i < check.program.offers.size(); ++i) {
    const OfferDefinition& offer = check.program.offers[i];
    const std::string path = element("offers", i);
    check_bounds(check, path, offer);
    check.id(path + ".id", offer.id, ids, "offer");
    if (check.reference(path + ".currency", offer.currency, check.currencies) &&
        check.currency(offer.currency)->kind == CurrencyKind::qualifying) {
      check.report(path + ".currency",
                   in_quotes(offer.currency) +
                       " is a qualifying currency; its points cannot be "
                       "spent",
                   RefusalCode::qualifying_not_redeemable);
    }
    if (offer.cost == 0) check.report(path + ".cost", "an offer needs a cost above 0");
    check_reward_of(check, path, offer);
    if (!offer.partner.empty()) check.reference(path + ".partner", offer.partner, check.partners);
    check_offer_product(check, path + ".product", offer);
    Check::Seen subtypes;
    for (std::size_t j = 0; j < offer.subtypes.size(); ++j) {
      const std::string where = element(path + ".subtypes", j);
      check.subtype(where, offer.subtypes[j], offer.currency);
      if (!subtypes.insert(offer.subtypes[j]).second) {
        check.report(where, in_quotes(offer.subtypes[j]) + " is already listed here");
      }
    }
  }
}

}  // namespace loyalty::domain::validation
