// SPDX-License-Identifier: Apache-2.0
#include "replay/recall.hpp"

#include <algorithm>

namespace loyalty::replay {
namespace {

using namespace domain;

Recalled command(MemberCommand what) {
  Recalled result;
  result.kind = Recalled::Kind::commands;
  result.commands.push_back(std::move(what));
  return result;
}

Recalled of_kind(Recalled::Kind kind) { return {.kind = kind, .commands = {}}; }

template <class Event>
const Event* first_of(std::span<const MemberFact> facts) {
  for (const auto& fact : facts) {
    if (const auto* event = get_if<Event>(&fact.event)) return event;
  }
  return nullptr;
}

Recalled status_change(const MemberStatusChanged& e) {
  switch (e.status) {
    case MemberStatus::frozen: return command(FreezeMember{.reason = e.reason, .actor = e.actor});
    case MemberStatus::active: return command(ThawMember{.reason = e.reason, .actor = e.actor});
    case MemberStatus::closed: return command(CloseMember{.reason = e.reason, .actor = e.actor});
    case MemberStatus::erased: return command(EraseMember{.reason = e.reason, .actor = e.actor});
    case MemberStatus::merged: break;
  }
  return command(MergeMember{.into = e.into, .reason = e.reason, .actor = e.actor});
}

/// Whole seconds from one instant to another, as a time to live: at least one.
std::int64_t seconds_between(Instant from, Instant to) {
  return std::max<std::int64_t>(1, (to.ms - from.ms + 999) / 1000);
}

/// A credit that is held back, as a turn finds it.
struct HeldBack {
  Sequence id = 0;
  Sequence journal = 0;
  Instant releases;
};

/// Those that were there before the turn, and those that timers of the turn itself credited.
std::vector<HeldBack> held_back(const Member& before, std::span<const MemberFact> facts) {
  std::vector<HeldBack> all;
  for (const auto& purse : before.purses) {
    for (const auto& lot : purse.escrow) all.push_back({lot.id, lot.journal, lot.releases});
  }
  for (const auto& fact : facts) {
    const auto* credit = get_if<PointsEscrowed>(&fact.event);
    if (credit != nullptr) all.push_back({fact.sequence, credit->journal, credit->releases});
  }
  return all;
}

}  // namespace

/// Which command states a fact first. Timers state some of the same facts: those are told apart.
struct Recall::Tell {
  const Recall& recall;
  const MemberFact& fact;
  Facts facts;  ///< from this one on
  Facts all;    ///< of the turn
  const Member& before;

  Recalled operator()(const MemberEnrolled& e) const {
    const auto* journal = first_of<JournalRecorded>(facts);
    return command(EnrollMember{.at = e.at, .channel = journal ? journal->channel : ""});
  }
  Recalled operator()(const JournalRecorded& e) const {
    return recall.from_journal(fact, e, facts);
  }
  Recalled operator()(const JournalReversed&) const { return recall.returns(facts); }
  Recalled operator()(const PointsHeld& e) const {
    HoldPoints hold;
    if (e.offer) {
      hold.offer = recall.name(e.offer);
      if (e.quantity > 0) hold.quantity = e.quantity;
    } else {
      hold.currency = recall.name(e.currency);
      hold.points = e.points.value;
    }
    hold.ttl_s = seconds_between(fact.at, e.expires);
    hold.reference = e.reference;
    return command(std::move(hold));
  }
  Recalled operator()(const HoldReleased& e) const {
    if (e.expired) return {};
    return about(e.hold,
                 [](Sequence hold) { return ReleaseHold{.hold = "h" + std::to_string(hold)}; });
  }
  Recalled operator()(const EscrowReleased&) const { return recall.early_release(all, before); }
  Recalled operator()(const PromotionEnrolled& e) const {
    return command(EnrollInPromotion{.promotion = recall.name(e.promotion)});
  }
  Recalled operator()(const PromotionLeft& e) const {
    return command(LeavePromotion{.promotion = recall.name(e.promotion)});
  }
  Recalled operator()(const ProgressUpdated& e) const {
    if (e.journal != 0) return {};
    return command(UpdateProgress{.promotion = recall.name(e.promotion), .increment = e.increment});
  }
  Recalled operator()(const VoucherIssued& e) const {
    if (e.journal != 0 || e.promotion) return {};
    return command(IssueVoucher{.voucher = recall.name(e.definition)});
  }
  Recalled operator()(const VoucherUsed& e) const {
    // All that was left of it, whatever that is under other rules.
    const auto value = e.spent ? std::nullopt : std::optional(e.value.value);
    return about(e.voucher, [&](Sequence voucher) {
      return UseVoucher{.voucher = "v" + std::to_string(voucher), .value = value};
    });
  }
  Recalled operator()(const VoucherCancelled& e) const {
    return about(e.voucher, [](Sequence voucher) {
      return CancelVoucher{.voucher = "v" + std::to_string(voucher)};
    });
  }
  Recalled operator()(const VoucherReserved& e) const {
    return about(e.voucher, [&](Sequence voucher) {
      return ReserveVoucher{.voucher = "v" + std::to_string(voucher),
                            .ttl_s = seconds_between(fact.at, e.until)};
    });
  }
  Recalled operator()(const VoucherReservationEnded& e) const {
    if (e.expired) return {};
    return about(e.voucher, [](Sequence voucher) {
      return ReleaseVoucher{.voucher = "v" + std::to_string(voucher)};
    });
  }
  Recalled operator()(const TierOverridden& e) const {
    return command(OverrideTier{.group = recall.name(e.group),
                                .tier = recall.name(e.to),
                                .until = to_string(recall.names_.zone.day_of(e.expires)),
                                .reason = e.reason,
                                .actor = e.actor});
  }
  Recalled operator()(const SegmentsChanged& e) const {
    return command(SetSegments{.segments = e.segments});
  }
  Recalled operator()(const PointsSent& e) const {
    if (is_share(e) || before.status == MemberStatus::merged) return {};
    return command(TransferPoints{.to = e.to,
                                  .currency = recall.name(e.currency),
                                  .points = e.points.value,
                                  .reason = e.reason});
  }
  Recalled operator()(const GroupShareChanged& e) const {
    if (e.percent == 0) return command(LeaveGroup{.group = e.group});
    return command(JoinGroup{.group = e.group, .percent = e.percent});
  }
  Recalled operator()(const auto&) const { return {}; }

