// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <vector>

#include "domain/member/granted.hpp"

/// What a return does to the progress in promotions (domain.md F44).
namespace loyalty::domain {

/// What completing one cycle gave.
struct RewardPast {
  std::uint32_t cycle = 0;
  BenefitId benefit;
  std::optional<RewardIssued> issued;  ///< none when a limit did not allow it
  std::vector<Grant> grants;
  std::vector<Sequence> vouchers;
  std::vector<std::pair<Sequence, PartnerLiabilityArisen>> owed;
  std::uint64_t milestones = 0;  ///< announced in that cycle
  Sequence journal = 0;          ///< that completed it
  bool used = false;             ///< a voucher of it was used
};

/// A member's way through one promotion, as far as a return needs it.
struct ProgressPast {
  PromotionId promotion;
  std::int64_t sum = 0;     ///< of the open cycle, or of the one that was completed for good
  std::int64_t mine = 0;    ///< the part of it that the journal made
  std::int64_t before = 0;  ///< what the journal counted for when all of it was kept
  std::vector<RewardPast> rewards;  ///< of completed cycles, oldest first
  Sequence stand_in = 0;            ///< streaks: an activity that keeps the period of the journal
};

/// The promotions that a journal advanced.
std::vector<ProgressPast> find_progress(const Past& past, Sequence journal);

/// Subtracts what a return takes from the open cycle; milestones that fired stay fired. With
/// `revoke_on_return` a cycle that is no longer full is open again and its reward is cancelled; a
/// reward that was used cannot be, and its cycle stays completed. In a streak (F47) another
/// activity of the same period takes the place of the returned one; without one the step is taken
/// back, and a completed cycle is undone only while the streak has not begun again.
void unwind(MemberTurn& turn, const ProgressPast& progress, const Granted& granted,
            const Kept& kept);

/// Takes back what a partner owes or is owed, as it was booked (domain.md 2.1, "Rounding").
void reverse_liability(MemberTurn& turn, Sequence fact, const PartnerLiabilityArisen& booked,
                       Points points, Money money);

}  // namespace loyalty::domain
