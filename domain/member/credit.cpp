// SPDX-License-Identifier: Apache-2.0
#include "domain/member/credit.hpp"

#include <algorithm>

#include "domain/invariant.hpp"
#include "domain/member/tiers.hpp"

namespace loyalty::domain {
namespace {

enum class Reach : std::uint8_t { far, near, reachable };

Reach reach_of(const Offer& offer, Points balance) {
  if (balance >= offer.cost) return Reach::reachable;
  return balance >= offer.cost - offer.near ? Reach::near : Reach::far;
}

/// The next reset of the balance that a credit adds to. At one instant scheduled credits come
/// before the reset (domain.md 2.1, "Order at one instant"), so that one still applies to them.
Instant reset_after(const MemberTurn& turn, const Credit& what) {
  const Purse* purse = turn.member().purse(what.currency);
  if (purse != nullptr && purse->reset_at != never) return purse->reset_at;
  const TierGroup* group = turn.catalogue().group_of(what.currency);
  if (group == nullptr) return never;
  const Instant from{what.before_reset ? turn.at().ms - 1 : turn.at().ms};
  return next_reset(*group, turn.member(), turn.zone(), from);
}

Instant end_of_credit(const MemberTurn& turn, const Currency& currency, const Credit& what) {
  if (currency.qualifying()) return reset_after(turn, what);
  if (currency.expiry != ExpiryModel::fixed) return never;
  return turn.zone().start_of(add(what.earned, currency.expiry_period));
}

}  // namespace

void credit(MemberTurn& turn, const Credit& what) {
  const Currency* currency = turn.catalogue().currency(what.currency);
  invariant(currency != nullptr, "a credit names a currency of the program");
  turn.state(PointsCredited{.journal = what.journal,
                            .currency = what.currency,
                            .points = what.points,
                            .qualifying = currency->qualifying(),
                            .expires = end_of_credit(turn, *currency, what),
                            .earned = what.earned,
                            .rule = what.rule,
                            .promotion = what.promotion,
                            .issuer = what.issuer,
                            .scheduled = what.scheduled});
  if (!currency->qualifying()) return;
  if (const TierGroup* group = turn.catalogue().group_of(what.currency)) {
    upgrade_if_reached(turn, *group);
  }
}

Sequence issue_voucher(MemberTurn& turn, const VoucherDef& definition, Sequence journal,
                       PromotionId promotion) {
  const Instant expires =
      definition.valid ? turn.zone().start_of(add(turn.today(), definition.valid)) : never;
  return turn.state(VoucherIssued{.definition = definition.id,
                                  .value = definition.face_value,
                                  .expires = expires,
                                  .journal = journal,
                                  .promotion = promotion});
}

std::vector<LotUse> consume(const Purse& purse, Points points) {
  std::vector<LotUse> uses;
  for (const auto& lot : purse.lots) {
    if (points == Points{0}) break;
    const Points taken = std::min(points, lot.remaining);
    uses.push_back({lot.id, taken});
    points -= taken;
  }
  invariant(points == Points{0}, "the lots of a purse sum to its balance");
  return uses;
}

ReachWatch::ReachWatch(MemberTurn& turn) : turn_(turn) {
  if (!turn.catalogue().announces_reach) return;
  for (const auto& purse : turn.member().purses) {
    before_.emplace_back(purse.currency, purse.available);
  }
}

void ReachWatch::announce() {
  if (!turn_.catalogue().announces_reach) return;
  for (const auto& offer : turn_.catalogue().offers) {
    if (offer.near <= Points{0}) continue;
    const auto known = std::find_if(before_.begin(), before_.end(), [&](const auto& entry) {
      return entry.first == offer.currency;
    });
    const Points old = known == before_.end() ? Points{0} : known->second;
    const Points now = turn_.member().balance(offer.currency);
    const Reach reach = reach_of(offer, now);
    if (reach == reach_of(offer, old)) continue;
    if (reach == Reach::near) turn_.state(RewardNear{offer.id, offer.cost - now});
    if (reach == Reach::reachable) turn_.state(RewardReachable{offer.id});
  }
  before_.clear();
  for (const auto& purse : turn_.member().purses) {
    before_.emplace_back(purse.currency, purse.available);
  }
}

}  // namespace loyalty::domain
