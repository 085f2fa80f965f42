// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string_view>

#include "domain/member/member.hpp"
#include "domain/member/past.hpp"
#include "domain/program/periods.hpp"

/// Streaks (domain.md F47): a cumulative promotion that counts calendar periods in a row. A period
/// counts once, with the first activity of its days; after a missed one the count begins again.
/// Whether one was missed is told by the days of activities, not by the clock: a late activity of
/// the next period continues a streak as long as nothing later has counted.
namespace loyalty::domain {

/// How an activity of a day stands to what a member's streak has counted so far.
enum class StreakStep { continues, begins, counted, passed };
StreakStep streak_step(Streak streak, const std::optional<LocalDay>& last, LocalDay day);

/// Why an activity of a day adds nothing to a streak: PERIOD_COUNTED, PERIOD_PASSED; empty when it
/// does, or the promotion is none.
std::string_view streak_reason(const Promotion& promotion, const Participation& part, LocalDay day);

/// The first day on which a streak has missed a period unless it is continued before; nullopt where
/// nothing has been counted, or the promotion is none or is completed for good.
std::optional<LocalDay> streak_lapses(const Promotion& promotion, const Participation& part);

/// The next activity that keeps the period of a returned one: it meets the promotion's condition
/// with what is kept of it. 0: there is none, or the promotion was no streak.
Sequence find_stand_in(const Past& past, PromotionId promotion, Sequence journal);

}  // namespace loyalty::domain
