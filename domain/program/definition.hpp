// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "domain/fields.hpp"
#include "domain/program/currency_definition.hpp"
#include "domain/program/offer_definition.hpp"
#include "domain/program/partner_definition.hpp"
#include "domain/program/promotion_definition.hpp"
#include "domain/program/rule_definition.hpp"
#include "domain/program/tier_definition.hpp"

/// What a program manager writes: a program as plain data, with names. A program file and the
/// method `apply_program` both bring one; `Catalogue` is its checked and compiled form.
/// Ids are [A-Za-z0-9_-]{1,64}. Money is in minor units. An empty list means "no restriction".
namespace loyalty::domain {

struct ProgramDefinition {
  // Compiled once: each is the sum of those of all its parts.
  ProgramDefinition();
  ProgramDefinition(const ProgramDefinition&);
  ProgramDefinition(ProgramDefinition&&) noexcept;
  ProgramDefinition& operator=(const ProgramDefinition&);
  ProgramDefinition& operator=(ProgramDefinition&&) noexcept;
  ~ProgramDefinition();

  std::string id;
  std::string name;
  std::string time_zone = "UTC";
  std::string money = "USD";
  bool active = false;
  std::vector<CurrencyDefinition> currencies;
  std::vector<TierGroupDefinition> tier_groups;
  std::vector<BenefitTypeDefinition> benefit_types;
  std::vector<BenefitDefinition> benefits;
  std::vector<std::string> activities;
  std::vector<RuleDefinition> rules;
  std::vector<VoucherDefinition> vouchers;
  std::vector<OfferDefinition> offers;
  std::vector<PromotionDefinition> promotions;
  std::vector<PartnerDefinition> partners;

  friend bool operator==(const ProgramDefinition&, const ProgramDefinition&);
  static void fields(auto& self, auto visit) {
    visit(required("id", "id of the program"), self.id);
    visit(defaulted("name", "name for people"), self.name);
    visit(defaulted("time_zone", "IANA name; all day arithmetic uses it"), self.time_zone);
    visit(defaulted("money", "ISO 4217 code of the money in which members pay"), self.money);
    visit(defaulted("active", "true: activated as soon as it is applied"), self.active);
    visit(defaulted("currencies", "kinds of points"), self.currencies);
    visit(defaulted("tier_groups", "ladders of tiers"), self.tier_groups);
    visit(defaulted("benefit_types", "classes of benefits"), self.benefit_types);
    visit(defaulted("benefits", "privileges that tiers and rewards grant"), self.benefits);
    visit(defaulted("activities", "custom activity types beside the built-in ones"),
          self.activities);
    visit(defaulted("rules", "accrual rules"), self.rules);
    visit(defaulted("vouchers", "voucher definitions"), self.vouchers);
    visit(defaulted("offers", "what points buy"), self.offers);
    visit(defaulted("promotions", "cumulative promotions"), self.promotions);
    visit(defaulted("partners", "partner companies"), self.partners);
  }
};

}  // namespace loyalty::domain
