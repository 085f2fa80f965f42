// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "domain/fields.hpp"
#include "domain/member/points_events.hpp"
#include "domain/member/sequence.hpp"
#include "domain/quantity.hpp"
#include "domain/time.hpp"

/// What points buy.
namespace loyalty::domain {

struct VoucherIssued {
  static constexpr std::string_view name = "voucher_issued";
  VoucherDefId definition;
  Money value;
  Instant expires;
  Sequence journal = 0;
  PromotionId promotion;

  static void fields(auto& self, auto visit) {
    visit(required("definition", "voucher definition"), self.definition);
    visit(required("value", "face value, minor units"), self.value);
    visit(required("expires", "first instant at which it cannot be used"), self.expires);
    visit(required("journal", "journal that bought it"), self.journal);
    visit(required("promotion", "promotion that gave it"), self.promotion);
  }
};

/// A voucher set aside for a basket; it comes back by itself.
struct VoucherReserved {
  static constexpr std::string_view name = "voucher_reserved";
  Sequence voucher = 0;
  Instant until;

  static void fields(auto& self, auto visit) {
    visit(required("voucher", "voucher"), self.voucher);
    visit(required("until", "when it comes back"), self.until);
  }
};

struct VoucherReservationEnded {
  static constexpr std::string_view name = "voucher_reservation_ended";
  Sequence voucher = 0;
  bool expired = false;

  static void fields(auto& self, auto visit) {
    visit(required("voucher", "voucher"), self.voucher);
    visit(required("expired", "its time was over"), self.expired);
  }
};

struct VoucherUsed {
  static constexpr std::string_view name = "voucher_used";
  Sequence voucher = 0;
  Money value;
  Money remaining;
  bool spent = false;

  static void fields(auto& self, auto visit) {
    visit(required("voucher", "voucher"), self.voucher);
    visit(required("value", "value used, minor units"), self.value);
    visit(required("remaining", "value left, minor units"), self.remaining);
    visit(required("spent", "nothing is left of it"), self.spent);
  }
};

struct VoucherExpired {
  static constexpr std::string_view name = "voucher_expired";
  Sequence voucher = 0;
  static void fields(auto& self, auto visit) {
    visit(required("voucher", "voucher"), self.voucher);
  }
};

struct VoucherCancelled {
  static constexpr std::string_view name = "voucher_cancelled";
  Sequence voucher = 0;
  static void fields(auto& self, auto visit) {
    visit(required("voucher", "voucher"), self.voucher);
  }
};

struct RedemptionMade {
  static constexpr std::string_view name = "redemption_made";
  OfferId offer;
  std::int64_t quantity = 0;
  CurrencyId currency;
  Points points;
  Money discount;
  PartnerId partner;
  Sequence journal = 0;

  static void fields(auto& self, auto visit) {
    visit(required("offer", "what was bought"), self.offer);
    visit(required("quantity", "how many"), self.quantity);
    visit(required("currency", "currency"), self.currency);
    visit(required("points", "points spent"), self.points);
    visit(required("discount", "money off, minor units"), self.discount);
    visit(required("partner", "partner that is owed for it"), self.partner);
    visit(defaulted("journal", "journal of the redemption"), self.journal);
  }
};

/// A redemption undone (domain.md F27): points = arrears + what the lots get back.
struct RedemptionCancelled {
  static constexpr std::string_view name = "redemption_cancelled";
  Sequence journal = 0;
  Sequence debit = 0;
  CurrencyId currency;
  Points points;
  Points arrears;
  std::vector<Lot> lots;
  OfferId offer;
  PartnerId partner;
  std::string actor;
  std::string category;

  static void fields(auto& self, auto visit) {
    visit(required("journal", "journal of the redemption"), self.journal);
    visit(required("debit", "sequence of its debit"), self.debit);
    visit(required("currency", "currency"), self.currency);
    visit(required("points", "points given back"), self.points);
    visit(required("arrears", "part that was still owed and is owed no more"), self.arrears);
    visit(required("lots", "the credits they go back to, each with the points it gets back"),
          self.lots);
    visit(required("offer", "what had been bought"), self.offer);
    visit(required("partner", "partner that had been owed for it"), self.partner);
    visit(defaulted("actor", "who did it"), self.actor);
    visit(defaulted("category", "product category of what had been bought"), self.category);
  }
};

}  // namespace loyalty::domain
