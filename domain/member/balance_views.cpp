// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "domain/member/consume.hpp"
#include "domain/member/views.hpp"

/// How balances are shown.
namespace loyalty::domain {
namespace {

/// Available points by subtype, in the order of the currency.
Named<Points> subtypes_view(const Currency& currency, const Purse& purse,
                            const Catalogue& catalogue) {
  Named<Points> sums;
  if (currency.subtypes.empty()) return sums;
  for (const auto& subtype : currency.subtypes) {
    sums.emplace_back(catalogue.text(subtype.id), Points{});
  }
  for (const auto& lot : purse.lots) {
    const auto known = std::ranges::find(currency.subtypes, lot.subtype, &Subtype::id);
    if (known == currency.subtypes.end()) continue;
    sums[static_cast<std::size_t>(known - currency.subtypes.begin())].second += lot.remaining;
  }
  return sums;
}

BalanceView balance_view(const Currency& currency, const Member& member,
                         const Catalogue& catalogue) {
  BalanceView view;
  view.available = member.balance(currency.id);
  view.kind = currency.kind;
  for (const auto& pending : member.pending) {
    if (pending.what.currency == currency.id) view.pending += pending.what.points;
  }
  for (const auto& hold : member.set_aside) {
    if (hold.currency == currency.id) view.held += hold.points;
  }
  const Purse* purse = member.purse(currency.id);
  if (currency.qualifying()) view.before_reset = purse ? purse->before_reset : Points{0};
  if (!currency.qualifying()) view.negative_limit = negative_limit(currency, member);
  if (purse == nullptr) return view;
  view.escrow = purse->escrowed();
  view.arrears = purse->owed();
  view.subtypes = subtypes_view(currency, *purse, catalogue);
  return view;
}

}  // namespace

Named<Points> balances_view(const Member& member, const Catalogue& catalogue) {
  Named<Points> balances;
  for (const auto& currency : catalogue.currencies) {
    balances.emplace_back(catalogue.text(currency.id), member.balance(currency.id));
  }
  return balances;
}

Named<BalanceView> balance_details(const Member& member, const Catalogue& catalogue) {
  Named<BalanceView> balances;
  for (const auto& currency : catalogue.currencies) {
    balances.emplace_back(catalogue.text(currency.id), balance_view(currency, member, catalogue));
  }
  return balances;
}

}  // namespace loyalty::domain
