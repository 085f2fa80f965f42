// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <utility>

#include "domain/member/commands/decide.hpp"
#include "domain/member/commands/spend.hpp"
#include "domain/member/liability.hpp"
#include "domain/member/past.hpp"
#include "domain/member/views.hpp"

/// Undoing a redemption, a plain debit or a captured hold (domain.md F27).
namespace loyalty::domain {
namespace {

/// What a redemption took and gave, as far as it is to be undone.
struct Redemption {
  Sequence debit = 0;
  PointsDebited what;
  std::vector<Lot> parts;  ///< of the credits that paid, at once or as arrears later
  std::vector<std::pair<Sequence, PartnerLiabilityArisen>> owed;
  std::vector<Sequence> used_vouchers;
  bool cancelled = false;
  std::string category;
};

/// The lots that paid are found as they were just before they paid: with their own expiry.
class Finder {
 public:
  Finder(Redemption& found, Sequence journal) : found_(found), journal_(journal) {}

  void operator()(const MemberFact& fact, const Member& before) const {
    if (const auto* e = get_if<PointsDebited>(&fact.event)) {
      if (e->journal == journal_ && !e->correction) take(fact.sequence, *e, before);
    } else if (const auto* repaid = get_if<ArrearsRepaid>(&fact.event)) {
      if (found_.debit == 0 || repaid->debit != found_.debit) return;
      for (const auto& part :
           parts_of(before, repaid->currency, {{repaid->credit, repaid->points}})) {
        add_part(found_.parts, part);
      }
    } else if (const auto* cancelled = get_if<RedemptionCancelled>(&fact.event)) {
      found_.cancelled = found_.cancelled || cancelled->journal == journal_;
    } else if (const auto* owed = get_if<PartnerLiabilityArisen>(&fact.event)) {
      if (owed->journal == journal_ && owed->reverses == 0) {
        found_.owed.emplace_back(fact.sequence, *owed);
      }
    } else if (const auto* journal = get_if<JournalRecorded>(&fact.event)) {
      if (fact.sequence == journal_) found_.category = journal->category;
    } else if (const auto* used = get_if<VoucherUsed>(&fact.event)) {
      found_.used_vouchers.push_back(used->voucher);
    }
  }

 private:
  void take(Sequence sequence, const PointsDebited& e, const Member& before) const {
    found_.debit = sequence;
    found_.what = e;
    const Hold* hold = before.hold(e.hold);
    if (hold != nullptr) {
      found_.parts = hold->lots;
    } else {
      found_.parts = parts_of(before, e.currency, e.uses);
    }
  }

  Redemption& found_;
  Sequence journal_;
};

Points still_owed(const Member& member, const Redemption& redemption) {
  const Purse* purse = member.purse(redemption.what.currency);
  if (purse == nullptr) return {};
  const auto arrears = std::ranges::find(purse->arrears, redemption.debit, &Arrears::debit);
  return arrears == purse->arrears.end() ? Points{0} : arrears->points;
}

/// The vouchers that the redemption issued and that can be taken back. Refuses when one was used.
Expected<std::vector<Sequence>, Refusal> vouchers_to_cancel(const Member& member,
                                                            const Redemption& redemption) {
  std::vector<Sequence> vouchers;
  for (const auto& voucher : member.vouchers) {
    if (voucher.journal != redemption.what.journal || voucher.promotion) continue;
    if (std::ranges::find(redemption.used_vouchers, voucher.id) != redemption.used_vouchers.end()) {
      return refuse(RefusalCode::voucher_not_usable, "journal",
                    "voucher " + voucher_name(voucher.id) + " that it issued has been used");
    }
    if (voucher.status == VoucherStatus::issued || voucher.status == VoucherStatus::reserved) {
      vouchers.push_back(voucher.id);
    }
  }
  return vouchers;
}

}  // namespace

Decision decide(const CancelRedemption& command, MemberTurn& turn) {
  if (auto refusal = check_actor(command.actor)) return Unexpected{*refusal};
  Redemption found;
  const auto wanted = static_cast<Sequence>(std::max<std::int64_t>(command.journal, 0));
  Past(turn).relive(Finder(found, wanted));
  if (wanted == 0 || found.debit == 0) {
    return refuse(RefusalCode::unknown_redemption, "journal",
                  "no redemption or debit has this journal");
  }
  if (found.cancelled) {
    return refuse(RefusalCode::already_cancelled, "journal", "it has been cancelled before");
  }
  const auto vouchers = vouchers_to_cancel(turn.member(), found);
  if (!vouchers) return Unexpected{vouchers.error()};

  JournalRecorded journal = plain_journal(turn, "cancellation", {});
  journal.actor = command.actor;
  journal.restarts_clock = !command.by_staff;
  turn.state(std::move(journal));
  turn.state(RedemptionCancelled{.journal = wanted,
                                 .debit = found.debit,
                                 .currency = found.what.currency,
                                 .points = found.what.points,
                                 .arrears = still_owed(turn.member(), found),
                                 .lots = found.parts,
                                 .offer = found.what.offer,
                                 .partner = found.what.partner,
                                 .actor = command.actor,
                                 .category = found.category});
  for (const Sequence voucher : *vouchers) turn.state(VoucherCancelled{voucher});
  for (const auto& [sequence, booked] : found.owed) {
    PartnerLiabilityArisen reversal = booked;
    reversal.points = -booked.points;
    reversal.money = -booked.money;
    reversal.reverses = sequence;
    owe(turn, reversal, true);
  }
  repay_arrears(turn, found.what.currency, found.parts);
  return Answer(
      [wanted](const MemberTurn& t, std::size_t first) { return cancel_result(t, first, wanted); });
}

}  // namespace loyalty::domain
