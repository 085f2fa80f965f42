// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>
#include <vector>

#include "domain/fields.hpp"
#include "domain/member/results/promotions.hpp"
#include "domain/member/results/spending.hpp"
#include "domain/member/results/tiers.hpp"
#include "domain/member/results/vouchers.hpp"
#include "domain/member/sequence.hpp"
#include "domain/named.hpp"
#include "domain/quantity.hpp"

/// How returns, corrections by hand and early releases are answered.
namespace loyalty::domain {

/// The answer to reverse_activity. What it should take back is the sum of taken_back, cancelled,
/// lapsed and waived.
struct ReverseResult {
  std::vector<Sequence> journals;
  Named<Points> taken_back;
  Named<Points> cancelled;
  Named<Points> lapsed;
  Named<Points> waived;
  Named<Points> arrears;
  std::vector<ProgressView> progress;
  std::vector<VoucherView> vouchers;
  Named<Points> balances;
  Named<std::string_view> tiers;
  std::vector<TierMove> tier_changes;
  Sequence sequence = 0;

  static void fields(auto& self, auto visit) {
    visit(required("journals", "journals that were returned, in full or in part"), self.journals);
    visit(required("taken_back", "available points taken back, by currency"), self.taken_back);
    visit(required("cancelled", "points in escrow or to come that will not be"), self.cancelled);
    visit(required("lapsed", "points that had expired or been reset already"), self.lapsed);
    visit(required("waived", "spent points that stay with the member"), self.waived);
    visit(required("arrears", "part of taken_back that is owed now"), self.arrears);
    visit(required("progress", "promotions that were set back"), self.progress);
    visit(required("vouchers", "vouchers cancelled with it"), self.vouchers);
    visit(required("balances", "available points after it, by currency"), self.balances);
    visit(required("tiers", "tiers held after it, by tier group"), self.tiers);
    visit(required("tier_changes", "tiers that changed with it"), self.tier_changes);
    visit(required("sequence", "the member's last fact"), self.sequence);
  }
};

/// The answer to adjust_points and reinstate_points.
struct AdjustResult {
  Sequence journal = 0;
  std::string_view currency;
  Points points;
  std::vector<LotUseView> trace;
  Named<Points> balances;
  Named<std::string_view> tiers;
  std::vector<TierMove> tier_changes;
  Sequence sequence = 0;

  static void fields(auto& self, auto visit) {
    visit(required("journal", "id of the journal"), self.journal);
    visit(required("currency", "currency"), self.currency);
    visit(required("points", "points added, or taken when negative"), self.points);
    visit(required("trace", "credits that were taken from or given back"), self.trace);
    visit(required("balances", "available points after it, by currency"), self.balances);
    visit(required("tiers", "tiers held after it, by tier group"), self.tiers);
    visit(required("tier_changes", "tiers that changed with it"), self.tier_changes);
    visit(required("sequence", "the member's last fact"), self.sequence);
  }
};

/// The answer to release_escrow.
struct ReleaseResult {
  std::vector<LotUseView> released;
  Named<Points> balances;
  Named<std::string_view> tiers;
  std::vector<TierMove> tier_changes;
  Sequence sequence = 0;

  static void fields(auto& self, auto visit) {
    visit(required("released", "the credits whose points became available"), self.released);
    visit(required("balances", "available points after it, by currency"), self.balances);
    visit(required("tiers", "tiers held after it, by tier group"), self.tiers);
    visit(required("tier_changes", "tiers that changed with it"), self.tier_changes);
    visit(required("sequence", "the member's last fact"), self.sequence);
  }
};

}  // namespace loyalty::domain
