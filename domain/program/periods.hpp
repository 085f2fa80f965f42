// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "domain/program/promotion_definition.hpp"
#include "domain/program/rule_definition.hpp"
#include "domain/time.hpp"

/// The calendar periods that caps and streaks name. All days are local; weeks begin on Monday.
namespace loyalty::domain {

/// The first day of the period in which `day` lies.
LocalDay cap_window(CapPeriod period, LocalDay day);

/// The first day of the period of a streak in which `day` lies. Not for Streak::none.
LocalDay streak_period(Streak streak, LocalDay day);
/// The first days of the periods next to it.
LocalDay next_period(Streak streak, LocalDay day);
LocalDay previous_period(Streak streak, LocalDay day);

}  // namespace loyalty::domain
