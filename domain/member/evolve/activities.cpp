// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <iterator>
#include <vector>

#include "domain/invariant.hpp"
#include "domain/member/evolve/apply.hpp"

/// What the member did and is.
namespace loyalty::domain {
namespace {

void count_activity(Member& member, const JournalRecorded& e) {
  auto& days = member.activity_days;
  const auto is_old = [&](const ActivityDay& entry) {
    return entry.day.days <= e.day.days - max_look_back_days;
  };
  if (!days.empty() && is_old(days.front())) std::erase_if(days, is_old);
  const auto end =
      std::upper_bound(days.begin(), days.end(), e.day,
                       [](LocalDay day, const ActivityDay& entry) { return day < entry.day; });
  for (auto entry = end; entry != days.begin() && std::prev(entry)->day == e.day; --entry) {
    if (std::prev(entry)->type == e.type) {
      ++std::prev(entry)->count;
      return;
    }
  }
  days.insert(end, {e.day, e.type, 1});
}

/// Periods that are over are remembered for late activity: the last one, and those of two months.
void count_cap_use(std::vector<CapUse>& caps, const CapUsed& e) {
  constexpr std::int32_t remembered_days = 62;
  LocalDay last{INT32_MIN};
  for (auto& use : caps) {
    if (use.rule != e.rule) continue;
    if (use.window == e.window) {
      use.points += e.points;
      return;
    }
    if (use.window < e.window) last = std::max(last, use.window);
  }
  if (e.points <= Points{0}) return;  // given back for a period that is forgotten
  std::erase_if(caps, [&](const CapUse& use) {
    return use.rule == e.rule && use.window < last &&
           use.window.days < e.window.days - remembered_days;
  });
  caps.push_back({e.rule, e.window, e.points});
}

/// What is left is the balanced ledger (domain.md F62).
void forget_person(Member& member) {
  member.segments.clear();
  member.activity_days.clear();
  member.promotions.clear();
  member.groups.clear();
  member.caps.clear();
}

}  // namespace

void apply(Member& member, Instant, const MemberEnrolled& e) {
  invariant(!member.exists, "a member enrols once");
  member.exists = true;
  member.enrolled_at = e.at;
  member.enrolled_on = e.day;
  member.last_activity = e.day;
  for (const auto& tier : e.tiers) {
    member.tiers.push_back({tier.group, tier.tier, e.day, never, false});
  }
}

void apply(Member& member, Instant, const JournalRecorded& e) {
  if (!e.restarts_clock) return;
  member.last_activity = std::max(member.last_activity, e.day);
  count_activity(member, e);
}

void apply(Member& member, Instant, const MemberStatusChanged& e) {
  member.status = e.status;
  member.into = e.into;
  if (e.status == MemberStatus::erased) forget_person(member);
}

void apply(Member& member, Instant, const SegmentsChanged& e) { member.segments = e.segments; }

void apply(Member& member, Instant, const CapUsed& e) { count_cap_use(member.caps, e); }

}  // namespace loyalty::domain
