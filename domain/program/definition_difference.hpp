// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "domain/program/definition.hpp"

/// What a change of a program changes, so that its journal grows by the change and not by the whole
/// program. Stored: fields are only ever added at the end (docs/format.md).
namespace loyalty::domain {

/// An entry that is new or changed, with its place in the new list.
template <class T>
struct PlacedEntry {
  std::uint32_t position = 0;
  T entry;

  static void fields(auto& self, auto visit) {
    visit(required("position", "in the new list, from 0"), self.position);
    visit(required("entry", "the whole entry"), self.entry);
  }
};

template <class T>
struct ListDifference {
  std::vector<std::string> removed;    ///< ids that are gone or stand in `placed`
  std::vector<PlacedEntry<T>> placed;  ///< ascending

  static void fields(auto& self, auto visit) {
    visit(required("removed", "ids that leave the list, or come back changed"), self.removed);
    visit(required("placed", "entries that are new or changed, ascending"), self.placed);
  }
};

struct DefinitionDifference {
  // Compiled once: each is the sum of those of all its parts.
  DefinitionDifference();
  DefinitionDifference(const DefinitionDifference&);
  DefinitionDifference(DefinitionDifference&&) noexcept;
  DefinitionDifference& operator=(const DefinitionDifference&);
  DefinitionDifference& operator=(DefinitionDifference&&) noexcept;
  ~DefinitionDifference();

  ListDifference<CurrencyDefinition> currencies;
  ListDifference<TierGroupDefinition> tier_groups;
  ListDifference<BenefitTypeDefinition> benefit_types;
  ListDifference<BenefitDefinition> benefits;
  ListDifference<std::string> activities;
  ListDifference<RuleDefinition> rules;
  ListDifference<VoucherDefinition> vouchers;
  ListDifference<OfferDefinition> offers;
  ListDifference<PromotionDefinition> promotions;
  ListDifference<PartnerDefinition> partners;

  static void fields(auto& self, auto visit) {
    visit(required("currencies", "kinds of points"), self.currencies);
    visit(required("tier_groups", "ladders of tiers"), self.tier_groups);
    visit(required("benefit_types", "classes of benefits"), self.benefit_types);
    visit(required("benefits", "privileges"), self.benefits);
    visit(required("activities", "custom activity types"), self.activities);
    visit(required("rules", "accrual rules"), self.rules);
    visit(required("vouchers", "voucher definitions"), self.vouchers);
    visit(required("offers", "what points buy"), self.offers);
    visit(required("promotions", "promotions"), self.promotions);
    visit(required("partners", "partner companies"), self.partners);
  }
};

/// nullopt when the change cannot be told so: it concerns the program itself (its name, time zone,
/// ...) or the order of entries that stay.
std::optional<DefinitionDifference> difference(const ProgramDefinition& from,
                                               const ProgramDefinition& to);

/// difference(from, to) makes `to` of `from`.
void apply(const DefinitionDifference& change, ProgramDefinition& definition);

}  // namespace loyalty::domain
