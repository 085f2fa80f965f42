// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "domain/ledger/ledger.hpp"

/// Trace links (domain.md F21), put together from the facts that made them.
namespace loyalty::domain {
namespace {

/// Collects the links of all facts, of which some are wanted.
class Links {
 public:
  Links(std::optional<Sequence> debit, std::optional<Sequence> credit)
      : debit_(debit), credit_(credit) {}

  void see(const MemberFact& fact) {
    now_ = fact.sequence;
    visit(*this, fact.event);
  }

  TraceResult result() && {
    for (const auto& owed : owed_) {
      if (owed.points != Points{0})
        add(owed.debit, 0, "debit_with_arrears", owed.points, owed.debit);
    }
    return std::move(result_);
  }

  void operator()(const PointsDebited& e) {
    if (e.hold != 0) end_hold(e.hold);
    const Points open = owe(e.points, e.uses);
    take(e.uses, open == Points{0} ? "debit" : "debit_with_arrears");
  }
  void operator()(const PointsClawedBack& e) {
    if (!e.qualifying) owe(e.points, e.uses);
    take(e.uses, "credit_cancellation");
  }
  void operator()(const EscrowCancelled& e) {
    add(now_, e.credit, "credit_cancellation", e.points, now_);
  }
  void operator()(const ArrearsRepaid& e) {
    owe_less(e.debit, e.points);
    add(e.debit, e.credit, "credit_for_arrears", e.points, now_);
  }
  void operator()(const RedemptionCancelled& e) {
    owe_less(e.debit, e.arrears);
    give_back(e.debit, e.lots, "debit_cancellation");
  }
  void operator()(const PointsExpired& e) { take(e.uses, "expiry"); }
  void operator()(const PointsReinstated& e) { give_back(now_, e.lots, "reinstatement"); }
  void operator()(const PointsSent& e) { take(e.uses, "transfer"); }
  void operator()(const PointsHeld& e) {
    take(e.uses, "hold");
    holds_.emplace_back(now_, e.uses);
  }
  void operator()(const HoldReleased& e) { end_hold(e.hold); }
  void operator()(const auto&) {}

 private:
  void add(Sequence debit, Sequence credit, std::string_view action, Points points, Sequence fact) {
    if ((debit_ && *debit_ != debit) || (credit_ && *credit_ != credit)) return;
    result_.links.push_back({debit, credit, action, points, fact});
    result_.total += points;
  }
  void take(const std::vector<LotUse>& uses, std::string_view action) {
    for (const auto& use : uses) add(now_, use.lot, action, use.points, now_);
  }
  void give_back(Sequence debit, const std::vector<Lot>& lots, std::string_view action) {
    for (const auto& lot : lots) add(debit, lot.id, action, -lot.remaining, now_);
  }

  /// What a debit leaves open, if anything.
  Points owe(Points points, const std::vector<LotUse>& uses) {
    for (const auto& use : uses) points -= use.points;
    if (points > Points{0}) owed_.push_back({now_, points});
    return points;
  }
  void owe_less(Sequence debit, Points points) {
    const auto known = std::ranges::find(owed_, debit, &Owed::debit);
    if (known != owed_.end()) known->points -= points;
  }

  /// Its points go back, or on to the redemption that captures them.
  void end_hold(Sequence hold) {
    for (const auto& [id, uses] : holds_) {
      if (id != hold) continue;
      for (const auto& use : uses) add(hold, use.lot, "hold_end", -use.points, now_);
    }
  }

  struct Owed {
    Sequence debit = 0;
    Points points;
  };

  std::optional<Sequence> debit_;
  std::optional<Sequence> credit_;
  Sequence now_ = 0;
  std::vector<Owed> owed_;
  std::vector<std::pair<Sequence, std::vector<LotUse>>> holds_;
  TraceResult result_;
};

}  // namespace

TraceResult trace_links(std::span<const MemberFact> facts, std::optional<Sequence> debit,
                        std::optional<Sequence> credit) {
  Links links(debit, credit);
  for (const auto& fact : facts) links.see(fact);
  return std::move(links).result();
}

}  // namespace loyalty::domain
