// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "domain/decimal.hpp"
#include "domain/fields.hpp"
#include "domain/time.hpp"

/// What a program manager writes about points (domain.md F2, F4, F11-F20).
namespace loyalty::domain {

enum class CurrencyKind : std::uint8_t { non_qualifying, qualifying };
template <>
struct EnumNames<CurrencyKind> {
  static constexpr std::array<std::string_view, 2> names{"non_qualifying", "qualifying"};
};

enum class ExpiryModel : std::uint8_t { none, fixed, activity };
template <>
struct EnumNames<ExpiryModel> {
  static constexpr std::array<std::string_view, 3> names{"none", "fixed", "activity"};
};

enum class ExpiryRounding : std::uint8_t { none, month, quarter, year };
template <>
struct EnumNames<ExpiryRounding> {
  static constexpr std::array<std::string_view, 4> names{"none", "month", "quarter", "year"};
};

enum class ExpiryStart : std::uint8_t { activity, release };
template <>
struct EnumNames<ExpiryStart> {
  static constexpr std::array<std::string_view, 2> names{"activity", "release"};
};

enum class Clawback : std::uint8_t { lot_only, within_balance, allow_negative };
template <>
struct EnumNames<Clawback> {
  static constexpr std::array<std::string_view, 3> names{"lot_only", "within_balance",
                                                         "allow_negative"};
};

/// Longer life of points for those who hold a tier (domain.md F14).
struct TierExtensionDefinition {
  std::string tier;
  Period period;

  friend bool operator==(const TierExtensionDefinition&, const TierExtensionDefinition&) = default;
  static void fields(auto& self, auto visit) {
    visit(required("tier", "tier held when the points are credited"), self.tier);
    visit(required("period", "added to the expiry period"), self.period);
  }
};

/// Expired points that can be given back to those who hold a tier (domain.md F14).
struct ReinstatementDefinition {
  std::string tier;
  Period window;
  Period valid;

  friend bool operator==(const ReinstatementDefinition&, const ReinstatementDefinition&) = default;
  static void fields(auto& self, auto visit) {
    visit(required("tier", "tier held when they are given back"), self.tier);
    visit(required("window", "for so long after they expired"), self.window);
    visit(required("valid", "how long they live again, from that day"), self.valid);
  }
};

/// How far a balance may go below zero (domain.md F17).
struct NegativeLimitDefinition {
  std::string tier;
  std::int64_t limit = 0;

  friend bool operator==(const NegativeLimitDefinition&, const NegativeLimitDefinition&) = default;
  static void fields(auto& self, auto visit) {
    visit(required("tier", "tier held"), self.tier);
    visit(required("limit", "points that may be spent beyond the balance"), self.limit);
  }
};

/// A labelled share of a currency (domain.md F20).
struct SubtypeDefinition {
  std::string id;
  std::string name;
  Decimal cost_per_point;
  Period expiry_period;
  std::vector<std::string> categories;

  friend bool operator==(const SubtypeDefinition&, const SubtypeDefinition&) = default;
  static void fields(auto& self, auto visit) {
    visit(required("id", "id of the subtype"), self.id);
    visit(defaulted("name", "name for people"), self.name);
    visit(defaulted("cost_per_point",
                    "what a point is worth to the program, in major units of money; default: the "
                    "currency's"),
          self.cost_per_point);
    visit(defaulted("expiry_period",
                    "instead of the currency's, where that expires by a fixed period"),
          self.expiry_period);
    visit(defaulted("categories", "product categories for which it can be spent"), self.categories);
  }
};

/// A kind of points (domain.md F2, F4, F11, F12).
struct CurrencyDefinition {
  std::string id;
  std::string name;
  CurrencyKind kind = CurrencyKind::non_qualifying;
  ExpiryModel expiry = ExpiryModel::none;
  Period expiry_period;
  bool primary = false;
  std::int32_t escrow_days = 0;
  ExpiryStart expiry_from = ExpiryStart::activity;
  ExpiryRounding expiry_rounding = ExpiryRounding::none;
  std::vector<TierExtensionDefinition> extensions;
  std::vector<ReinstatementDefinition> reinstatements;
  std::vector<NegativeLimitDefinition> negative_limits;
  std::vector<SubtypeDefinition> subtypes;
  std::vector<std::string> subtype_order;
  Clawback clawback = Clawback::within_balance;
  Decimal cost_per_point;

  friend bool operator==(const CurrencyDefinition&, const CurrencyDefinition&) = default;
  static void fields(auto& self, auto visit) {
    visit(required("id", "name used in rules and replies"), self.id);
    visit(defaulted("name", "name for people"), self.name);
    visit(required("kind", "non_qualifying points are spent, qualifying points count for tiers"),
          self.kind);
    visit(defaulted("expiry",
                    "none, fixed (each lot after a period) or activity (all, after a "
                    "period without activity)"),
          self.expiry);
    visit(defaulted("expiry_period", "such as \"3 years\""), self.expiry_period);
    visit(defaulted("primary", "the currency meant where none is named"), self.primary);
    visit(defaulted("escrow_days", "local days for which newly earned points are held"),
          self.escrow_days);
    visit(defaulted("expiry_from",
                    "activity: the period counts from the activity, also under escrow; or release"),
          self.expiry_from);
    visit(
        defaulted("expiry_rounding", "the end is put off to the end of its month, quarter or year"),
        self.expiry_rounding);
    visit(defaulted("extensions", "longer expiry by tier; the longest that applies holds"),
          self.extensions);
    visit(defaulted("reinstatements", "expired points that can be given back, by tier"),
          self.reinstatements);
    visit(defaulted("negative_limits", "how far below zero members may spend, by tier"),
          self.negative_limits);
    visit(defaulted("subtypes", "labelled shares of the currency"), self.subtypes);
    visit(defaulted("subtype_order",
                    "subtypes in the order in which they are spent; others come last"),
          self.subtype_order);
    visit(defaulted("clawback",
                    "returns of points already spent: lot_only, within_balance or allow_negative"),
          self.clawback);
    visit(defaulted("cost_per_point",
                    "what a point is worth to the program, in major units of money"),
          self.cost_per_point);
  }
};

}  // namespace loyalty::domain
