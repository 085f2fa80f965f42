// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "domain/fields.hpp"
#include "domain/member/results/vouchers.hpp"
#include "domain/member/sequence.hpp"
#include "domain/named.hpp"
#include "domain/quantity.hpp"
#include "domain/time.hpp"

/// How tiers are answered.
namespace loyalty::domain {

struct TierView {
  std::string_view group;
  std::string_view tier;
  std::string_view name;
  LocalDay effective;
  std::optional<Instant> expires;
  bool overridden = false;

  static void fields(auto& self, auto visit) {
    visit(required("group", "tier group"), self.group);
    visit(required("tier", "tier held"), self.tier);
    visit(required("name", "its name for people"), self.name);
    visit(required("effective", "since this local day"), self.effective);
    visit(defaulted("expires", "when it is assessed again; absent for a base tier"), self.expires);
    visit(required("overridden", "given by hand: it stays until it expires"), self.overridden);
  }
};

struct TierMove {
  std::string_view group;
  std::string_view from;
  std::string_view to;

  static void fields(auto& self, auto visit) {
    visit(required("group", "tier group"), self.group);
    visit(required("from", "tier before"), self.from);
    visit(required("to", "tier now"), self.to);
  }
};

/// The answer to override_tier and assess_tier.
struct TierResult {
  std::vector<TierView> tiers;
  std::vector<TierMove> tier_changes;
  std::vector<std::string_view> benefits;
  std::vector<VoucherView> vouchers;
  Sequence sequence = 0;

  static void fields(auto& self, auto visit) {
    visit(required("tiers", "tiers held after it"), self.tiers);
    visit(required("tier_changes", "tiers that changed with it"), self.tier_changes);
    visit(required("benefits", "benefits granted by it"), self.benefits);
    visit(required("vouchers", "vouchers issued by it"), self.vouchers);
    visit(required("sequence", "the member's last fact"), self.sequence);
  }
};

struct TierProgressView {
  std::string_view group;
  std::string_view tier;
  std::string_view next;
  Named<Points> missing_to_reach;
  Named<Points> missing_to_keep;
  std::optional<Instant> expires;
  std::optional<Instant> resets;

  static void fields(auto& self, auto visit) {
    visit(required("group", "tier group"), self.group);
    visit(required("tier", "tier held"), self.tier);
    visit(required("next", "next tier; empty at the top"), self.next);
    visit(required("missing_to_reach", "points missing to the next tier, by currency"),
          self.missing_to_reach);
    visit(required("missing_to_keep", "points missing to keep this tier, by currency"),
          self.missing_to_keep);
    visit(defaulted("expires", "when the tier is assessed again"), self.expires);
    visit(defaulted("resets", "when the qualifying balance is reset"), self.resets);
  }
};

struct TierProgressResult {
  std::vector<TierProgressView> groups;
  static void fields(auto& self, auto visit) {
    visit(required("groups", "one entry per tier group"), self.groups);
  }
};

}  // namespace loyalty::domain
