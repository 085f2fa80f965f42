// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <utility>
#include <vector>

#include "domain/member/turn.hpp"

namespace loyalty::domain {

/// States RewardNear and RewardReachable for offers whose zone was entered since the watch began
/// (domain.md F54): the zone follows from the balance, so entering it again announces it again.
class ReachWatch {
 public:
  explicit ReachWatch(MemberTurn& turn);
  void announce();

 private:
  void remember();

  MemberTurn& turn_;
  std::vector<std::pair<CurrencyId, Points>> before_;
};

}  // namespace loyalty::domain
