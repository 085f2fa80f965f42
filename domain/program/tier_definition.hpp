// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "domain/fields.hpp"
#include "domain/time.hpp"

/// What a program manager writes about tiers and the benefits that they give (domain.md F31-F39).
namespace loyalty::domain {

enum class TierModel : std::uint8_t { unset, fixed, anniversary };
template <>
struct EnumNames<TierModel> {
  static constexpr std::array<std::string_view, 3> names{"unset", "fixed", "anniversary"};
};

struct ThresholdDefinition {
  std::string currency;
  std::int64_t minimum = 0;

  friend bool operator==(const ThresholdDefinition&, const ThresholdDefinition&) = default;
  static void fields(auto& self, auto visit) {
    visit(required("currency", "a qualifying currency of the group"), self.currency);
    visit(required("minimum", "balance that reaches the tier"), self.minimum);
  }
};

struct TierDefinition {
  std::string id;
  std::string name;
  std::vector<ThresholdDefinition> thresholds;

  friend bool operator==(const TierDefinition&, const TierDefinition&) = default;
  static void fields(auto& self, auto visit) {
    visit(required("id", "id of the tier"), self.id);
    visit(defaulted("name", "name for people"), self.name);
    visit(required("thresholds", "minimum balance per qualifying currency; 0 for the base tier"),
          self.thresholds);
  }
};

enum class ThresholdMatch : std::uint8_t { any, all };
template <>
struct EnumNames<ThresholdMatch> {
  static constexpr std::array<std::string_view, 2> names{"any", "all"};
};

/// A ladder of tiers (domain.md F31-F36), lowest tier first.
struct TierGroupDefinition {
  std::string id;
  std::string name;
  TierModel model = TierModel::unset;
  Period qualification_period;
  Period tier_period;
  /// Fixed model: the last day of a qualification period, "MM-DD".
  std::string reset_day = "12-31";
  bool extend_to_reset = true;
  ThresholdMatch match = ThresholdMatch::any;
  std::vector<std::string> currencies;
  std::vector<TierDefinition> tiers;
  bool one_step_down = false;
  bool reassess_on_return = false;

  friend bool operator==(const TierGroupDefinition&, const TierGroupDefinition&) = default;
  static void fields(auto& self, auto visit) {
    visit(required("id", "id of the tier group"), self.id);
    visit(defaulted("name", "name for people"), self.name);
    visit(defaulted("model", "fixed (one reset date for all) or anniversary (of enrolment)"),
          self.model);
    visit(defaulted("qualification_period", "over which qualifying points are counted"),
          self.qualification_period);
    visit(defaulted("tier_period", "how long a tier is held"), self.tier_period);
    visit(defaulted("reset_day", "fixed model: last day of the period, MM-DD"), self.reset_day);
    visit(defaulted("extend_to_reset", "a tier is held to the next reset after its period"),
          self.extend_to_reset);
    visit(defaulted("match", "whether any or all thresholds must be reached"), self.match);
    visit(defaulted("currencies", "the qualifying currencies that count; at least one"),
          self.currencies);
    visit(defaulted("tiers", "lowest first"), self.tiers);
    visit(defaulted("one_step_down", "a downgrade goes down one tier at a time"),
          self.one_step_down);
    visit(defaulted("reassess_on_return",
                    "a return that takes qualifying points back may lower the tier at once"),
          self.reassess_on_return);
  }
};

struct BenefitTypeDefinition {
  std::string id;
  std::string name;
  bool exclusive = true;

  friend bool operator==(const BenefitTypeDefinition&, const BenefitTypeDefinition&) = default;
  static void fields(auto& self, auto visit) {
    visit(required("id", "id of the benefit type"), self.id);
    visit(defaulted("name", "name for people"), self.name);
    visit(defaulted("exclusive", "a member has only the benefit of highest priority"),
          self.exclusive);
  }
};

struct BenefitDefinition {
  std::string id;
  std::string name;
  std::string type;
  std::int32_t priority = 1;
  std::vector<std::string> tiers;
  std::string payload;
  std::string voucher;
  Period valid;

  friend bool operator==(const BenefitDefinition&, const BenefitDefinition&) = default;
  static void fields(auto& self, auto visit) {
    visit(required("id", "id of the benefit"), self.id);
    visit(defaulted("name", "name for people"), self.name);
    visit(required("type", "its benefit type"), self.type);
    visit(defaulted("priority", "1 is the highest"), self.priority);
    visit(defaulted("tiers", "the tiers that grant it"), self.tiers);
    visit(defaulted("payload", "what the till or the shop is told, such as free-shipping"),
          self.payload);
    visit(defaulted("voucher", "voucher definition issued with each grant"), self.voucher);
    visit(defaulted("valid", "for how long a grant lasts; empty: as long as the tier"), self.valid);
  }
};

}  // namespace loyalty::domain
