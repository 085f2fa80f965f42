// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "domain/member/granted.hpp"

/// What a return does to the rewards that an activity brought as such: those of standard promotions
/// and of rules. What reached a target is unwound with its progress (unwind.hpp).
namespace loyalty::domain {

/// What is taken back no longer counts against the limits of its promotion (domain.md F46): points
/// and cost as far as they are clawed back, the reward and its voucher when nothing is kept and the
/// voucher was not used.
void give_limits_back(MemberTurn& turn, const Granted& granted, const Kept& kept);

/// Benefits won by an activity that did not take place end, unless something else gives them too.
void revoke_benefits(MemberTurn& turn, const Granted& granted);

}  // namespace loyalty::domain
