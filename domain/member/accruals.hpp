// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

#include "domain/expected.hpp"
#include "domain/few.hpp"
#include "domain/member/deed.hpp"
#include "domain/member/member.hpp"
#include "domain/program/catalogue.hpp"
#include "domain/refusal.hpp"

namespace loyalty::domain {

/// A rule that applies to an activity, with its arithmetic: full = round(base x rate x multiplier),
/// points = what the caps leave of it.
struct Accrual {
  const Rule* rule = nullptr;
  std::int64_t base = 0;
  const TierMultiplier* tier = nullptr;  ///< whose multiplier it has; null: that is 1
  Points full;
  Points points;

  const Decimal& multiplier() const { return tier ? tier->multiplier : one; }
  std::string_view multiplier_text() const { return tier ? std::string_view(tier->text) : "1"; }
};
using Accruals = Few<Accrual, 4>;

/// All rules that apply, in their order, decided on the member as it stands before the activity
/// (domain.md F5, F6, F10). Pure: a return applies the rules of then to the member of then.
Expected<Accruals, Refusal> accruals(const Catalogue& catalogue, const Member& member,
                                     const Deed& activity);

}  // namespace loyalty::domain
