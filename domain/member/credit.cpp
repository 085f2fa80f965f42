// SPDX-License-Identifier: Apache-2.0
#include "domain/member/credit.hpp"

#include <algorithm>

#include "domain/invariant.hpp"
#include "domain/member/consume.hpp"
#include "domain/member/expiry.hpp"
#include "domain/member/tiers.hpp"
#include "domain/member/transfer.hpp"

namespace loyalty::domain {
namespace {

/// The next reset of the balance that a credit adds to. At one instant credits come before the
/// reset (domain.md 2.1, "Order at one instant"), so that one still applies to them.
Instant reset_after(const MemberTurn& turn, CurrencyId currency, bool before_reset) {
  const Purse* purse = turn.member().purse(currency);
  if (purse != nullptr && purse->reset_at != never) return purse->reset_at;
  const TierGroup* group = turn.catalogue().group_of(currency);
  if (group == nullptr) return never;
  const Instant from{before_reset ? turn.at().ms - 1 : turn.at().ms};
  return next_reset(*group, turn.member(), turn.zone(), from);
}

/// End of a lot whose period starts with the activity, or with its release.
Instant end_of_lot(const MemberTurn& turn, const Currency& currency, SubtypeId subtype,
                   LocalDay start) {
  if (currency.expiry != ExpiryModel::fixed) return never;
  return turn.zone().start_of(expiry_day(currency, subtype, turn.member(), start));
}

/// When points earned on a day are released; a time that has passed where nothing is held.
Instant release_of(const MemberTurn& turn, const Currency& currency, const Credit& what) {
  if (!what.by_activity || currency.escrow_days == 0) return turn.at();
  return turn.zone().start_of(LocalDay{what.earned.days + currency.escrow_days});
}

/// What follows when points have become available. `shared`: the member's groups get their part.
void follow(MemberTurn& turn, const Currency& currency, Sequence credit, bool shared) {
  if (currency.qualifying()) {
    if (const TierGroup* group = turn.catalogue().group_of(currency.id)) {
      upgrade_if_reached(turn, *group);
    }
    return;
  }
  const Purse* purse = turn.member().purse(currency.id);
  if (!purse->arrears.empty()) {
    const auto lot = std::ranges::find(purse->lots, credit, &Lot::id);
    invariant(lot != purse->lots.end(), "a credit is a lot of its purse");
    repay_arrears(turn, currency.id, {*lot});
  }
  if (shared && !turn.member().groups.empty()) share_with_groups(turn, currency.id, credit);
}

}  // namespace

void credit(MemberTurn& turn, const Credit& what) {
  const Currency* currency = turn.catalogue().currency(what.currency);
  invariant(currency != nullptr, "a credit names a currency of the program");
  const Instant releases = release_of(turn, *currency, what);
  const bool held = releases > turn.at();
  // The period counts from the activity also under escrow, unless the currency says otherwise.
  const bool from_release = what.by_activity && currency->escrow_days > 0 &&
                            currency->expiry_from == ExpiryStart::release;
  // The release of a late activity lies in the past, as that of a timely one would by now (F9).
  const LocalDay start = from_release ? turn.zone().day_of(releases) : what.earned;
  if (held) {
    turn.state(PointsEscrowed{.journal = what.journal,
                              .currency = what.currency,
                              .points = what.points,
                              .qualifying = currency->qualifying(),
                              .expires = currency->qualifying()
                                             ? never
                                             : end_of_lot(turn, *currency, what.subtype, start),
                              .earned = what.earned,
                              .rule = what.rule,
                              .promotion = what.promotion,
                              .issuer = what.issuer,
                              .scheduled = what.scheduled,
                              .subtype = what.subtype,
                              .releases = releases});
    return;
  }
  const Sequence credit = turn.state(PointsCredited{
      .journal = what.journal,
      .currency = what.currency,
      .points = what.points,
      .qualifying = currency->qualifying(),
      .expires = currency->qualifying() ? reset_after(turn, what.currency, what.before_reset)
                                        : end_of_lot(turn, *currency, what.subtype, start),
      .earned = what.earned,
      .rule = what.rule,
      .promotion = what.promotion,
      .issuer = what.issuer,
      .scheduled = what.scheduled,
      .subtype = what.subtype});
  follow(turn, *currency, credit, what.by_activity);
}

void release(MemberTurn& turn, CurrencyId id, Sequence credit, bool before_reset,
             const std::string& actor) {
  const Purse* purse = turn.member().purse(id);
  invariant(purse != nullptr, "what is released is held in a purse");
  const auto found = std::ranges::find(purse->escrow, credit, &Lot::id);
  invariant(found != purse->escrow.end(), "a credit is released once");
  const Lot lot = *found;
  const Currency* currency = turn.catalogue().currency(id);
  Instant expires = lot.expires;
  if (purse->qualifying) {
    expires = reset_after(turn, id, before_reset);
  } else if (currency != nullptr && currency->expiry_from == ExpiryStart::release) {
    expires = end_of_lot(turn, *currency, lot.subtype, turn.today());
  }
  turn.state(EscrowReleased{.currency = id,
                            .credit = credit,
                            .points = lot.remaining,
                            .qualifying = purse->qualifying,
                            .expires = expires,
                            .actor = actor});
  if (currency != nullptr) follow(turn, *currency, credit, true);
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

}  // namespace loyalty::domain
