// SPDX-License-Identifier: Apache-2.0
#include "domain/member/take_back.hpp"

#include <algorithm>

#include "domain/member/commands/spend.hpp"
#include "domain/member/consume.hpp"

namespace loyalty::domain {
namespace {

/// One grant being taken back, step by step, each as far as it goes.
class TakeBack {
 public:
  TakeBack(MemberTurn& turn, const Grant& grant, Points points, Sequence journal)
      : turn_(turn), grant_(grant), left_(points), journal_(journal) {}

  void run() {
    from_scheduled();
    from_escrow();
    if (grant_.qualifying) {
      from_period();
      return;
    }
    from_own_lot();
    pass_over_lapsed();
    by_policy();
  }

 private:
  const Purse* purse() const { return turn_.member().purse(grant_.currency); }

  void from_scheduled() {
    if (grant_.credit != 0) return;
    const auto& pending = turn_.member().pending;
    const auto planned = std::ranges::find(pending, grant_.scheduled, &PendingCredit::id);
    if (planned == pending.end()) return;
    const Points taken = take(planned->what.points);
    if (taken == Points{0}) return;
    turn_.state(ScheduledCancelled{grant_.scheduled, taken, journal_});
  }

  void from_escrow() {
    if (purse() == nullptr) return;
    const auto& escrow = purse()->escrow;
    const auto lot = std::ranges::find(escrow, grant_.credit, &Lot::id);
    if (lot == escrow.end()) return;
    const Points taken = take(lot->remaining);
    if (taken == Points{0}) return;
    turn_.state(EscrowCancelled{grant_.currency, grant_.credit, taken, journal_, grant_.issuer});
  }

  void from_period() {
    if (grant_.reset) {
      waive(take(left_), true);
      return;
    }
    claw(take(purse() ? purse()->available : Points{0}), {});
    waive(left_, false);
  }

  void from_own_lot() {
    if (purse() == nullptr) return;
    std::vector<LotUse> uses;
    for (const auto& lot : purse()->lots) {
      if (lot.id == grant_.credit && left_ > Points{0})
        uses.push_back({lot.id, take(lot.remaining)});
    }
    claw(total(uses), uses);
  }

  void pass_over_lapsed() { waive(take(grant_.lapsed), true); }

  void by_policy() {
    const Currency* currency = turn_.catalogue().currency(grant_.currency);
    if (left_ == Points{0}) return;
    if (currency == nullptr || currency->clawback == Clawback::lot_only || purse() == nullptr) {
      waive(left_, false);
      return;
    }
    const bool may_owe = currency->clawback == Clawback::allow_negative;
    const Points taken = take(may_owe ? left_ : std::max(purse()->available, Points{0}));
    const auto uses = consume(purse(), any_points(*currency), taken);
    claw(taken, uses);
    waive(left_, false);
  }

  /// Reduces what is left to take by at most `available`; tells by how much.
  Points take(Points available) {
    const Points taken = std::clamp(available, Points{0}, left_);
    left_ -= taken;
    return taken;
  }

  void claw(Points points, const std::vector<LotUse>& uses) {
    if (points == Points{0}) return;
    const Sequence sequence = turn_.state(PointsClawedBack{.currency = grant_.currency,
                                                           .points = points,
                                                           .uses = uses,
                                                           .qualifying = grant_.qualifying,
                                                           .journal = journal_,
                                                           .issuer = grant_.issuer,
                                                           .credit = grant_.credit});
    if (!grant_.qualifying) {
      tell_arrears(turn_, grant_.currency, sequence, points - total(uses));
    }
  }

  void waive(Points points, bool lapsed) {
    if (points == Points{0}) return;
    turn_.state(ClawbackWaived{grant_.currency, points, journal_, grant_.credit, lapsed});
  }

  MemberTurn& turn_;
  const Grant& grant_;
  Points left_;
  Sequence journal_;
};

}  // namespace

void take_back(MemberTurn& turn, const Grant& grant, Points points, Sequence journal) {
  if (points > Points{0}) TakeBack(turn, grant, points, journal).run();
}

}  // namespace loyalty::domain
