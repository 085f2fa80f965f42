// SPDX-License-Identifier: Apache-2.0
#include "tests/model/member_model.hpp"

#include <algorithm>

/// A member's timers and tiers, and which command goes where.
namespace loyalty::model {

using domain::ExpiryModel;
using domain::Period;
using domain::PeriodUnit;

MemberModel::MemberModel(const Settings& settings)
    : ledger(settings, calendar_of(settings.zone)),
      settings_(settings),
      calendar_(calendar_of(settings.zone)),
      now_(settings.start),
      enrolled_(calendar_.day_of(settings.start)),
      next_reset_(boundary_from(enrolled_ + 1)) {
  ledger.last_activity = enrolled_;
}

void MemberModel::live_until(Ms now) {
  for (;;) {
    Ms next = calendar_.midnight(today() + 1);
    for (const HeldPoints& hold : holds) {
      if (hold.open) next = std::min(next, hold.expires);
    }
    if (next > now) break;
    now_ = next;
    do_what_is_due();
  }
  now_ = now;
}

/// In the order of domain.md 2.1.
void MemberModel::do_what_is_due() {
  credit_what_is_due(false);
  for (std::size_t i = 0; i < ledger.lots.size(); ++i) {
    if (ledger.lots[i].escrow == 0 || ledger.lots[i].releases > now_) continue;
    ledger.release(i, today(), now_);
    check_upgrade();
  }
  for (HeldPoints& hold : holds) {
    if (!hold.open || hold.expires > now_) continue;
    hold.open = false;
    ledger.give_back(hold.uses, now_);
  }
  if (tier_expires <= now_) {
    take_up(settings_.tiers.one_down ? std::max(reached(), tier - 1) : reached());
  }
  if (calendar_.midnight(next_reset_) <= now_) {
    ledger.reset_qualifying();
    next_reset_ = boundary_from(next_reset_ + 1);
  }
  ledger.expire_lots(now_);
  for (const Currency currency : {coins, miles}) {
    const CurrencySettings& settings = settings_.currencies[currency];
    if (settings.expiry == ExpiryModel::activity &&
        calendar_.midnight(after(ledger.last_activity, settings.period)) <= now_) {
      ledger.expire_for_inactivity(currency);
    }
  }
}

int MemberModel::reached() const {
  int highest = 0;
  for (int i = 0; i < 3; ++i) {
    if (ledger.qualified >= thresholds[static_cast<std::size_t>(i)]) highest = i;
  }
  return highest;
}

void MemberModel::check_upgrade() {
  if (reached() > tier) take_up(reached());
}

void MemberModel::take_up(int to) {
  tier = to;
  tier_expires = never_ms;
  if (tier == 0) return;
  const Day end = after(today(), settings_.tiers.period);
  tier_expires = calendar_.midnight(settings_.tiers.extend ? boundary_from(end) : end);
}

Day MemberModel::boundary_from(Day day) const {
  const TierSettings& tiers = settings_.tiers;
  const int first = year_of(enrolled_);
  for (int year = first;; ++year) {
    const Day boundary = tiers.anniversary
                             ? after(enrolled_, Period{year - first, PeriodUnit::years})
                             : date(year, tiers.reset_month, tiers.reset_day) + 1;
    if (boundary >= day && boundary > enrolled_) return boundary;
  }
}

std::int64_t MemberModel::pending(Currency currency) const {
  std::int64_t sum = 0;
  for (const Activity& activity : activities) {
    for (const Grant& grant : activity.grants) {
      if (!grant.lot && grant.rule->currency == currency) sum += grant.points;
    }
  }
  return sum;
}

Answer MemberModel::act(const Ask& ask) {
  switch (ask.deed) {
    case Deed::wait: return {};
    case Deed::purchase:
    case Deed::review:
    case Deed::training: return earn(ask);
    case Deed::redeem: return redeem(ask);
    case Deed::debit: return debit(ask);
    case Deed::hold: return hold(ask);
    case Deed::capture: return capture(ask);
    case Deed::release: return release(ask);
    case Deed::cancel: return cancel(ask);
    case Deed::bring_back: return bring_back(ask);
    case Deed::adjust: return adjust(ask);
    case Deed::credit: return credit(ask);
    case Deed::progress: return advance_by_hand(ask);
    case Deed::release_escrow: return release_escrow(ask);
    case Deed::run_batch: credit_what_is_due(true); return {};
  }
  return {};
}

Answer MemberModel::take(const Ask& ask) {
  Answer answer = act(ask);
  // A late activity may have brought what was due before now.
  do_what_is_due();
  return answer;
}

}  // namespace loyalty::model
