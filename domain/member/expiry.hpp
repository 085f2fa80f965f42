// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "domain/member/member.hpp"
#include "domain/program/catalogue.hpp"

/// How long points live (domain.md F11, F13, F14, F20).
namespace loyalty::domain {

/// The day on which points end whose period starts on `start`: after the subtype's own period or
/// the currency's, lengthened by the longest extension of the tiers held, and put off to the next
/// start of a month, quarter or year. Only for currencies that expire by a fixed period.
LocalDay expiry_day(const Currency& currency, SubtypeId subtype, const Member& member,
                    LocalDay start);

/// The first day of a month, quarter or year that is `day` or later.
LocalDay rounded_up(LocalDay day, ExpiryRounding rounding);

}  // namespace loyalty::domain
