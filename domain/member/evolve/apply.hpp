// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "domain/invariant.hpp"
#include "domain/member/member.hpp"

/// How each fact changes a member: one overload per fact, so that a forgotten one does not compile.
/// They only apply; they never refuse.
namespace loyalty::domain {

// activities.cpp
void apply(Member& member, Instant at, const MemberEnrolled& e);
void apply(Member& member, Instant at, const JournalRecorded& e);
void apply(Member& member, Instant at, const MemberStatusChanged& e);
void apply(Member& member, Instant at, const SegmentsChanged& e);
void apply(Member& member, Instant at, const CapUsed& e);

// points.cpp
void apply(Member& member, Instant at, const PointsScheduled& e);
void apply(Member& member, Instant at, const PointsCredited& e);
void apply(Member& member, Instant at, const PointsEscrowed& e);
void apply(Member& member, Instant at, const EscrowReleased& e);
void apply(Member& member, Instant at, const EscrowCancelled& e);
void apply(Member& member, Instant at, const ScheduledCancelled& e);
void apply(Member& member, Instant at, const PointsDebited& e);
void apply(Member& member, Instant at, const ArrearsRepaid& e);
void apply(Member& member, Instant at, const PointsClawedBack& e);
void apply(Member& member, Instant at, const PointsHeld& e);
void apply(Member& member, Instant at, const HoldReleased& e);
void apply(Member& member, Instant at, const PointsReinstated& e);
void apply(Member& member, Instant at, const RedemptionCancelled& e);
void apply(Member& member, Instant at, const PointsExpired& e);
void apply(Member& member, Instant at, const QualifyingReset& e);

// sharing.cpp
void apply(Member& member, Instant at, const DeliveriesTaken& e);
void apply(Member& member, Instant at, const GroupShareChanged& e);
void apply(Member& member, Instant at, const PointsSent& e);
void apply(Member& member, Instant at, const PointsReceived& e);

// tiers.cpp
void apply(Member& member, Instant at, const TierUpgraded& e);
void apply(Member& member, Instant at, const TierRetained& e);
void apply(Member& member, Instant at, const TierDowngraded& e);
void apply(Member& member, Instant at, const TierOverridden& e);
void apply(Member& member, Instant at, const BenefitGranted& e);
void apply(Member& member, Instant at, const BenefitEnded& e);
void apply(Member& member, Instant at, const BenefitWon& e);
void apply(Member& member, Instant at, const BenefitRevoked& e);

// promotions.cpp
void apply(Member& member, Instant at, const PromotionEnrolled& e);
void apply(Member& member, Instant at, const PromotionLeft& e);
void apply(Member& member, Instant at, const ProgressUpdated& e);
void apply(Member& member, Instant at, const MilestoneReached& e);
void apply(Member& member, Instant at, const PromotionCompleted& e);
void apply(Member& member, Instant at, const RewardIssued& e);
void apply(Member& member, Instant at, const CompletionRevoked& e);
void apply(Member& member, Instant at, const RewardReturned& e);

// vouchers.cpp
void apply(Member& member, Instant at, const VoucherIssued& e);
void apply(Member& member, Instant at, const VoucherReserved& e);
void apply(Member& member, Instant at, const VoucherReservationEnded& e);
void apply(Member& member, Instant at, const VoucherUsed& e);
void apply(Member& member, Instant at, const VoucherExpired& e);
void apply(Member& member, Instant at, const VoucherCancelled& e);

// They tell what others have done.
inline void apply(Member&, Instant, const JournalReversed&) {}
inline void apply(Member&, Instant, const JournalProcessed&) {}
inline void apply(Member&, Instant, const ArrearsCreated&) {}
inline void apply(Member&, Instant, const ClawbackWaived&) {}
inline void apply(Member&, Instant, const RewardWithheld&) {}
inline void apply(Member&, Instant, const RewardNear&) {}
inline void apply(Member&, Instant, const RewardReachable&) {}
inline void apply(Member&, Instant, const RedemptionMade&) {}
inline void apply(Member&, Instant, const PartnerLiabilityArisen&) {}

/// `evolve` by a fact whose kind is known.
template <class Fact>
void evolve_by(Member& member, Instant at, const Fact& fact) {
  invariant(at >= member.last_event, "the time of a member's facts never goes back");
  ++member.sequence;
  apply(member, at, fact);
  member.last_event = at;
}

}  // namespace loyalty::domain
