// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "domain/program/lint.hpp"
#include "domain/time.hpp"

/// What the doubts about a definition, one file per topic, have in common. Each doubt follows from
/// the definition alone and is certain: no simulation, no guess about what members do. Staff can
/// always credit points, move progress and issue vouchers by hand, so the messages say "no rule",
/// not "never".
namespace loyalty::domain::lint {

using Names = std::set<std::string_view>;

std::string item(std::string_view list, std::size_t index, std::string_view rest = {});
std::string quoted(std::string_view text);
bool contains(const std::vector<std::string>& names, std::string_view name);
bool meets(const std::vector<std::string>& names, const Names& others);
std::optional<LocalDay> day(const std::optional<std::string>& text);
bool is_empty_window(const std::optional<std::string>& from,
                     const std::optional<std::string>& until);
/// Why no activity can ever meet the condition; empty when one can.
std::string_view contradiction(const ConditionDefinition& when);

/// A definition without mistakes, what its rules and promotions can earn, and the doubts so far.
class Doubts {
 public:
  explicit Doubts(const ProgramDefinition& definition);

  const ProgramDefinition& program;
  Names earned;     ///< currencies that a rule or a promotion can credit
  Names reachable;  ///< tiers that those points can reach

  void doubt(std::string path, std::string message);
  std::vector<Problem> take() { return std::move(problems_); }

  /// The doubts that hold for every condition.
  void doubt_condition(const std::string& path, std::string_view consequence,
                       const ConditionDefinition& when);
  std::string_view primary() const;
  std::string_view currency_of(const RewardDefinition& reward) const;
  std::string_view currency_of(const RuleDefinition& rule) const;
  const CurrencyDefinition* currency(std::string_view id) const;
  const PartnerDefinition* partner(std::string_view id) const;
  /// The balance above which no rule credits the currency; nothing when something credits it
  /// without such a cap.
  std::optional<std::int64_t> balance_cap(std::string_view currency) const;

 private:
  void find_what_is_earned();
  bool can_reach(const TierGroupDefinition& group, const TierDefinition& tier) const;
  bool can_credit(const RuleDefinition& rule) const;

  std::vector<Problem> problems_;
};

void doubt_program(Doubts& doubts);
void doubt_currencies(Doubts& doubts);
void doubt_tiers(Doubts& doubts);
void doubt_benefits(Doubts& doubts);
void doubt_rules(Doubts& doubts);
void doubt_vouchers(Doubts& doubts);
void doubt_offers(Doubts& doubts);
void doubt_promotions(Doubts& doubts);
void doubt_partners(Doubts& doubts);

}  // namespace loyalty::domain::lint
