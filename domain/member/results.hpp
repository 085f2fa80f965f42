// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <boost/variant2/variant.hpp>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "domain/fields.hpp"
#include "domain/ledger/proof.hpp"
#include "domain/member/events.hpp"
#include "domain/member/explain_result.hpp"
#include "domain/member/member.hpp"
#include "domain/member/results/balances.hpp"
#include "domain/member/results/benefits.hpp"
#include "domain/member/results/corrections.hpp"
#include "domain/member/results/earning.hpp"
#include "domain/member/results/ledger.hpp"
#include "domain/member/results/promotions.hpp"
#include "domain/member/results/sharing.hpp"
#include "domain/member/results/spending.hpp"
#include "domain/member/results/standing.hpp"
#include "domain/member/results/tiers.hpp"
#include "domain/member/results/vouchers.hpp"
#include "domain/named.hpp"
#include "domain/program/definition.hpp"
#include "domain/time.hpp"

/// What a member answers. Names are views into the catalogue that was in force; a result is
/// encoded before that catalogue is let go.
namespace loyalty::domain {

struct WakeResult {
  static void fields(auto&, auto) {}
};

/// As with MemberEvent, its copies, moves and end are compiled once.
struct MemberResult
    : boost::variant2::variant<ActivityResult, RedeemResult, PromotionResult, VoucherResult,
                               WakeResult, HoldResult, CancelResult, ReverseResult, AdjustResult,
                               ReleaseResult, TierResult, StandingResult, TransferResult,
                               SharingResult> {
  using variant::variant;
  using Alternatives = variant;
  MemberResult();
  MemberResult(const MemberResult&);
  MemberResult(MemberResult&&) noexcept;
  MemberResult& operator=(const MemberResult&);
  MemberResult& operator=(MemberResult&&) noexcept;
  ~MemberResult();
};

struct MemberResultView {
  std::string_view member;
  std::string_view program;
  Instant enrolled_at;
  LocalDay last_activity;
  Named<BalanceView> balances;
  std::vector<TierView> tiers;
  std::vector<BenefitView> benefits;
  std::vector<ProgressView> promotions;
  std::vector<VoucherView> vouchers;
  Sequence sequence = 0;

  static void fields(auto& self, auto visit) {
    visit(required("member", "member"), self.member);
    visit(required("program", "program"), self.program);
    visit(required("enrolled_at", "when the member joined"), self.enrolled_at);
    visit(required("last_activity", "local day of the last accrual or redemption"),
          self.last_activity);
    visit(required("balances", "by currency"), self.balances);
    visit(required("tiers", "tiers held"), self.tiers);
    visit(required("benefits", "benefits held"), self.benefits);
    visit(required("promotions", "promotions begun"), self.promotions);
    visit(required("vouchers", "vouchers that can be used"), self.vouchers);
    visit(required("sequence", "the member's last fact"), self.sequence);
  }
};

/// As with MemberEvent, its copies, moves and end are compiled once.
struct MemberAnswer
    : boost::variant2::variant<MemberResultView, BalancesResult, BenefitsResult, VouchersResult,
                               TierProgressResult, ExpiryResult, PromotionsResult, ProgressResult,
                               LedgerResult, TraceResult, HoldsResult, ExplainResult,
                               VerifyLedgerResult> {
  using variant::variant;
  using Alternatives = variant;
  MemberAnswer();
  MemberAnswer(const MemberAnswer&);
  MemberAnswer(MemberAnswer&&) noexcept;
  MemberAnswer& operator=(const MemberAnswer&);
  MemberAnswer& operator=(MemberAnswer&&) noexcept;
  ~MemberAnswer();
};

}  // namespace loyalty::domain
