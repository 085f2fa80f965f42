// SPDX-License-Identifier: Apache-2.0
#include "domain/member/benefits.hpp"

#include <algorithm>

namespace loyalty::domain {
namespace {

std::vector<BenefitId> entitled(const Member& member, const Catalogue& catalogue) {
  std::vector<const Benefit*> all;
  for (const auto& benefit : catalogue.benefits) {
    const bool by_tier = std::any_of(benefit.tiers.begin(), benefit.tiers.end(),
                                     [&](TierId tier) { return member.holds(tier); });
    const bool awarded =
        std::find(member.awarded.begin(), member.awarded.end(), benefit.id) != member.awarded.end();
    if (by_tier || awarded) all.push_back(&benefit);
  }
  const auto beats = [&](const Benefit& a, const Benefit& b) {
    if (a.type != b.type || !a.exclusive || &a == &b) return false;
    if (a.priority != b.priority) return a.priority < b.priority;
    return catalogue.text(a.id) < catalogue.text(b.id);
  };
  std::vector<BenefitId> result;
  for (const auto* candidate : all) {
    const bool beaten = std::any_of(all.begin(), all.end(),
                                    [&](const auto* other) { return beats(*other, *candidate); });
    if (!beaten) result.push_back(candidate->id);
  }
  std::sort(result.begin(), result.end());
  return result;
}

}  // namespace

void update_benefits(MemberTurn& turn) {
  const std::vector<BenefitId> after = entitled(turn.member(), turn.catalogue());
  const std::vector<BenefitId> before = turn.member().benefits;
  for (const BenefitId benefit : before) {
    if (!std::binary_search(after.begin(), after.end(), benefit)) {
      turn.state(BenefitEnded{benefit});
    }
  }
  for (const BenefitId benefit : after) {
    if (!std::binary_search(before.begin(), before.end(), benefit)) {
      turn.state(BenefitGranted{benefit});
    }
  }
}

}  // namespace loyalty::domain
