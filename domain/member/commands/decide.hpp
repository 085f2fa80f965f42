// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>

#include "domain/expected.hpp"
#include "domain/member/commands.hpp"
#include "domain/member/turn.hpp"
#include "domain/refusal.hpp"

/// One overload per command, each in the file of its family. A decision states its facts on the
/// turn and returns how to tell the result, once, when everything that follows from them has
/// settled; or it refuses and has stated nothing.
namespace loyalty::domain {

using Answer = std::function<MemberResult(MemberTurn& turn, std::size_t first)>;
using Decision = Expected<Answer, Refusal>;

Decision decide(const EnrollMember& command, MemberTurn& turn);
Decision decide(const Purchase& command, MemberTurn& turn);
Decision decide(const Review& command, MemberTurn& turn);
Decision decide(const RecordActivity& command, MemberTurn& turn);
Decision decide(const Redeem& command, MemberTurn& turn);
Decision decide(const CreditPoints& command, MemberTurn& turn);
Decision decide(const DebitPoints& command, MemberTurn& turn);
Decision decide(const EnrollInPromotion& command, MemberTurn& turn);
Decision decide(const LeavePromotion& command, MemberTurn& turn);
Decision decide(const UpdateProgress& command, MemberTurn& turn);
Decision decide(const IssueVoucher& command, MemberTurn& turn);
Decision decide(const UseVoucher& command, MemberTurn& turn);
Decision decide(const CancelVoucher& command, MemberTurn& turn);
Decision decide(const HoldPoints& command, MemberTurn& turn);
Decision decide(const CaptureHold& command, MemberTurn& turn);
Decision decide(const ReleaseHold& command, MemberTurn& turn);
Decision decide(const CancelRedemption& command, MemberTurn& turn);
Decision decide(const ReverseActivity& command, MemberTurn& turn);
Decision decide(const AdjustPoints& command, MemberTurn& turn);
Decision decide(const ReinstatePoints& command, MemberTurn& turn);
Decision decide(const ReserveVoucher& command, MemberTurn& turn);
Decision decide(const ReleaseVoucher& command, MemberTurn& turn);
Decision decide(const ReleaseEscrow& command, MemberTurn& turn);
Decision decide(const OverrideTier& command, MemberTurn& turn);
Decision decide(const AssessTier& command, MemberTurn& turn);
Decision decide(const SetSegments& command, MemberTurn& turn);
Decision decide(const FreezeMember& command, MemberTurn& turn);
Decision decide(const ThawMember& command, MemberTurn& turn);
Decision decide(const CloseMember& command, MemberTurn& turn);
Decision decide(const EraseMember& command, MemberTurn& turn);
Decision decide(const TransferPoints& command, MemberTurn& turn);
Decision decide(const JoinGroup& command, MemberTurn& turn);
Decision decide(const LeaveGroup& command, MemberTurn& turn);
Decision decide(const MergeMember& command, MemberTurn& turn);
Decision decide(const TakeDeliveries& command, MemberTurn& turn);
Decision decide(const Wake& command, MemberTurn& turn);

inline Unexpected<Refusal> refuse(RefusalCode code, std::string param, std::string detail) {
  return Unexpected{Refusal{code, std::move(param), std::move(detail)}};
}

}  // namespace loyalty::domain
