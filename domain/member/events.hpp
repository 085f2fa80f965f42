// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <boost/variant2/variant.hpp>
#include <cstdint>
#include <utility>

#include "domain/member/activity_events.hpp"
#include "domain/member/points_events.hpp"
#include "domain/member/promotion_events.hpp"
#include "domain/member/redemption_events.hpp"
#include "domain/member/sharing_events.hpp"
#include "domain/member/tier_events.hpp"

/// The facts of a member's life, past tense (domain.md part 4). A fact holds what was computed, so
/// that replay never runs a rule. These are the stored format: alternatives and fields are only
/// ever added at the end, never changed (docs/format.md).
namespace loyalty::domain {

/// Money owed between program and partner, booked here and carried to the partner's own ledger
/// (domain.md F49).
struct PartnerLiabilityArisen {
  static constexpr std::string_view name = "partner_liability_arisen";
  PartnerId partner;
  CurrencyId currency;
  Points points;
  Money money;  ///< positive: the partner owes the program; negative: the program owes it
  Sequence journal = 0;
  PromotionId promotion;
  Sequence reverses = 0;

  static void fields(auto& self, auto visit) {
    visit(required("partner", "partner"), self.partner);
    visit(required("currency", "currency"), self.currency);
    visit(required("points", "points it is for"), self.points);
    visit(required("money", "positive: owed by the partner, minor units"), self.money);
    visit(required("journal", "journal that caused it"), self.journal);
    visit(defaulted("promotion", "promotion that the partner sponsors"), self.promotion);
    visit(defaulted("reverses", "the fact that it takes back, in whole or in part"), self.reverses);
  }
};

/// Copied, moved and ended by functions of its own, which are compiled once: a variant of so many
/// alternatives brings a function for each of them wherever it is passed on.
struct MemberEvent
    : boost::variant2::variant<
          MemberEnrolled, JournalRecorded, JournalProcessed, PointsScheduled, PointsCredited,
          PointsDebited, PointsExpired, QualifyingReset, TierUpgraded, TierRetained, TierDowngraded,
          BenefitGranted, BenefitEnded, PromotionEnrolled, PromotionLeft, ProgressUpdated,
          MilestoneReached, PromotionCompleted, RewardIssued, RewardNear, RewardReachable,
          VoucherIssued, VoucherUsed, VoucherExpired, VoucherCancelled, RedemptionMade,
          PartnerLiabilityArisen, JournalReversed, MemberStatusChanged, SegmentsChanged, CapUsed,
          PointsEscrowed, EscrowReleased, EscrowCancelled, ScheduledCancelled, ArrearsCreated,
          ArrearsRepaid, PointsClawedBack, ClawbackWaived, PointsHeld, HoldReleased,
          PointsReinstated, PointsSent, PointsReceived, TierOverridden, VoucherReserved,
          VoucherReservationEnded, RedemptionCancelled, RewardWithheld, CompletionRevoked,
          BenefitWon, DeliveriesTaken, GroupShareChanged, RewardReturned, BenefitRevoked> {
  using variant::variant;
  using Alternatives = variant;
  MemberEvent();
  MemberEvent(const MemberEvent&);
  MemberEvent(MemberEvent&&) noexcept;
  MemberEvent& operator=(const MemberEvent&);
  MemberEvent& operator=(MemberEvent&&) noexcept;
  ~MemberEvent();
};

/// An event with its place and time in the member's life.
struct MemberFact {
  Sequence sequence = 0;
  Instant at;
  std::uint32_t version = 0;  ///< of the program
  MemberEvent event;

  MemberFact() {}  // NOLINT(modernize-use-equals-default): else all of it is zeroed first
  MemberFact(Sequence number, Instant when, std::uint32_t of_program, MemberEvent what)
      : sequence(number), at(when), version(of_program), event(std::move(what)) {}
};

}  // namespace loyalty::domain
