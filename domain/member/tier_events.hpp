// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "domain/fields.hpp"
#include "domain/member/sequence.hpp"
#include "domain/quantity.hpp"
#include "domain/time.hpp"

/// Tiers and the benefits they give.
namespace loyalty::domain {

/// A tier standing that changed or was renewed.
struct TierChange {
  TierGroupId group;
  TierId from;
  TierId to;
  LocalDay effective;
  Instant expires;

  static void fields(auto& self, auto visit) {
    visit(required("group", "tier group"), self.group);
    visit(required("from", "tier held before"), self.from);
    visit(required("to", "tier held from now on"), self.to);
    visit(required("effective", "local day from which it is held"), self.effective);
    visit(required("expires", "when it is assessed again"), self.expires);
  }
};
struct TierUpgraded : TierChange {
  static constexpr std::string_view name = "tier_upgraded";
};
struct TierRetained : TierChange {
  static constexpr std::string_view name = "tier_retained";
};
struct TierDowngraded : TierChange {
  static constexpr std::string_view name = "tier_downgraded";
};

/// A tier given by hand; it beats assessment until it ends (domain.md F37).
struct TierOverridden {
  static constexpr std::string_view name = "tier_overridden";
  TierGroupId group;
  TierId from;
  TierId to;
  LocalDay effective;
  Instant expires;
  std::string reason;
  std::string actor;

  static void fields(auto& self, auto visit) {
    visit(required("group", "tier group"), self.group);
    visit(required("from", "tier held before"), self.from);
    visit(required("to", "tier held from now on"), self.to);
    visit(required("effective", "local day from which it is held"), self.effective);
    visit(required("expires", "when it ends"), self.expires);
    visit(required("reason", "why"), self.reason);
    visit(defaulted("actor", "who did it"), self.actor);
  }
};

struct BenefitGranted {
  static constexpr std::string_view name = "benefit_granted";
  BenefitId benefit;
  Instant until = never;

  static void fields(auto& self, auto visit) {
    visit(required("benefit", "benefit"), self.benefit);
    visit(defaulted("until", "when it ends by itself"), self.until);
  }
};

struct BenefitEnded {
  static constexpr std::string_view name = "benefit_ended";
  BenefitId benefit;
  bool lapsed = false;

  static void fields(auto& self, auto visit) {
    visit(required("benefit", "benefit"), self.benefit);
    visit(defaulted("lapsed", "its time was over: what was won of it is used up"), self.lapsed);
  }
};

/// A benefit won by what the member did, whatever the tier. It is granted as long as no other of
/// its type beats it.
struct BenefitWon {
  static constexpr std::string_view name = "benefit_won";
  BenefitId benefit;
  Sequence journal = 0;
  RuleId rule;

  static void fields(auto& self, auto visit) {
    visit(required("benefit", "benefit"), self.benefit);
    visit(required("journal", "journal that won it"), self.journal);
    visit(required("rule", "rule that gave it"), self.rule);
  }
};

/// A benefit is no longer won: the activity that won it was returned. It ends unless a tier or
/// another activity gives it too.
struct BenefitRevoked {
  static constexpr std::string_view name = "benefit_revoked";
  BenefitId benefit;
  Sequence journal = 0;

  static void fields(auto& self, auto visit) {
    visit(required("benefit", "benefit"), self.benefit);
    visit(required("journal", "journal that was returned"), self.journal);
  }
};

}  // namespace loyalty::domain
