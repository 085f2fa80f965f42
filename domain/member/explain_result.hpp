// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "domain/fields.hpp"
#include "domain/member/sequence.hpp"
#include "domain/program/rule_definition.hpp"
#include "domain/quantity.hpp"
#include "domain/time.hpp"

/// What `explain` answers (domain.md F58).
namespace loyalty::domain {

/// One rule of the version of then, on the member of then.
struct ExplainedRule {
  std::string_view rule;
  std::string_view name;
  bool applied = false;
  std::string_view unmet;
  std::string_view currency;
  std::int64_t base = 0;
  std::string rate;
  std::string multiplier;
  Rounding rounding = Rounding::floor;
  Points full;
  Points cut;
  Points points;
  Crediting crediting = Crediting::real_time;

  static void fields(auto& self, auto visit) {
    visit(required("rule", "rule"), self.rule);
    visit(required("name", "its name for people"), self.name);
    visit(required("applied", "whether its condition held"), self.applied);
    visit(required("unmet", "the first part of the condition that did not hold"), self.unmet);
    visit(required("currency", "currency it credits"), self.currency);
    visit(required("base", "what it measures: minor units, pieces or 1"), self.base);
    visit(required("rate", "points per measured unit"), self.rate);
    visit(required("multiplier", "for the tier held before the activity"), self.multiplier);
    visit(required("rounding", "how the product was rounded, once"), self.rounding);
    visit(required("full", "round(base x rate x multiplier)"), self.full);
    visit(required("cut", "what caps kept back"), self.cut);
    visit(required("points", "what it gave"), self.points);
    visit(required("crediting", "real_time, next_day or batch"), self.crediting);
  }
};

struct ExplainedPromotion {
  std::string_view promotion;
  bool advanced = false;
  std::string_view reason;
  std::int64_t increment = 0;

  static void fields(auto& self, auto visit) {
    visit(required("promotion", "promotion"), self.promotion);
    visit(required("advanced", "whether the activity counted"), self.advanced);
    visit(required("reason", "why not: part of its condition, NOT_ENROLLED, COMPLETED, ..."),
          self.reason);
    visit(required("increment", "what it would add, or did"), self.increment);
  }
};

/// What else the journal led to, in order.
struct ExplainedFact {
  Sequence sequence = 0;
  std::string_view event;
  std::string_view currency;
  std::optional<Points> points;

  static void fields(auto& self, auto visit) {
    visit(required("sequence", "fact"), self.sequence);
    visit(required("event", "what happened"), self.event);
    visit(required("currency", "currency, where points moved"), self.currency);
    visit(defaulted("points", "points, where they moved"), self.points);
  }
};

struct ExplainResult {
  Sequence sequence = 0;
  std::string_view event;
  Instant at;
  std::uint32_t version = 0;
  Sequence journal = 0;
  std::string type;
  std::string reference;
  std::int64_t eligible_amount = 0;
  std::int64_t units = 0;
  std::optional<LocalDay> activity_day;
  std::vector<std::string_view> tiers;
  std::vector<ExplainedRule> rules;
  std::vector<ExplainedPromotion> promotions;
  std::vector<ExplainedFact> consequences;
  std::string text;

  static void fields(auto& self, auto visit) {
    visit(required("sequence", "the fact that is explained"), self.sequence);
    visit(required("event", "what it is"), self.event);
    visit(required("at", "when"), self.at);
    visit(required("version", "of the program then"), self.version);
    visit(required("journal", "journal that led to it; 0: none, such as an expiry"), self.journal);
    visit(required("type", "activity type of the journal"), self.type);
    visit(required("reference", "the caller's reference"), self.reference);
    visit(required("eligible_amount", "what earned, minor units"), self.eligible_amount);
    visit(required("units", "pieces"), self.units);
    visit(defaulted("activity_day", "local day of the activity"), self.activity_day);
    visit(required("tiers", "tiers held before it"), self.tiers);
    visit(required("rules", "every rule of then, with its arithmetic or why it did not apply"),
          self.rules);
    visit(required("promotions", "every promotion of then, and why it did or did not advance"),
          self.promotions);
    visit(required("consequences", "all that the journal led to, also later"), self.consequences);
    visit(required("text", "the same in one sentence"), self.text);
  }
};

}  // namespace loyalty::domain
