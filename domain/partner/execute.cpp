// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "domain/partner/commands.hpp"

namespace loyalty::domain {
namespace {

constexpr std::int64_t max_points_per_pack = 1'000'000'000'000;

using PartnerDecision = Expected<std::vector<PartnerEvent>, Refusal>;

PartnerDecision refused(std::string param, std::string expected) {
  return Unexpected{
      Refusal{RefusalCode::invalid_param, std::move(param), "expected " + std::move(expected)}};
}

struct DecideOnLedger {
  const PartnerLedger& ledger;
  std::int32_t this_month;
  bool pre_paid;

  PartnerDecision operator()(const ClosePartnerPeriod& command) const {
    const auto month = parse_month(command.period);
    if (!month) return refused("period", "a month such as 2026-03");
    if (*month >= this_month) return refused("period", "a month that is over");
    if (*month <= ledger.closed_until()) {
      return refused("period",
                     "an open month; the last closed one is " + month_name(ledger.closed_until()));
    }
    std::vector<PartnerEvent> closed;
    for (const auto open : open_months(*month)) {
      Money net;
      for (const auto& period : ledger.periods) {
        if (period.month == open) net += period.net();
      }
      closed.push_back(PartnerStatementClosed{open, net, command.actor});
    }
    return closed;
  }

  PartnerDecision operator()(const RecordPartnerPayment& command) const {
    if (command.amount == 0 || command.amount > max_amount_per_operation ||
        command.amount < -max_amount_per_operation) {
      return refused("amount", "minor units other than 0, within +-10^12");
    }
    if (command.reference.size() > 256) return refused("reference", "at most 256 bytes");
    return std::vector<PartnerEvent>{
        PartnerPaymentRecorded{{command.amount}, command.reference, command.actor}};
  }

  PartnerDecision operator()(const AddPartnerPack& command) const {
    if (!pre_paid) return refused("partner", "a pre-paid partner");
    if (command.points == 0 || command.points > max_points_per_pack ||
        command.points < -max_points_per_pack) {
      return refused("points", "partner points other than 0, within +-10^12");
    }
    if (command.points < 0 &&
        ledger.pack_left() - ledger.pack.set_aside().points < -command.points) {
      return refused("points", "no more to be taken off than is left");
    }
    if (command.reference.size() > 256) return refused("reference", "at most 256 bytes");
    return std::vector<PartnerEvent>{
        PartnerPackAdded{command.points, command.reference, command.actor}};
  }

 private:
  /// The months up to `last` that have entries and no final statement, and `last` itself.
  std::vector<std::int32_t> open_months(std::int32_t last) const {
    std::vector<std::int32_t> months;
    for (const auto& period : ledger.periods) {
      if (period.month <= ledger.closed_until() || period.month >= last) continue;
      if (months.empty() || months.back() != period.month) months.push_back(period.month);
    }
    months.push_back(last);
    return months;
  }
};

}  // namespace

PartnerOutcome execute(PartnerLedger& ledger, const PartnerCommand& command,
                       const Catalogue& catalogue, Instant now) {
  if (catalogue.partner(ledger.id) == nullptr && ledger.sequence == 0) {
    return {Unexpected{Refusal{RefusalCode::unknown_partner, "partner",
                               "the program has no partner '" + ledger.id + "'"}},
            {}};
  }
  const Partner* partner = catalogue.partner(ledger.id);
  const bool pre_paid = partner != nullptr && partner->billing == Billing::pre_paid;
  const std::int32_t this_month = month_of(catalogue.zone.day_of(now));
  auto decision = visit(DecideOnLedger{ledger, this_month, pre_paid}, command);
  if (!decision) return {Unexpected{decision.error()}, {}};
  PartnerResult result;
  for (const auto& event : *decision) {
    evolve(ledger, now, event);
    if (const auto* closed = get_if<PartnerStatementClosed>(&event)) {
      result.closed.push_back(month_name(closed->month));
    }
  }
  result.partner = ledger.id;
  result.billed = ledger.billed();
  result.paid = ledger.paid;
  result.outstanding = result.billed - result.paid;
  result.pack_left = ledger.pack_left();
  return {std::move(result), std::move(*decision)};
}

}  // namespace loyalty::domain
