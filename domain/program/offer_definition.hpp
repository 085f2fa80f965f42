// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "domain/fields.hpp"
#include "domain/time.hpp"

/// What a program manager writes about spending: offers and vouchers (domain.md F24, F25).
namespace loyalty::domain {

enum class RewardKind : std::uint8_t { product, service, voucher, discount };
template <>
struct EnumNames<RewardKind> {
  static constexpr std::array<std::string_view, 4> names{"product", "service", "voucher",
                                                         "discount"};
};

/// What points buy (domain.md F24, F54).
struct OfferDefinition {
  std::string id;
  std::string name;
  std::string currency;
  std::int64_t cost = 0;
  RewardKind reward = RewardKind::product;
  std::int64_t discount = 0;
  std::string voucher;
  std::vector<std::string> categories;
  std::string partner;
  std::int64_t near = 0;
  std::string product;
  std::vector<std::string> subtypes;
  std::vector<std::string> products;

  friend bool operator==(const OfferDefinition&, const OfferDefinition&) = default;
  static void fields(auto& self, auto visit) {
    visit(required("id", "id of the offer"), self.id);
    visit(defaulted("name", "name for people"), self.name);
    visit(required("currency", "the currency it costs"), self.currency);
    visit(required("cost", "points for one"), self.cost);
    visit(defaulted("reward", "product, service, voucher or discount"), self.reward);
    visit(defaulted("discount", "money off for one, minor units"), self.discount);
    visit(defaulted("voucher", "the voucher definition it issues"), self.voucher);
    visit(defaulted("categories", "product categories it is good for"), self.categories);
    visit(defaulted("partner", "the partner whose product it is"), self.partner);
    visit(defaulted("near", "notify when this many points or fewer are missing"), self.near);
    visit(defaulted("product", "the partner's product that it gives, where none is named"),
          self.product);
    visit(defaulted("subtypes",
                    "only points of these subtypes pay for it, in this order; default: all"),
          self.subtypes);
    visit(defaulted("products", "product ids it is good for"), self.products);
  }
};

enum class VoucherKind : std::uint8_t { value, item };
template <>
struct EnumNames<VoucherKind> {
  static constexpr std::array<std::string_view, 2> names{"value", "item"};
};

struct VoucherDefinition {
  std::string id;
  std::string name;
  VoucherKind kind = VoucherKind::item;
  std::int64_t face_value = 0;
  std::string item;
  Period valid;

  friend bool operator==(const VoucherDefinition&, const VoucherDefinition&) = default;
  static void fields(auto& self, auto visit) {
    visit(required("id", "id of the voucher definition"), self.id);
    visit(defaulted("name", "name for people"), self.name);
    visit(defaulted("kind", "value (money, may be used in parts) or item"), self.kind);
    visit(defaulted("face_value", "money, minor units"), self.face_value);
    visit(defaulted("item", "what it is good for"), self.item);
    visit(defaulted("valid", "period of validity; empty = for ever"), self.valid);
  }
};

}  // namespace loyalty::domain
