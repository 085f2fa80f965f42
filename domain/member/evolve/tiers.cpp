// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "domain/member/evolve/apply.hpp"

/// Tiers and benefits.
namespace loyalty::domain {
namespace {

template <class Change>
void set_tier(Member& member, const Change& change, bool overridden) {
  for (auto& standing : member.tiers) {
    if (standing.group != change.group) continue;
    standing.tier = change.to;
    standing.effective = change.effective;
    standing.expires = change.expires;
    standing.overridden = overridden;
    return;
  }
  member.tiers.push_back({change.group, change.to, change.effective, change.expires, overridden});
}

}  // namespace

void apply(Member& member, Instant, const TierUpgraded& e) { set_tier(member, e, false); }

void apply(Member& member, Instant, const TierRetained& e) { set_tier(member, e, false); }

void apply(Member& member, Instant, const TierDowngraded& e) { set_tier(member, e, false); }

void apply(Member& member, Instant, const TierOverridden& e) { set_tier(member, e, true); }

void apply(Member& member, Instant, const BenefitGranted& e) {
  member.benefits.insert(
      std::lower_bound(member.benefits.begin(), member.benefits.end(), e.benefit), e.benefit);
  if (e.until != never) member.benefit_ends.push_back({e.benefit, e.until});
}

void apply(Member& member, Instant, const BenefitEnded& e) {
  std::erase(member.benefits, e.benefit);
  if (e.lapsed) std::erase(member.awarded, e.benefit);
  std::erase_if(member.benefit_ends,
                [&](const BenefitEnd& end) { return end.benefit == e.benefit; });
}

void apply(Member& member, Instant, const BenefitWon& e) { member.awarded.push_back(e.benefit); }

void apply(Member& member, Instant, const BenefitRevoked& e) {
  const auto won = std::ranges::find(member.awarded, e.benefit);
  if (won != member.awarded.end()) member.awarded.erase(won);
}

}  // namespace loyalty::domain
