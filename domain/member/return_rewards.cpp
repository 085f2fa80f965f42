// SPDX-License-Identifier: Apache-2.0
#include "domain/member/return_rewards.hpp"

#include <algorithm>

#include "domain/member/benefits.hpp"
#include "domain/member/rewards.hpp"

namespace loyalty::domain {
namespace {

Points reward_kept(const Granted& granted, PromotionId promotion, const Kept& kept) {
  Points sum;
  for (const auto& grant : granted.grants) {
    if (grant.promotion == promotion) sum += points_kept(granted, grant, kept);
  }
  return sum;
}

Money cost_kept(const Granted& granted, const RewardIssued& reward, Points points) {
  if (points == reward.points) return reward.liability;
  const Promotion* promotion = granted.rules->promotion(reward.promotion);
  return promotion ? cost_of_reward(*granted.rules, *promotion, points) : Money{};
}

bool voucher_is_used(const Member& member, const Granted& granted, PromotionId promotion) {
  return std::ranges::any_of(member.vouchers, [&](const Voucher& voucher) {
    return voucher.promotion == promotion && voucher.journal == granted.journal &&
           voucher.status == VoucherStatus::redeemed;
  });
}

}  // namespace

void give_limits_back(MemberTurn& turn, const Granted& granted, const Kept& kept) {
  for (const auto& reward : granted.rewards) {
    const Points before = reward_kept(granted, reward.promotion, granted.kept);
    const Points after = reward_kept(granted, reward.promotion, kept);
    const bool whole = kept.nothing && !voucher_is_used(turn.member(), granted, reward.promotion);
    const RewardReturned returned{
        .promotion = reward.promotion,
        .journal = granted.journal,
        .points = before - after,
        .rewards = whole ? 1U : 0U,
        .vouchers = whole && reward.voucher ? 1U : 0U,
        .liability = cost_kept(granted, reward, before) - cost_kept(granted, reward, after)};
    if (returned.points > Points{0} || whole) turn.state(returned);
  }
}

void revoke_benefits(MemberTurn& turn, const Granted& granted) {
  std::vector<BenefitId> won = granted.benefits;
  for (const auto& reward : granted.rewards) {
    if (reward.benefit) won.push_back(reward.benefit);
  }
  bool revoked = false;
  for (const BenefitId benefit : won) {
    const auto& awarded = turn.member().awarded;
    if (std::ranges::find(awarded, benefit) == awarded.end()) continue;  // it is over already
    turn.state(BenefitRevoked{benefit, granted.journal});
    revoked = true;
  }
  if (revoked) update_benefits(turn);
}

}  // namespace loyalty::domain