 private:
  /// A command about something that the other past may have under another number.
  template <class Make>
  Recalled about(Sequence then, Make make) const {
    const auto now = recall.counterparts_.of(then);
    return now ? command(make(*now)) : of_kind(Recalled::Kind::lost);
  }
  /// The part of a credit that goes to a group by itself, as soon as it is made or released.
  bool is_share(const PointsSent& sent) const {
    const bool to_group =
        std::ranges::find(before.groups, sent.to, &GroupShare::group) != before.groups.end();
    if (!to_group || sent.reason != "group" || sent.uses.size() != 1) return false;
    const Sequence credit = sent.uses.front().lot;
    return std::ranges::any_of(all, [&](const MemberFact& other) {
      if (other.sequence == credit) return true;
      const auto* released = get_if<EscrowReleased>(&other.event);
      return released != nullptr && released->credit == credit;
    });
  }
};

Recalled Recall::commands_of(Facts facts, bool asked, const Member& before) const {
  // Whoever leaves gets back or gives away what there is, and whatever arrives has effects of its
  // own: these tell more than what they begin with.
  for (const auto& fact : facts) {
    if (const auto* taken = get_if<DeliveriesTaken>(&fact.event)) {
      return command(TakeDeliveries{taken->cursor, taken->deliveries});
    }
    const auto* status = get_if<MemberStatusChanged>(&fact.event);
    if (status != nullptr && asked) return status_change(*status);
  }
  if (!asked) return {};
  for (std::size_t i = 0; i < facts.size(); ++i) {
    Recalled told = visit(Tell{*this, facts[i], facts.subspan(i), facts, before}, facts[i].event);
    if (told.kind != Recalled::Kind::nothing) return told;
  }
  return {};
}

Recalled Recall::early_release(Facts facts, const Member& before) const {
  const auto all = held_back(before, facts);
  std::vector<HeldBack> early;
  ReleaseEscrow what{.journal = std::nullopt, .credit = std::nullopt, .actor = {}};
  Instant at;
  for (const auto& fact : facts) {
    const auto* released = get_if<EscrowReleased>(&fact.event);
    if (released == nullptr) continue;
    const auto credit = std::ranges::find(all, released->credit, &HeldBack::id);
    // A timer releases them when their time has come.
    if (credit == all.end() || fact.at >= credit->releases) continue;
    early.push_back(*credit);
    what.actor = released->actor;
    at = fact.at;
  }
  if (early.empty()) return {};
  const Sequence journal = early.front().journal;
  const auto of_journal = std::ranges::count_if(all, [&](const HeldBack& credit) {
    return credit.journal == journal && credit.releases > at;
  });
  const bool whole = journal != 0 && of_journal == static_cast<std::ptrdiff_t>(early.size());
  const auto now = counterparts_.of(whole ? journal : early.front().id);
  if (!now) return of_kind(Recalled::Kind::lost);
  (whole ? what.journal : what.credit) = static_cast<std::int64_t>(*now);
  return command(std::move(what));
}

}  // namespace loyalty::replay
