// SPDX-License-Identifier: Apache-2.0
#include "domain/ledger/ledger.hpp"

#include "domain/member/views.hpp"

namespace loyalty::domain {
namespace {

std::string available(std::string_view member) {
  return "member:" + std::string(member) + ":available";
}

std::string issuer(PartnerId partner, const Catalogue& catalogue) {
  return partner ? "issuer:partner:" + std::string(catalogue.text(partner)) : "issuer:program";
}

/// Fills in what the different facts know beyond the transfer.
struct Describe {
  LedgerLine& line;
  const Catalogue& catalogue;

  void operator()(const PointsCredited& e) const {
    line.journal = e.journal;
    line.rule = catalogue.text(e.rule);
    line.promotion = catalogue.text(e.promotion);
    line.partner = catalogue.text(e.issuer);
  }
  void operator()(const PointsDebited& e) const {
    line.journal = e.journal;
    line.offer = catalogue.text(e.offer);
    line.partner = catalogue.text(e.partner);
    line.trace = trace_view(e.uses);
  }
  void operator()(const PointsExpired& e) const { line.trace = trace_view(e.uses); }
  void operator()(const auto&) const {}
};

const std::vector<LotUse>* uses_of(const MemberEvent& event, std::string_view& action) {
  if (const auto* debit = std::get_if<PointsDebited>(&event)) {
    action = "debit";
    return &debit->uses;
  }
  if (const auto* expiry = std::get_if<PointsExpired>(&event)) {
    action = "expiry";
    return &expiry->uses;
  }
  return nullptr;
}

}  // namespace

std::optional<Transfer> transfer_of(const MemberEvent& event, std::string_view member,
                                    const Catalogue& catalogue) {
  if (const auto* e = std::get_if<PointsCredited>(&event)) {
    return Transfer{e->currency, e->points, issuer(e->issuer, catalogue), available(member)};
  }
  if (const auto* e = std::get_if<PointsDebited>(&event)) {
    std::string to = "redeemed";
    if (e->partner) to += ":partner:" + std::string(catalogue.text(e->partner));
    return Transfer{e->currency, e->points, available(member), std::move(to)};
  }
  if (const auto* e = std::get_if<PointsExpired>(&event)) {
    return Transfer{e->currency, e->points, available(member), "breakage"};
  }
  if (const auto* e = std::get_if<QualifyingReset>(&event)) {
    return Transfer{e->currency, e->points, available(member), "reset"};
  }
  return std::nullopt;
}

LedgerResult ledger_lines(std::span<const MemberFact> facts, std::string_view member,
                          const Catalogue& catalogue, CurrencyId only, Sequence after,
                          std::size_t limit) {
  LedgerResult result;
  for (const auto& fact : facts) {
    if (fact.sequence <= after) continue;
    const auto transfer = transfer_of(fact.event, member, catalogue);
    if (!transfer || (only && transfer->currency != only)) continue;
    if (result.entries.size() == limit) {
      result.more = true;
      break;
    }
    const bool inwards = std::holds_alternative<PointsCredited>(fact.event);
    LedgerLine line{.sequence = fact.sequence,
                    .at = fact.at,
                    .event = std::visit([](const auto& e) { return e.name; }, fact.event),
                    .currency = catalogue.text(transfer->currency),
                    .points = inwards ? transfer->points : -transfer->points,
                    .from = transfer->from,
                    .to = transfer->to,
                    .journal = 0,
                    .rule = {},
                    .promotion = {},
                    .offer = {},
                    .partner = {},
                    .version = fact.version,
                    .trace = {}};
    std::visit(Describe{line, catalogue}, fact.event);
    result.entries.push_back(std::move(line));
  }
  return result;
}

TraceResult trace_links(std::span<const MemberFact> facts, std::optional<Sequence> debit,
                        std::optional<Sequence> credit) {
  TraceResult result;
  for (const auto& fact : facts) {
    std::string_view action;
    const auto* uses = uses_of(fact.event, action);
    if (uses == nullptr || (debit && fact.sequence != *debit)) continue;
    for (const auto& use : *uses) {
      if (credit && use.lot != *credit) continue;
      result.links.push_back({fact.sequence, use.lot, action, use.points});
      result.total += use.points;
    }
  }
  return result;
}

}  // namespace loyalty::domain
