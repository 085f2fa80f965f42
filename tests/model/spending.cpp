// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "tests/model/member_model.hpp"

/// How points are spent (domain.md F17-F19, F24, F26, F27).
namespace loyalty::model {

using domain::RefusalCode;

const OfferSettings* MemberModel::offer(const std::string& id) const {
  for (const OfferSettings& offer : settings_.offers) {
    if (offer.id == id) return &offer;
  }
  return nullptr;
}

/// Escrow beats negative.
std::int64_t MemberModel::limit(Currency currency) const {
  const CurrencySettings& settings = settings_.currencies[currency];
  return settings.escrow_days > 0 ? 0 : settings.limits[static_cast<std::size_t>(tier)];
}

Answer MemberModel::redeem(const Ask& ask) {
  const OfferSettings* what = offer(ask.offer);
  if (what == nullptr) return {RefusalCode::unknown_offer, {}};
  if (ask.quantity < 1) return {RefusalCode::invalid_param, {}};
  return spend(what->currency, what->cost * ask.quantity, what->bonus_only, what->at_partner);
}

Answer MemberModel::spend(Currency currency, std::int64_t wanted, bool bonus_only,
                          bool at_partner) {
  if (ledger.usable(currency, bonus_only) - wanted < -limit(currency)) {
    return {limit(currency) > 0 ? RefusalCode::negative_limit_exceeded
                                : RefusalCode::insufficient_points,
            {}};
  }
  Answer answer;
  Debit debit{.currency = currency, .points = wanted};
  debit.uses = ledger.take(currency, wanted, bonus_only);
  debit.owed = wanted - total(debit.uses);
  book(debit, at_partner, answer);
  return answer;
}

void MemberModel::book(Debit debit, bool at_partner, Answer& answer) {
  const RateSettings* price = rate(debit.currency);
  if (price && at_partner) {
    debit.partner_cents = cents_of(debit.points, price->factor, price->redemption_price);
    answer.owed.push_back({debit.currency, -debit.partner_cents});
  }
  ledger.last_activity = std::max(ledger.last_activity, today());
  redemptions.push_back(ledger.debits.size());
  ledger.debits.push_back(debit);
}

Answer MemberModel::debit(const Ask& ask) {
  if (ask.quantity < 1) return {RefusalCode::invalid_param, {}};
  if (ask.currency == stars) return {RefusalCode::qualifying_not_redeemable, {}};
  return spend(ask.currency, ask.quantity, false, false);
}

/// Points that are there are set aside; nothing can be set aside that is not there.
Answer MemberModel::hold(const Ask& ask) {
  const OfferSettings* what = offer(ask.offer);
  if (ask.quantity < 1) return {RefusalCode::invalid_param, {}};
  HeldPoints hold{.currency = what ? what->currency : ask.currency};
  hold.at_partner = what && what->at_partner;
  const std::int64_t wanted = what ? what->cost * ask.quantity : ask.quantity;
  const bool bonus_only = what && what->bonus_only;
  if (hold.currency == stars) return {RefusalCode::qualifying_not_redeemable, {}};
  if (ledger.usable(hold.currency, bonus_only) < wanted) {
    return {RefusalCode::insufficient_points, {}};
  }
  hold.uses = ledger.take(hold.currency, wanted, bonus_only);
  hold.expires = now_ + ask.ttl;
  holds.push_back(hold);
  return {};
}

Answer MemberModel::capture(const Ask& ask) {
  if (!ask.target || !holds[*ask.target].open) return {RefusalCode::unknown_hold, {}};
  Answer answer;
  HeldPoints& hold = holds[*ask.target];
  hold.open = false;
  Debit debit{.currency = hold.currency, .points = total(hold.uses)};
  debit.uses = hold.uses;
  book(debit, hold.at_partner, answer);
  return answer;
}

Answer MemberModel::release(const Ask& ask) {
  if (!ask.target || !holds[*ask.target].open) return {RefusalCode::unknown_hold, {}};
  holds[*ask.target].open = false;
  ledger.give_back(holds[*ask.target].uses, now_);
  return {};
}

/// What is still owed vanishes, what was repaid goes back to the lots that repaid it, the rest to
/// the original lots.
Answer MemberModel::cancel(const Ask& ask) {
  if (!ask.target) return {RefusalCode::unknown_redemption, {}};
  Debit& debit = ledger.debits[redemptions[*ask.target]];
  if (debit.cancelled) return {RefusalCode::already_cancelled, {}};
  Answer answer;
  debit.cancelled = true;
  debit.owed = 0;
  if (!ask.by_staff) ledger.last_activity = std::max(ledger.last_activity, today());
  if (debit.partner_cents != 0) answer.owed.push_back({debit.currency, debit.partner_cents});
  std::vector<Use> back = debit.uses;
  // What a lot gets back it gets back as one, in the place of its first use. It matters for which
  // points then pay what is owed for other debits; domain.md leaves that open.
  for (const Use& use : debit.repaid) {
    const auto same = std::find_if(back.begin(), back.end(),
                                   [&](const Use& other) { return other.lot == use.lot; });
    if (same == back.end()) {
      back.push_back(use);
    } else {
      same->points += use.points;
    }
  }
  ledger.give_back(back, now_);
  return answer;
}

}  // namespace loyalty::model
