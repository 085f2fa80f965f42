// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string_view>

#include "domain/member/turn.hpp"
#include "domain/refusal.hpp"

/// What promotions give, and how much of it their limits allow (domain.md F40, F46, F52).
namespace loyalty::domain {

/// What limits leave of a reward. Withheld when `limit` names the one that allows nothing of it.
struct AllowedReward {
  Points points;
  Points cut;
  Money liability;
  std::string_view limit;
};

/// The one place where limits are asked: the smaller of what the member's own limits leave and of
/// what the context's allowance leaves of the limits for all members. A promotion of which the
/// context has no allowance is not limited for all members together. A reward whose pre-paid
/// sponsor has not enough left in its pack is withheld.
AllowedReward allowed_reward(const MemberTurn& turn, const Promotion& promotion, Points points);

/// What points of a promotion's reward cost the program, as it counts against limits; 0 where they
/// have no cost.
Money cost_of_reward(const Catalogue& catalogue, const Promotion& promotion, Points points);

/// Gives a reward as far as limits allow: points (with the sponsor as their issuer, who owes for
/// them), a voucher, a benefit. `points` is what the promotion gives when nothing limits it.
void give_reward(MemberTurn& turn, const Promotion& promotion, std::uint32_t cycle, Points points,
                 Sequence journal, LocalDay day);

/// Refuses rewards whose sponsor would owe more than fits.
std::optional<Refusal> check_reward(const Catalogue& catalogue, const Promotion& promotion,
                                    Points points);

}  // namespace loyalty::domain
