// SPDX-License-Identifier: Apache-2.0
#include "domain/member/benefits.hpp"

#include <algorithm>

#include "domain/member/credit.hpp"

namespace loyalty::domain {
namespace {

struct Entitlement {
  const Benefit* benefit = nullptr;
  Instant until = never;
};

bool contains(const std::vector<BenefitId>& benefits, BenefitId wanted) {
  return std::ranges::find(benefits, wanted) != benefits.end();
}

Instant end_of_grant(const Member& member, BenefitId benefit) {
  const auto end = std::ranges::find(member.benefit_ends, benefit, &BenefitEnd::benefit);
  return end == member.benefit_ends.end() ? never : end->until;
}

/// Until when the tiers held give a benefit; the past when they do not.
Instant until_by_tier(const MemberTurn& turn, const Benefit& benefit) {
  Instant until = turn.at();
  for (const auto& standing : turn.member().tiers) {
    if (std::ranges::find(benefit.tiers, standing.tier) == benefit.tiers.end()) continue;
    if (!benefit.valid) return never;
    until = std::max(until, turn.zone().start_of(add(standing.effective, benefit.valid)));
  }
  return until;
}

/// Until when a benefit that was won is given; the past when it was not.
Instant until_by_win(const MemberTurn& turn, const Benefit& benefit, BenefitId won) {
  const Member& member = turn.member();
  if (!contains(member.awarded, benefit.id)) return turn.at();
  if (!benefit.valid) return never;
  const bool runs = benefit.id != won && contains(member.benefits, benefit.id);
  return runs ? end_of_grant(member, benefit.id)
              : turn.zone().start_of(add(turn.today(), benefit.valid));
}

std::vector<Entitlement> entitled(const MemberTurn& turn, BenefitId won) {
  std::vector<Entitlement> all;
  if (has_left(turn.member().status)) return all;
  for (const auto& benefit : turn.catalogue().benefits) {
    const Instant until = std::max(until_by_tier(turn, benefit), until_by_win(turn, benefit, won));
    if (until > turn.at()) all.push_back({&benefit, until});
  }
  const auto beats = [&](const Benefit& a, const Benefit& b) {
    if (a.type != b.type || !a.exclusive || &a == &b) return false;
    if (a.priority != b.priority) return a.priority < b.priority;
    return turn.catalogue().text(a.id) < turn.catalogue().text(b.id);
  };
  std::vector<Entitlement> result;
  for (const auto& candidate : all) {
    const bool beaten = std::ranges::any_of(
        all, [&](const auto& other) { return beats(*other.benefit, *candidate.benefit); });
    if (!beaten) result.push_back(candidate);
  }
  std::ranges::sort(result, {}, [](const Entitlement& entry) { return entry.benefit->id; });
  return result;
}

void grant(MemberTurn& turn, const Entitlement& what) {
  turn.state(BenefitGranted{.benefit = what.benefit->id, .until = what.until});
  if (const VoucherDef* voucher = turn.catalogue().voucher(what.benefit->voucher)) {
    issue_voucher(turn, *voucher, 0, {});
  }
}

}  // namespace

void update_benefits(MemberTurn& turn, BenefitId won) {
  const std::vector<Entitlement> after = entitled(turn, won);
  const std::vector<BenefitId> before = turn.member().benefits;
  for (const BenefitId benefit : before) {
    const auto kept = std::ranges::find(after, benefit,
                                        [](const Entitlement& entry) { return entry.benefit->id; });
    const bool renewed = kept != after.end() && kept->until > end_of_grant(turn.member(), benefit);
    if (kept == after.end() || renewed) turn.state(BenefitEnded{.benefit = benefit});
  }
  for (const auto& entry : after) {
    if (!contains(turn.member().benefits, entry.benefit->id)) grant(turn, entry);
  }
}

void end_timed_benefits(MemberTurn& turn, Instant at) {
  bool ended = false;
  for (std::size_t i = 0; i < turn.member().benefit_ends.size();) {
    const BenefitEnd end = turn.member().benefit_ends[i];
    if (end.until > at) {
      ++i;
      continue;
    }
    turn.state(BenefitEnded{.benefit = end.benefit, .lapsed = true});
    ended = true;
  }
  if (ended) update_benefits(turn);
}

}  // namespace loyalty::domain
