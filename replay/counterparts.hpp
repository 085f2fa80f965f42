// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <utility>
#include <vector>

#include "domain/member/events.hpp"

namespace loyalty::replay {

/// Which journal, voucher, hold or held credit of the past a later command means: in the other past
/// they have other numbers.
class Counterparts {
 public:
  /// Up to here both pasts are one.
  void share_until(domain::Sequence sequence) { shared_ = sequence; }

  /// Pairs what a turn made then with what its commands made now: the first of a kind with the
  /// first, the second with the second.
  void match(std::span<const domain::MemberFact> then, std::span<const domain::MemberFact> now);

  /// nullopt when the other past does not have it.
  std::optional<domain::Sequence> of(domain::Sequence then) const;

  void clear();

 private:
  domain::Sequence shared_ = 0;
  std::vector<std::pair<domain::Sequence, domain::Sequence>> pairs_;  // ascending
  std::vector<bool> taken_;
};

}  // namespace loyalty::replay
