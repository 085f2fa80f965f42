// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "domain/program/validation.hpp"
#include "domain/time.hpp"

/// What the checks of a definition, one file per topic, have in common.
namespace loyalty::domain::validation {

/// Journal types of the server itself; a custom activity of that name could not be told apart.
bool is_reserved_activity(std::string_view name);

bool is_one_of(const auto& names, std::string_view name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

/// Text from outside, short enough for a message.
std::string in_quotes(std::string_view text);
/// "rules[2]"
std::string element(const std::string& list, std::size_t index);

/// The ids of one kind of definition, in the order of the file.
class KnownNames {
 public:
  KnownNames(std::string_view kind, std::string_view section) : kind_(kind), section_(section) {}

  bool has(std::string_view name) const { return index_.contains(name); }
  void insert(std::string_view name);
  std::string_view kind() const { return kind_; }
  /// "expected one of a, b"
  std::string expected() const;

 private:
  std::string_view kind_;     // such as "currency"
  std::string_view section_;  // where such a thing is defined
  std::vector<std::string_view> names_;
  std::set<std::string_view> index_;
};

/// One pass over a definition: its names, and the problems found so far.
class Check {
 public:
  using Seen = std::set<std::string_view>;

  explicit Check(const ProgramDefinition& definition);

  const ProgramDefinition& program;
  KnownNames currencies{"currency", "[[currencies]]"};
  KnownNames tiers{"tier", "[[tier_groups.tiers]]"};
  KnownNames benefit_types{"benefit type", "[[benefit_types]]"};
  KnownNames benefits{"benefit", "[[benefits]]"};
  KnownNames vouchers{"voucher", "[[vouchers]]"};
  KnownNames promotions{"promotion", "[[promotions]]"};
  KnownNames partners{"partner", "[[partners]]"};
  KnownNames activities{"activity", "activities"};

  void report(std::string path, std::string message,
              RefusalCode code = RefusalCode::invalid_definition);
  std::vector<Problem> take() { return std::move(problems_); }

  void id(const std::string& path, std::string_view id, Seen& seen, std::string_view kind);
  bool reference(const std::string& path, std::string_view name, const KnownNames& known);
  void references(const std::string& path, const std::vector<std::string>& names,
                  const KnownNames& known);
  /// `name` is a subtype of the currency; nothing is said where the currency itself is unknown.
  void subtype(const std::string& path, std::string_view name, std::string_view currency);
  void not_negative(const std::string& path, const Decimal& value);
  std::optional<LocalDay> day(const std::string& path, const std::optional<std::string>& text);
  /// A half-open window of days, each bound optional.
  void window(const std::string& path, std::string_view first_name,
              const std::optional<std::string>& first, std::string_view end_name,
              const std::optional<std::string>& end);

  const CurrencyDefinition* currency(std::string_view id) const;
  /// The currency of points for which none is named; reports where there is no good one.
  const CurrencyDefinition* primary_for(const std::string& path);

 private:
  std::vector<Problem> problems_;
};

/// The topics, in the order of the sections of a definition.
void check_program(Check& check);
void check_currencies(Check& check);
void check_tier_groups(Check& check);
void check_benefits(Check& check);
void check_activities(Check& check);
void check_condition(Check& check, const std::string& path, const ConditionDefinition& when);
void check_rules(Check& check);
void check_vouchers(Check& check);
void check_offers(Check& check);
void check_promotions(Check& check);
void check_partners(Check& check);

}  // namespace loyalty::domain::validation
