// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "domain/expected.hpp"
#include "domain/member/member.hpp"
#include "domain/program/catalogue.hpp"
#include "domain/refusal.hpp"

namespace loyalty::domain {

/// A rule that applies to an activity, with its arithmetic: full = round(base x rate x multiplier),
/// points = what the caps leave of it.
struct Accrual {
  const Rule* rule = nullptr;
  std::int64_t base = 0;
  Decimal multiplier = one;
  Points full;
  Points points;
};

/// All rules that apply, in their order, decided on the member as it stands before the activity
/// (domain.md F5, F6, F10). Pure: a return applies the rules of then to the member of then.
Expected<std::vector<Accrual>, Refusal> accruals(const Catalogue& catalogue, const Member& member,
                                                 const JournalRecorded& activity);

}  // namespace loyalty::domain
