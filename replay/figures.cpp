// SPDX-License-Identifier: Apache-2.0
#include "replay/figures.hpp"

namespace loyalty::replay {
namespace {

using namespace domain;

/// What each fact adds. Facts that move no points and count nothing add nothing.
struct Count {
  Figures& to;

  void operator()(const JournalRecorded& e) const {
    // What staff does is no activity; what is spent is counted as what it is.
    to.activities += e.restarts_clock && e.type != "redemption" && e.type != "debit" &&
                     e.type != "credit" && e.type != "cancellation";
  }
  void operator()(const PointsCredited& e) const { credited(e.currency, e.subtype, e.points); }
  void operator()(const PointsEscrowed& e) const { credited(e.currency, e.subtype, e.points); }
  void operator()(const EscrowCancelled& e) const {
    to.currencies[e.currency].taken_back += e.points;
  }
  void operator()(const PointsClawedBack& e) const {
    to.currencies[e.currency].taken_back += e.points;
  }
  void operator()(const PointsDebited& e) const { to.currencies[e.currency].spent += e.points; }
  void operator()(const RedemptionMade&) const { ++to.redemptions; }
  void operator()(const RedemptionCancelled& e) const {
    to.currencies[e.currency].spent -= e.points;
  }
  void operator()(const PointsExpired& e) const { to.currencies[e.currency].expired += e.points; }
  void operator()(const QualifyingReset& e) const { to.currencies[e.currency].expired += e.points; }
  void operator()(const PointsReinstated& e) const {
    to.currencies[e.currency].expired -= e.points;
  }
  void operator()(const PointsSent& e) const { to.currencies[e.currency].transferred -= e.points; }
  void operator()(const PointsReceived& e) const {
    to.currencies[e.currency].transferred += e.points;
  }
  void operator()(const RewardIssued& e) const {
    auto& promotion = to.promotions[e.promotion];
    ++promotion.rewards;
    promotion.points += e.points;
  }
  void operator()(const VoucherIssued&) const { ++to.vouchers; }
  void operator()(const TierUpgraded&) const { ++to.upgrades; }
  void operator()(const TierDowngraded&) const { ++to.downgrades; }
  void operator()(const PartnerLiabilityArisen& e) const { to.partners[e.partner] += e.money; }
  void operator()(const auto&) const {}

 private:
  void credited(CurrencyId currency, SubtypeId subtype, Points points) const {
    to.currencies[currency].credited += points;
    to.costs[{currency, subtype}].credited += points;
  }
};

}  // namespace

CurrencyFigures& CurrencyFigures::operator+=(const CurrencyFigures& other) {
  credited += other.credited;
  taken_back += other.taken_back;
  spent += other.spent;
  expired += other.expired;
  transferred += other.transferred;
  available += other.available;
  waiting += other.waiting;
  scheduled += other.scheduled;
  return *this;
}

CostFigures& CostFigures::operator+=(const CostFigures& other) {
  credited += other.credited;
  outstanding += other.outstanding;
  return *this;
}

PromotionFigures& PromotionFigures::operator+=(const PromotionFigures& other) {
  rewards += other.rewards;
  points += other.points;
  return *this;
}

void Figures::add(const MemberEvent& event) { visit(Count{*this}, event); }

void Figures::close(const Member& member) {
  for (const auto& purse : member.purses) {
    auto& currency = currencies[purse.currency];
    currency.available += purse.available;
    for (const auto& lot : purse.escrow) {
      currency.waiting += lot.remaining;
      costs[{purse.currency, lot.subtype}].outstanding += lot.remaining;
    }
    if (purse.qualifying) continue;
    for (const auto& lot : purse.lots) {
      costs[{purse.currency, lot.subtype}].outstanding += lot.remaining;
    }
    // What a member owes will be paid by credits to come.
    if (!purse.arrears.empty()) costs[{purse.currency, {}}].outstanding -= purse.owed();
  }
  for (const auto& hold : member.set_aside) {
    currencies[hold.currency].waiting += hold.points;
    for (const auto& lot : hold.lots) {
      costs[{hold.currency, lot.subtype}].outstanding += lot.remaining;
    }
  }
  for (const auto& pending : member.pending) {
    currencies[pending.what.currency].scheduled += pending.what.points;
  }
  if (!member.exists) return;
  for (const auto& standing : member.tiers) ++tiers[standing.tier];
}

Figures& Figures::operator+=(const Figures& other) {
  activities += other.activities;
  redemptions += other.redemptions;
  vouchers += other.vouchers;
  upgrades += other.upgrades;
  downgrades += other.downgrades;
  currencies += other.currencies;
  costs += other.costs;
  promotions += other.promotions;
  partners += other.partners;
  tiers += other.tiers;
  return *this;
}

void Figures::clear() {
  activities = redemptions = vouchers = upgrades = downgrades = 0;
  currencies.clear();
  costs.clear();
  promotions.clear();
  partners.clear();
  tiers.clear();
}

}  // namespace loyalty::replay
