// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "domain/expected.hpp"
#include "domain/few.hpp"
#include "domain/member/deed.hpp"
#include "domain/member/turn.hpp"
#include "domain/refusal.hpp"

namespace loyalty::domain {

/// A promotion that an activity advances, and by how much; or a standard promotion that rewards it.
struct Advance {
  const Promotion* promotion = nullptr;
  std::int64_t increment = 0;
  Points points;          ///< standard: of the reward
  bool restarts = false;  ///< a streak that missed a period begins again
};

using Advances = Few<Advance, 4>;

/// A step that would complete a promotion more often than this is refused as a mistake.
inline constexpr std::int64_t max_completions_per_step = 100;

/// Which promotions an activity advances, decided on the member as it stands now. Promotions that
/// see it but do not advance are noted in `turn.skipped` (domain.md F41, F42).
Expected<Advances, Refusal> plan_advances(MemberTurn& turn, const Deed& activity);

/// Moves a member forward: progress, milestones, completions, rewards (domain.md F41-F43); in a
/// standard promotion straight to the reward.
void advance(MemberTurn& turn, const Advance& step, Sequence journal, LocalDay day);

}  // namespace loyalty::domain
