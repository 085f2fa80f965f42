// SPDX-License-Identifier: Apache-2.0
#include "domain/member/member.hpp"

#include <algorithm>

namespace loyalty::domain {

Member::Member() = default;
Member::Member(const Member&) = default;
Member::Member(Member&&) noexcept = default;
Member& Member::operator=(const Member&) = default;
Member& Member::operator=(Member&&) noexcept = default;
Member::~Member() = default;

const Purse* Member::purse(CurrencyId currency) const {
  for (const auto& candidate : purses) {
    if (candidate.currency == currency) return &candidate;
  }
  return nullptr;
}

Points Purse::escrowed() const {
  Points total;
  for (const auto& lot : escrow) total += lot.remaining;
  return total;
}

Points Purse::owed() const {
  Points total;
  for (const auto& entry : arrears) total += entry.points;
  return total;
}

const Hold* Member::hold(Sequence wanted) const {
  for (const auto& entry : set_aside) {
    if (entry.id == wanted) return &entry;
  }
  return nullptr;
}

Points Member::balance(CurrencyId currency) const {
  const Purse* found = purse(currency);
  return found ? found->available : Points{0};
}

TierId Member::tier(TierGroupId group) const {
  for (const auto& standing : tiers) {
    if (standing.group == group) return standing.tier;
  }
  return {};
}

bool Member::holds(TierId wanted) const {
  return std::any_of(tiers.begin(), tiers.end(),
                     [wanted](const TierStanding& standing) { return standing.tier == wanted; });
}

const Participation* Member::participation(PromotionId promotion) const {
  for (const auto& entry : promotions) {
    if (entry.promotion == promotion) return &entry;
  }
  return nullptr;
}

const Voucher* Member::voucher(Sequence wanted) const {
  for (const auto& entry : vouchers) {
    if (entry.id == wanted) return &entry;
  }
  return nullptr;
}

}  // namespace loyalty::domain
