// SPDX-License-Identifier: Apache-2.0
#include "domain/member/settle.hpp"

#include <algorithm>

#include "domain/member/benefits.hpp"
#include "domain/member/consume.hpp"
#include "domain/member/credit.hpp"
#include "domain/member/reach.hpp"
#include "domain/member/tiers.hpp"

namespace loyalty::domain {
namespace {

bool waits_for_run(const PendingCredit& pending) { return pending.what.due == never; }

/// When a scheduled credit is made: its due time, or the first batch run since it was recorded.
Instant due_of(const PendingCredit& pending, std::span<const Instant> batch_runs) {
  if (!waits_for_run(pending)) return pending.what.due;
  const auto since = std::ranges::lower_bound(batch_runs, pending.recorded);
  const std::size_t missed = pending.what.earlier_runs;
  const auto left = static_cast<std::size_t>(batch_runs.end() - since);
  return missed < left ? *(since + static_cast<std::ptrdiff_t>(missed)) : never;
}

/// When a balance lapses for want of activity (domain.md F12); `never` when it does not.
Instant inactivity_due(const Purse& purse, const Member& member, const Catalogue& catalogue) {
  if (purse.available <= Points{0}) return never;
  const Currency* currency = catalogue.currency(purse.currency);
  if (currency == nullptr || currency->expiry != ExpiryModel::activity) return never;
  return catalogue.zone.start_of(add(member.last_activity, currency->expiry_period));
}

void make(MemberTurn& turn, PendingCredit pending, bool before_reset) {
  const PointsScheduled& what = pending.what;
  credit(turn, {.journal = what.journal,
                .currency = what.currency,
                .points = what.points,
                .earned = what.earned,
                .rule = what.rule,
                .issuer = what.issuer,
                .scheduled = pending.id,
                .before_reset = before_reset,
                .subtype = what.subtype,
                .by_activity = true});
  const auto& rest = turn.member().pending;
  const bool more = std::any_of(rest.begin(), rest.end(), [&](const PendingCredit& other) {
    return other.what.journal == what.journal;
  });
  if (!more) turn.state(JournalProcessed{what.journal});
}

/// The credits of one kind that are due: those with a time of their own, or those of a batch run.
/// Crediting changes the list, so one is taken at a time, in the order of scheduling.
void make_scheduled_credits(MemberTurn& turn, Instant at, bool of_runs) {
  while (true) {
    const auto& pending = turn.member().pending;
    const auto due = std::find_if(pending.begin(), pending.end(), [&](const PendingCredit& p) {
      return waits_for_run(p) == of_runs && due_of(p, turn.batch_runs()) <= at;
    });
    if (due == pending.end()) return;
    make(turn, *due, !of_runs && due->recorded < turn.at());
  }
}

void release_escrow(MemberTurn& turn, Instant at) {
  for (std::size_t i = 0; i < turn.member().purses.size(); ++i) {
    // Releasing changes the list, whose first entry is always the next to be released.
    while (!turn.member().purses[i].escrow.empty()) {
      const Purse& purse = turn.member().purses[i];
      if (purse.escrow.front().releases > at) break;
      release(turn, purse.currency, purse.escrow.front().id, true);
    }
  }
}

/// Points whose hold has ended come back to their lots; those past their expiry go on with it in
/// this same step (domain.md F26).
void end_holds(MemberTurn& turn, Instant at) {
  for (std::size_t i = 0; i < turn.member().set_aside.size();) {
    if (turn.member().set_aside[i].expires > at) {
      ++i;
      continue;
    }
    const Hold hold = turn.member().set_aside[i];
    turn.state(HoldReleased{
        .hold = hold.id, .points = hold.points, .expired = true, .currency = hold.currency});
    repay_arrears(turn, hold.currency, hold.lots);
  }
}

/// When a voucher's status changes by itself.
Instant voucher_due(const Voucher& voucher) {
  switch (voucher.status) {
    case VoucherStatus::issued: return voucher.expires;
    case VoucherStatus::reserved: return std::min(voucher.reserved_until, voucher.expires);
    case VoucherStatus::redeemed:
    case VoucherStatus::expired:
    case VoucherStatus::cancelled: return never;
  }
  return never;
}

void end_reservations(MemberTurn& turn, Instant at) {
  for (std::size_t i = 0; i < turn.member().vouchers.size(); ++i) {
    const Voucher& voucher = turn.member().vouchers[i];
    if (voucher.status == VoucherStatus::reserved && voucher_due(voucher) <= at) {
      turn.state(VoucherReservationEnded{voucher.id, true});
    }
  }
}

void reset_qualifying(MemberTurn& turn, Instant at) {
  for (std::size_t i = 0; i < turn.member().purses.size(); ++i) {
    const Purse& purse = turn.member().purses[i];
    if (purse.qualifying && purse.reset_at <= at) {
      turn.state(QualifyingReset{purse.currency, purse.available});
    }
  }
}

void expire(MemberTurn& turn, CurrencyId currency, const std::vector<LotUse>& uses) {
  Points total;
  for (const auto& use : uses) total += use.points;
  if (total > Points{0}) turn.state(PointsExpired{currency, total, uses});
}

void expire_lots(MemberTurn& turn, Instant at) {
  for (std::size_t i = 0; i < turn.member().purses.size(); ++i) {
    const Purse& purse = turn.member().purses[i];
    std::vector<LotUse> uses;
    for (const auto& lot : purse.lots) {
      if (lot.expires > at) break;  // lots are in order of expiry
      uses.push_back({lot.id, lot.remaining});
    }
    expire(turn, purse.currency, uses);
  }
}

void expire_vouchers(MemberTurn& turn, Instant at) {
  for (std::size_t i = 0; i < turn.member().vouchers.size(); ++i) {
    const Voucher& voucher = turn.member().vouchers[i];
    if (voucher.status == VoucherStatus::issued && voucher.expires <= at) {
      turn.state(VoucherExpired{voucher.id});
    }
  }
}

void expire_inactive(MemberTurn& turn, Instant at) {
  for (std::size_t i = 0; i < turn.member().purses.size(); ++i) {
    const Purse& purse = turn.member().purses[i];
    if (inactivity_due(purse, turn.member(), turn.catalogue()) > at) continue;
    std::vector<LotUse> uses;
    for (const auto& lot : purse.lots) uses.push_back({lot.id, lot.remaining});
    expire(turn, purse.currency, uses);
  }
}

void do_timers(MemberTurn& turn, Instant at) {
  ReachWatch reach(turn);
  make_scheduled_credits(turn, at, false);
  release_escrow(turn, at);
  end_holds(turn, at);
  end_reservations(turn, at);
  assess_expired_tiers(turn, at);
  reset_qualifying(turn, at);
  expire_lots(turn, at);
  expire_vouchers(turn, at);
  expire_inactive(turn, at);
  end_timed_benefits(turn, at);
  reach.announce();
}

/// A batch run is a command: the timers of its instant come before it, whether the member was woken
/// for them or is settled now.
void run_batches(MemberTurn& turn, Instant at) {
  ReachWatch reach(turn);
  make_scheduled_credits(turn, at, true);
  reach.announce();
}

}  // namespace

Instant next_due(const Member& member, const Catalogue& catalogue,
                 std::span<const Instant> batch_runs) {
  Instant due = never;
  for (const auto& pending : member.pending) due = std::min(due, due_of(pending, batch_runs));
  for (const auto& standing : member.tiers) due = std::min(due, standing.expires);
  for (const auto& purse : member.purses) {
    if (purse.qualifying) due = std::min(due, purse.reset_at);
    if (!purse.lots.empty()) due = std::min(due, purse.lots.front().expires);
    if (!purse.escrow.empty()) due = std::min(due, purse.escrow.front().releases);
    due = std::min(due, inactivity_due(purse, member, catalogue));
  }
  for (const auto& voucher : member.vouchers) due = std::min(due, voucher_due(voucher));
  for (const auto& hold : member.set_aside) due = std::min(due, hold.expires);
  for (const auto& end : member.benefit_ends) due = std::min(due, end.until);
  return due;
}

bool is_due(const Member& member, const Catalogue& catalogue, std::span<const Instant> batch_runs,
            Instant now) {
  return next_due(member, catalogue, batch_runs) <= now || rises_by_program(member, catalogue);
}

bool waits_for_batch(const Member& member, std::span<const Instant> batch_runs) {
  return std::any_of(member.pending.begin(), member.pending.end(),
                     [&](const auto& pending) { return due_of(pending, batch_runs) == never; });
}

void settle(MemberTurn& turn, Instant now) {
  while (true) {
    const Instant due = next_due(turn.member(), turn.catalogue(), turn.batch_runs());
    if (due > now) break;
    turn.move_to(due);
    do_timers(turn, due);
    run_batches(turn, due);
  }
  turn.move_to(now);
}

}  // namespace loyalty::domain
