// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "domain/member/member.hpp"
#include "domain/member/results.hpp"
#include "domain/member/turn.hpp"
#include "domain/program/catalogue.hpp"

/// How a member's state is shown in answers.
namespace loyalty::domain {

/// As it stands on a local day: a streak that has missed a period by then shows nothing completed.
ProgressView progress_view(const Promotion& promotion, const Member& member,
                           const Catalogue& catalogue, LocalDay today);
/// Fills in what is derived from the promotion and what is completed of it.
void derive(ProgressView& view, const Promotion& promotion);
/// Fills in what is not stored of a result, which then refers to the catalogue: that of the version
/// it was decided with, null when it is not known. False when it does not tell.
bool derive(MemberResult& stored, const Catalogue* decided_with);
/// So much of a promotion's unit, in its own words: "2 lattes", "1 visit", "12.50 dollars" (S76).
std::string amount_text(const Promotion& promotion, std::int64_t amount);
/// "2 lattes away, 80 %" (S66, S67).
std::string progress_text(const Promotion& promotion, std::int64_t completed);
HoldView hold_view(const Hold& hold, const Catalogue& catalogue);
TierView tier_view(const TierStanding& standing, const Catalogue& catalogue);
VoucherView voucher_view(const Voucher& voucher, const Catalogue& catalogue);
/// "v17": how clients name a voucher.
std::string voucher_name(Sequence id);

Named<Points> balances_view(const Member& member, const Catalogue& catalogue);
Named<BalanceView> balance_details(const Member& member, const Catalogue& catalogue);
std::vector<LotUseView> trace_view(const std::vector<LotUse>& uses);
std::vector<LotUseView> trace_view(const std::vector<Lot>& parts);
std::vector<BenefitView> benefits_view(const Member& member, const Catalogue& catalogue);
/// The tiers that changed, by the facts of a turn from index `first` on: lifts come first.
std::vector<TierMove> tier_moves(const MemberTurn& turn, std::size_t first);

/// The answers to commands, put together from the facts that the command stated (from index
/// `first` of the turn on) and the state after it.
/// An ActivityResult, which takes the lines of rules and promotions out of the turn.
MemberResult activity_result(MemberTurn& turn, std::size_t first, Sequence journal);
ReleaseResult release_result(const MemberTurn& turn, std::size_t first);
TierResult tier_result(const MemberTurn& turn, std::size_t first);
RedeemResult redeem_result(const MemberTurn& turn, std::size_t first, Sequence journal);
CancelResult cancel_result(const MemberTurn& turn, std::size_t first, Sequence journal);
ReverseResult reverse_result(const MemberTurn& turn, std::size_t first,
                             std::vector<Sequence> journals);
AdjustResult adjust_result(const MemberTurn& turn, std::size_t first, Sequence journal,
                           CurrencyId currency, Points points);
PromotionResult promotion_result(const MemberTurn& turn, std::size_t first,
                                 const Promotion& promotion);

}  // namespace loyalty::domain
