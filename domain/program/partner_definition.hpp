// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "domain/decimal.hpp"
#include "domain/fields.hpp"

/// What a program manager writes about partners (domain.md F48-F52).
namespace loyalty::domain {

enum class Billing : std::uint8_t { post_paid, pre_paid };
template <>
struct EnumNames<Billing> {
  static constexpr std::array<std::string_view, 2> names{"post_paid", "pre_paid"};
};

struct PartnerProductDefinition {
  std::string id;
  std::string name;
  std::string category;
  bool earn = true;
  bool reward = false;

  friend bool operator==(const PartnerProductDefinition&,
                         const PartnerProductDefinition&) = default;
  static void fields(auto& self, auto visit) {
    visit(required("id", "id of the product"), self.id);
    visit(defaulted("name", "name for people"), self.name);
    visit(defaulted("category", "its product category"), self.category);
    visit(defaulted("earn", "buying it earns points"), self.earn);
    visit(defaulted("reward", "it can be obtained with points"), self.reward);
  }
};

/// What points are worth between program and partner (domain.md F49): money = points x factor x
/// price, in major units of money.
struct PartnerRateDefinition {
  std::string currency;
  Decimal accrual_factor = one;
  Decimal accrual_price;
  Decimal redemption_factor = one;
  Decimal redemption_price;

  friend bool operator==(const PartnerRateDefinition&, const PartnerRateDefinition&) = default;
  static void fields(auto& self, auto visit) {
    visit(required("currency", "the currency it values"), self.currency);
    visit(defaulted("accrual_factor", "partner points per point earned"), self.accrual_factor);
    visit(required("accrual_price", "what the partner owes per point earned there"),
          self.accrual_price);
    visit(defaulted("redemption_factor", "partner points per point redeemed"),
          self.redemption_factor);
    visit(required("redemption_price", "what the program owes per point redeemed there"),
          self.redemption_price);
  }
};

struct PartnerDefinition {
  std::string id;
  std::string name;
  Billing billing = Billing::post_paid;
  std::vector<PartnerProductDefinition> products;
  std::vector<PartnerRateDefinition> rates;
  std::int64_t alert_below = 0;

  friend bool operator==(const PartnerDefinition&, const PartnerDefinition&) = default;
  static void fields(auto& self, auto visit) {
    visit(required("id", "id of the partner"), self.id);
    visit(defaulted("name", "name for people"), self.name);
    visit(required("billing", "post_paid (statements) or pre_paid (packs of points)"),
          self.billing);
    visit(defaulted("products", "the partner's products"), self.products);
    visit(defaulted("rates", "price of points, per currency"), self.rates);
    visit(defaulted("alert_below", "pre-paid: notify when fewer partner points than this are left"),
          self.alert_below);
  }
};

}  // namespace loyalty::domain
