// SPDX-License-Identifier: Apache-2.0
#include "tests/model/ledger.hpp"

#include <algorithm>
#include <tuple>

namespace loyalty::model {

using domain::ExpiryModel;

std::int64_t total(const std::vector<Use>& uses) {
  std::int64_t sum = 0;
  for (const Use& use : uses) sum += use.points;
  return sum;
}

std::int64_t Ledger::balance(Currency currency) const {
  return currency == stars ? qualified : usable(currency, false);
}

std::int64_t Ledger::escrow(Currency currency) const {
  std::int64_t sum = 0;
  for (const Lot& lot : lots) sum += lot.currency == currency ? lot.escrow : 0;
  return sum;
}

std::int64_t Ledger::arrears(Currency currency) const {
  std::int64_t sum = 0;
  for (const Debit& debit : debits) sum += debit.currency == currency ? debit.owed : 0;
  return sum;
}

std::int64_t Ledger::usable(Currency currency, bool bonus_only) const {
  std::int64_t sum = -arrears(currency);
  for (const Lot& lot : lots) {
    if (lot.currency == currency && (!bonus_only || lot.subtype == bonus)) sum += lot.available;
  }
  return sum;
}

std::size_t Ledger::credit(Currency currency, Subtype subtype, std::int64_t points, Day earned,
                           Ms releases, Ms now, int tier) {
  Lot lot{.currency = currency, .subtype = subtype, .original = points, .earned = earned};
  lot.tier = tier;
  lot.expires = end_of_life(lot, earned);
  lot.releases = releases;
  lot.escrow = points;
  lots.push_back(lot);
  if (releases <= now) release(lots.size() - 1, calendar_.day_of(releases), now);
  return lots.size() - 1;
}

Ms Ledger::end_of_life(const Lot& lot, Day start) const {
  const CurrencySettings& settings = settings_.currencies[lot.currency];
  if (settings.expiry != ExpiryModel::fixed) return never_ms;
  Day end = after(start, lot.subtype == bonus ? settings.bonus_period : settings.period);
  if (settings.extended) end = after(end, extensions[static_cast<std::size_t>(lot.tier)]);
  return calendar_.midnight(rounded_up(end, settings.rounding));
}

void Ledger::release(std::size_t index, Day day, Ms now) {
  if (settings_.currencies[lots[index].currency].from_release) {
    lots[index].expires = end_of_life(lots[index], day);
  }
  const std::int64_t points = lots[index].escrow;
  lots[index].escrow = 0;
  make_available(index, points, now);
}

void Ledger::make_available(std::size_t index, std::int64_t points, Ms now) {
  Lot& lot = lots[index];
  if (lot.currency == stars) {
    qualified += points;
    lot.period = period;
  } else if (lot.expires <= now) {
    lot.expired += points;
  } else {
    lot.available += points;
    repay(index, points);
  }
}

/// The oldest arrears first, with points that have just come to the lot.
void Ledger::repay(std::size_t index, std::int64_t points) {
  Lot& lot = lots[index];
  for (Debit& debit : debits) {
    if (debit.currency != lot.currency) continue;
    const std::int64_t paid = std::min(debit.owed, points);
    if (paid == 0) continue;
    debit.owed -= paid;
    lot.available -= paid;
    points -= paid;
    debit.repaid.push_back({index, paid});
  }
}

std::vector<Use> Ledger::take(Currency currency, std::int64_t wanted, bool bonus_only) {
  std::vector<std::size_t> order;
  for (std::size_t i = 0; i < lots.size(); ++i) {
    if (lots[i].currency == currency && lots[i].available > 0 &&
        (!bonus_only || lots[i].subtype == bonus)) {
      order.push_back(i);
    }
  }
  sort_for_use(order);
  std::vector<Use> uses;
  for (const std::size_t i : order) {
    const std::int64_t taken = take_from(i, wanted);
    wanted -= taken;
    if (taken > 0) uses.push_back({i, taken});
  }
  return uses;
}

/// Subtype order, earliest expiry, earliest earned, first credited (F19).
void Ledger::sort_for_use(std::vector<std::size_t>& order) const {
  const auto rank = [&](std::size_t i) {
    return std::tuple(lots[i].subtype == bonus ? 0 : 1, lots[i].expires, lots[i].earned, i);
  };
  std::sort(order.begin(), order.end(), [&](auto a, auto b) { return rank(a) < rank(b); });
}

std::int64_t Ledger::take_from(std::size_t lot, std::int64_t points) {
  const std::int64_t taken = std::min(lots[lot].available, points);
  lots[lot].available -= taken;
  return taken;
}

/// Which of them pays first domain.md leaves open: here those that were taken first.
void Ledger::give_back(const std::vector<Use>& uses, Ms now) {
  for (const Use& use : uses) {
    Lot& lot = lots[use.lot];
    (lot.expires <= now ? lot.expired : lot.available) += use.points;
  }
  for (const Use& use : uses) {
    if (lots[use.lot].expires > now) repay(use.lot, use.points);
  }
}

void Ledger::expire_lots(Ms now) {
  for (Lot& lot : lots) {
    if (lot.currency == stars || lot.expires > now) continue;
    lot.expired += lot.available;
    lot.available = 0;
  }
}

void Ledger::expire_for_inactivity(Currency currency) {
  if (balance(currency) <= 0) return;
  for (Lot& lot : lots) {
    if (lot.currency != currency) continue;
    lot.expired += lot.available;
    lot.available = 0;
  }
}

void Ledger::reset_qualifying() {
  qualified = 0;
  ++period;
}

}  // namespace loyalty::model
