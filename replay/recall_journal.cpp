// SPDX-License-Identifier: Apache-2.0
#include "replay/recall.hpp"

/// Turns that recorded a journal: what members did, what they spent, what staff gave and took.
namespace loyalty::replay {
namespace {

using namespace domain;

Recalled one(MemberCommand command) {
  Recalled result;
  result.kind = Recalled::Kind::commands;
  result.commands.push_back(std::move(command));
  return result;
}

Recalled lost() { return {.kind = Recalled::Kind::lost, .commands = {}}; }

/// The first fact of a kind that belongs to a journal. Timers that ran in the same turn state facts
/// of the same kinds, for other journals.
template <class Event>
const Event* of_journal(std::span<const MemberFact> facts, Sequence journal) {
  for (const auto& fact : facts) {
    const auto* event = get_if<Event>(&fact.event);
    if (event != nullptr && event->journal == journal) return event;
  }
  return nullptr;
}

}  // namespace

Recalled Recall::from_journal(const MemberFact& fact, const JournalRecorded& journal,
                              Facts facts) const {
  if (journal.type == "redemption" || journal.type == "debit") {
    const auto* debit = of_journal<PointsDebited>(facts, fact.sequence);
    if (debit == nullptr) return lost();
    if (const auto* made = of_journal<RedemptionMade>(facts, fact.sequence)) {
      return redemption(journal, *made, *debit);
    }
    if (debit->hold != 0) return capture(journal, debit->hold, 0);
    return one(DebitPoints{.currency = name(debit->currency),
                           .points = debit->points.value,
                           .reason = journal.reference});
  }
  if (journal.type == "cancellation") {
    for (const auto& other : facts) {
      const auto* cancelled = get_if<RedemptionCancelled>(&other.event);
      if (cancelled == nullptr) continue;
      const auto redeemed = counterparts_.of(cancelled->journal);
      if (!redeemed) return lost();
      return one(CancelRedemption{.journal = static_cast<std::int64_t>(*redeemed),
                                  .by_staff = !journal.restarts_clock,
                                  .actor = journal.actor});
    }
    return lost();
  }
  if (journal.type == "credit" || journal.type == "adjustment" || journal.type == "reinstatement") {
    return by_staff(journal, fact.sequence, facts);
  }
  return activity(journal);
}

Recalled Recall::redemption(const JournalRecorded& journal, const RedemptionMade& made,
                            const PointsDebited& debit) const {
  // Older journals did not keep the price; it was not below the discount.
  const std::int64_t price = std::max(journal.amount.value, made.discount.value);
  if (debit.hold != 0) return capture(journal, debit.hold, price);
  return one(Redeem{.offer = name(made.offer),
                    .quantity = made.quantity,
                    .points = std::nullopt,
                    .category = journal.category,
                    .product = journal.product,
                    .price = price,
                    .channel = journal.channel,
                    .reference = journal.reference});
}

Recalled Recall::capture(const JournalRecorded& journal, Sequence hold, std::int64_t price) const {
  const auto held = counterparts_.of(hold);
  if (!held) return lost();
  return one(CaptureHold{.hold = "h" + std::to_string(*held),
                         .category = journal.category,
                         .product = journal.product,
                         .price = price,
                         .channel = journal.channel,
                         .reference = journal.reference});
}

Recalled Recall::by_staff(const JournalRecorded& journal, Sequence id, Facts facts) const {
  if (journal.type == "reinstatement") {
    for (const auto& fact : facts) {
      const auto* back = get_if<PointsReinstated>(&fact.event);
      if (back == nullptr) continue;
      return one(ReinstatePoints{.currency = name(back->currency), .actor = journal.actor});
    }
    return lost();
  }
  const auto* credit = of_journal<PointsCredited>(facts, id);
  const auto* debit = of_journal<PointsDebited>(facts, id);
  if (credit == nullptr && debit == nullptr) return lost();
  const CurrencyId currency = credit ? credit->currency : debit->currency;
  const Points points = credit ? credit->points : -debit->points;
  if (journal.type == "credit") {
    return one(CreditPoints{
        .currency = name(currency), .points = points.value, .reason = journal.reference});
  }
  return one(AdjustPoints{.currency = name(currency),
                          .points = points.value,
                          .reason = journal.reference,
                          .actor = journal.actor,
                          .subtype = credit ? name(credit->subtype) : std::string()});
}

Recalled Recall::activity(const JournalRecorded& journal) const {
  return one(RecordActivity{.type = journal.type,
                            .subtype = journal.subtype,
                            .at = journal.at,
                            .amount = journal.amount.value,
                            .eligible_amount = journal.eligible_amount.value,
                            .units = journal.units,
                            .category = journal.category,
                            .product = journal.product,
                            .partner = name(journal.partner),
                            .channel = journal.channel,
                            .reference = journal.reference});
}

Recalled Recall::returns(Facts facts) const {
  Recalled result;
  for (const auto& fact : facts) {
    const auto* reversed = get_if<JournalReversed>(&fact.event);
    if (reversed == nullptr) continue;
    const auto journal = counterparts_.of(reversed->journal);
    if (!journal) continue;
    ReverseActivity command{.journal = static_cast<std::int64_t>(*journal),
                            .reference = {},
                            .kept_amount = std::nullopt,
                            .kept_units = std::nullopt,
                            .actor = reversed->actor};
    if (!reversed->full) {
      command.kept_amount = reversed->kept_amount.value;
      command.kept_units = reversed->kept_units;
    }
    result.commands.push_back(std::move(command));
  }
  result.kind = result.commands.empty() ? Recalled::Kind::lost : Recalled::Kind::commands;
  return result;
}

}  // namespace loyalty::replay
