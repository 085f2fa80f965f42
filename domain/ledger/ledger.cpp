// SPDX-License-Identifier: Apache-2.0
#include "domain/ledger/ledger.hpp"

#include "domain/member/views.hpp"

namespace loyalty::domain {
namespace {

/// Names the accounts of one member's books.
class Books {
 public:
  Books(std::string_view member, const Catalogue& catalogue)
      : member_(member), catalogue_(catalogue) {}

  using Entry = std::optional<Transfer>;

  Entry operator()(const PointsCredited& e) const {
    return Transfer{e.currency, e.points, issuer(e.issuer), available()};
  }
  Entry operator()(const PointsEscrowed& e) const {
    return Transfer{e.currency, e.points, issuer(e.issuer), own("escrow")};
  }
  Entry operator()(const EscrowReleased& e) const {
    return Transfer{e.currency, e.points, own("escrow"), available()};
  }
  Entry operator()(const EscrowCancelled& e) const {
    return Transfer{e.currency, e.points, own("escrow"), issuer(e.issuer)};
  }
  Entry operator()(const PointsDebited& e) const {
    return Transfer{e.currency, e.points, e.hold != 0 ? own("held") : available(),
                    e.correction ? issuer({}) : redeemed(e.partner)};
  }
  Entry operator()(const RedemptionCancelled& e) const {
    return Transfer{e.currency, e.points, redeemed(e.partner), available()};
  }
  Entry operator()(const PointsClawedBack& e) const {
    return Transfer{e.currency, e.points, available(), issuer(e.issuer)};
  }
  Entry operator()(const PointsHeld& e) const {
    return Transfer{e.currency, e.points, available(), own("held")};
  }
  Entry operator()(const HoldReleased& e) const {
    return Transfer{e.currency, e.points, own("held"), available()};
  }
  Entry operator()(const PointsExpired& e) const {
    return Transfer{e.currency, e.points, available(), "breakage"};
  }
  Entry operator()(const PointsReinstated& e) const {
    return Transfer{e.currency, e.points, "breakage", available()};
  }
  Entry operator()(const QualifyingReset& e) const {
    return Transfer{e.currency, e.points, available(), "reset"};
  }
  Entry operator()(const PointsSent& e) const {
    return Transfer{e.currency, e.points, available(), of(e.to, "available")};
  }
  Entry operator()(const PointsReceived& e) const {
    return Transfer{e.currency, e.points, of(e.from, "available"), available()};
  }
  Entry operator()(const auto&) const { return std::nullopt; }

  std::string available() const { return own("available"); }
  std::string own(std::string_view account) const { return of(member_, account); }

 private:
  static std::string of(std::string_view member, std::string_view account) {
    return "member:" + std::string(member) + ":" + std::string(account);
  }
  std::string issuer(PartnerId partner) const {
    return partner ? "issuer:partner:" + std::string(catalogue_.text(partner)) : "issuer:program";
  }
  std::string redeemed(PartnerId partner) const {
    return partner ? "redeemed:partner:" + std::string(catalogue_.text(partner)) : "redeemed";
  }

  std::string_view member_;
  const Catalogue& catalogue_;
};

/// Fills in what the different facts know beyond the transfer.
struct Describe {
  LedgerLine& line;
  const Catalogue& catalogue;

  void operator()(const auto& e) const {
    if constexpr (requires { e.journal; }) line.journal = e.journal;
    if constexpr (requires { catalogue.text(e.rule); }) line.rule = catalogue.text(e.rule);
    if constexpr (requires { catalogue.text(e.promotion); })
      line.promotion = catalogue.text(e.promotion);
    if constexpr (requires { catalogue.text(e.offer); }) line.offer = catalogue.text(e.offer);
    if constexpr (requires { catalogue.text(e.issuer); }) line.partner = catalogue.text(e.issuer);
    if constexpr (requires { catalogue.text(e.partner); }) line.partner = catalogue.text(e.partner);
    if constexpr (requires { catalogue.text(e.subtype); }) line.subtype = catalogue.text(e.subtype);
    if constexpr (requires { e.uses; }) line.trace = trace_view(e.uses);
    if constexpr (requires { e.lots; }) line.trace = trace_view(e.lots);
  }
  void operator()(const EscrowReleased& e) const { line.trace = {{e.credit, e.points}}; }
  void operator()(const EscrowCancelled& e) const {
    line.journal = e.journal;
    line.partner = catalogue.text(e.issuer);
    line.trace = {{e.credit, e.points}};
  }
};

}  // namespace

std::optional<Transfer> transfer_of(const MemberEvent& event, std::string_view member,
                                    const Catalogue& catalogue) {
  auto transfer = visit(Books(member, catalogue), event);
  if (transfer && transfer->points == Points{0}) return std::nullopt;
  return transfer;
}

LedgerResult ledger_lines(std::span<const MemberFact> facts, std::string_view member,
                          const Catalogue& catalogue, CurrencyId only, Sequence after,
                          std::size_t limit) {
  LedgerResult result;
  const Books books(member, catalogue);
  for (const auto& fact : facts) {
    if (fact.sequence <= after) continue;
    const auto transfer = transfer_of(fact.event, member, catalogue);
    if (!transfer || (only && transfer->currency != only)) continue;
    if (result.entries.size() == limit) {
      result.more = true;
      break;
    }
    const bool inwards = transfer->to == books.available() || transfer->to == books.own("escrow");
    LedgerLine line;
    line.sequence = fact.sequence;
    line.at = fact.at;
    line.event = visit([](const auto& e) { return e.name; }, fact.event);
    line.currency = catalogue.text(transfer->currency);
    line.points = inwards ? transfer->points : -transfer->points;
    line.from = transfer->from;
    line.to = transfer->to;
    line.version = fact.version;
    visit(Describe{line, catalogue}, fact.event);
    result.entries.push_back(std::move(line));
  }
  return result;
}

}  // namespace loyalty::domain
