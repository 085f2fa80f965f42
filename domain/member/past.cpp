// SPDX-License-Identifier: Apache-2.0
#include "domain/member/past.hpp"

#include <algorithm>

#include "domain/invariant.hpp"
#include "domain/member/execute.hpp"

namespace loyalty::domain {

bool needs_history(const MemberCommand& command) {
  return holds_alternative<CancelRedemption>(command) ||
         holds_alternative<ReverseActivity>(command) || holds_alternative<ReinstatePoints>(command);
}

std::vector<Lot> parts_of(const Member& member, CurrencyId currency,
                          const std::vector<LotUse>& uses) {
  std::vector<Lot> parts;
  if (uses.empty()) return parts;
  const Purse* found = member.purse(currency);
  invariant(found != nullptr, "a debit names a currency that is there");
  const Purse& purse = *found;
  // The lots that `evolve` will take: parts of one credit may have come back with different ends.
  auto next = purse.lots.begin();
  for (const auto& use : uses) {
    const auto suffices = [&](const Lot& lot) {
      return lot.id == use.lot && lot.remaining >= use.points;
    };
    auto lot = std::find_if(next, purse.lots.end(), suffices);
    if (lot == purse.lots.end()) lot = std::find_if(purse.lots.begin(), next, suffices);
    invariant(lot != purse.lots.end() && suffices(*lot), "a debit names lots that are there");
    parts.push_back(part_of(*lot, use.points));
    next = std::next(lot);
  }
  return parts;
}

void add_part(std::vector<Lot>& parts, const Lot& part) {
  const auto same = std::ranges::find_if(parts, [&](const Lot& other) {
    return other.id == part.id && other.expires == part.expires;
  });
  if (same == parts.end()) {
    parts.push_back(part);
  } else {
    same->remaining += part.remaining;
  }
}

}  // namespace loyalty::domain
