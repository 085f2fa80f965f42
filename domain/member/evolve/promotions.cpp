// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "domain/member/evolve/apply.hpp"

/// Progress and rewards.
namespace loyalty::domain {
namespace {

Participation& participation_of(Member& member, PromotionId promotion) {
  for (auto& entry : member.promotions) {
    if (entry.promotion == promotion) return entry;
  }
  member.promotions.push_back({.promotion = promotion});
  return member.promotions.back();
}

}  // namespace

void apply(Member& member, Instant, const PromotionEnrolled& e) {
  Participation& part = participation_of(member, e.promotion);
  part.enrolled = true;
  part.left = false;
  part.enrolled_on = e.day;
}

void apply(Member& member, Instant, const PromotionLeft& e) {
  Participation& part = participation_of(member, e.promotion);
  part.enrolled = false;
  part.left = true;
  if (part.finished) return;  // what was won stays won
  part.completed = 0;
  part.milestones = 0;
  part.period.reset();
}

void apply(Member& member, Instant, const ProgressUpdated& e) {
  Participation& part = participation_of(member, e.promotion);
  part.completed = e.completed;
  part.period = e.period;
  if (e.restarts) part.milestones = 0;
}

void apply(Member& member, Instant, const MilestoneReached& e) {
  participation_of(member, e.promotion).milestones |= std::uint64_t{1} << e.index;
}

void apply(Member& member, Instant, const PromotionCompleted& e) {
  Participation& part = participation_of(member, e.promotion);
  ++part.completions;
  if (!e.repeats) {
    part.finished = true;
    return;
  }
  ++part.cycle;
  part.completed = e.carried;
  part.milestones = 0;
}

void apply(Member& member, Instant, const RewardIssued& e) {
  if (e.benefit) member.awarded.push_back(e.benefit);
  Participation& part = participation_of(member, e.promotion);
  ++part.rewards_given;
  part.points_given += e.points;
  part.vouchers_given += e.voucher ? 1 : 0;
  part.liability_given += e.liability;
}

void apply(Member& member, Instant, const CompletionRevoked& e) {
  Participation& part = participation_of(member, e.promotion);
  --part.completions;
  part.finished = false;
  part.cycle = e.cycle;
  part.completed = e.completed;
  part.milestones |= e.milestones;
  const auto benefit = std::ranges::find(member.awarded, e.benefit);
  if (e.benefit && benefit != member.awarded.end()) member.awarded.erase(benefit);
}

void apply(Member& member, Instant, const RewardReturned& e) {
  // Never below zero: an older release did not count everything that it gave.
  Participation& part = participation_of(member, e.promotion);
  part.rewards_given -= std::min(part.rewards_given, e.rewards);
  part.points_given -= std::min(part.points_given, e.points);
  part.vouchers_given -= std::min(part.vouchers_given, e.vouchers);
  part.liability_given -= std::min(part.liability_given, e.liability);
}

}  // namespace loyalty::domain
