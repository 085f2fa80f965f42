// SPDX-License-Identifier: Apache-2.0
#include "tests/support/invariants.hpp"

#include <algorithm>
#include <map>
#include <set>
#include <tuple>

#include "codec/stored.hpp"
#include "domain/ledger/ledger.hpp"

namespace loyalty::support {

using namespace domain;

namespace {

std::string broken_order(std::span<const MemberFact> history) {
  for (std::size_t i = 0; i < history.size(); ++i) {
    if (history[i].sequence != i + 1) return "facts are numbered from 1 without a gap";
    if (i > 0 && history[i].at < history[i - 1].at) return "the time of facts never goes back";
  }
  return {};
}

std::string broken_purse(const Purse& purse) {
  Points sum;
  for (const auto& lot : purse.lots) {
    if (lot.remaining <= Points{0} || lot.remaining > lot.original) {
      return "a lot has between 1 and its original points left";
    }
    sum += lot.remaining;
  }
  if (purse.qualifying) {
    return purse.lots.empty() ? std::string() : "qualifying points are not in lots";
  }
  if (sum - purse.owed() != purse.available) {
    return "the lots of a purse less its arrears sum to its balance";
  }
  const auto earlier = [](const Lot& a, const Lot& b) {
    return std::tuple(a.expires, a.earned, a.id) < std::tuple(b.expires, b.earned, b.id);
  };
  if (!std::is_sorted(purse.lots.begin(), purse.lots.end(), earlier)) {
    return "lots are kept in the order in which they are consumed";
  }
  return {};
}

/// Trace links (domain.md F21): those of a debit sum to it, and each lot has left what was not
/// used of it.
std::string broken_trace(const Member& member, std::span<const MemberFact> history) {
  std::map<Sequence, Points> of_debit;
  std::map<Sequence, Points> of_credit;
  for (const auto& link : trace_links(history, std::nullopt, std::nullopt).links) {
    of_debit[link.debit] += link.points;
    of_credit[link.credit] += link.points;
  }
  std::set<Sequence> cancelled;
  for (const auto& fact : history) {
    if (const auto* e = get_if<RedemptionCancelled>(&fact.event)) cancelled.insert(e->debit);
  }
  for (const auto& fact : history) {
    const auto* e = get_if<PointsDebited>(&fact.event);
    if (e == nullptr || e->qualifying) continue;
    const Points expected = cancelled.contains(fact.sequence) ? Points{0} : e->points;
    if (of_debit[fact.sequence] != expected) return "the trace of a debit sums to it";
  }
  // Parts of one credit that were given back may have different ends.
  std::map<Sequence, std::pair<Points, Points>> lots;
  for (const auto& purse : member.purses) {
    for (const auto& lot : purse.lots) {
      lots[lot.id].first = lot.original;
      lots[lot.id].second += lot.remaining;
    }
  }
  for (const auto& [id, lot] : lots) {
    if (lot.first - of_credit[id] != lot.second) return "a lot has left what was not used of it";
  }
  return {};
}

std::string broken_ledger(const Member& member, std::span<const MemberFact> history,
                          const Catalogue& catalogue) {
  std::map<std::pair<CurrencyId, std::string>, std::int64_t> accounts;
  for (const auto& fact : history) {
    if (const auto transfer = transfer_of(fact.event, member.id, catalogue)) {
      if (transfer->points <= Points{0}) return "a transfer moves at least one point";
      accounts[{transfer->currency, transfer->from}] -= transfer->points.value;
      accounts[{transfer->currency, transfer->to}] += transfer->points.value;
    }
  }
  std::map<CurrencyId, std::int64_t> sums;
  for (const auto& [account, points] : accounts) sums[account.first] += points;
  for (const auto& [currency, sum] : sums) {
    if (sum != 0) return "all accounts of a currency sum to zero";
  }
  const auto account = [&](CurrencyId currency, const char* name) {
    return Points{accounts[{currency, "member:" + member.id + ":" + name}]};
  };
  for (const auto& purse : member.purses) {
    if (account(purse.currency, "available") != purse.available) {
      return "the member's account in the ledger is the balance";
    }
    if (account(purse.currency, "escrow") != purse.escrowed()) {
      return "the escrow account in the ledger is what is held";
    }
    Points held;
    for (const auto& hold : member.set_aside) {
      if (hold.currency == purse.currency) held += hold.points;
    }
    if (account(purse.currency, "held") != held) {
      return "the account of holds in the ledger is what is set aside";
    }
  }
  return {};
}

}  // namespace

std::string broken_invariant(const Member& member, std::span<const MemberFact> history,
                             const Catalogue& catalogue) {
  if (auto broken = broken_order(history); !broken.empty()) return broken;
  for (const auto& purse : member.purses) {
    if (auto broken = broken_purse(purse); !broken.empty()) return broken;
  }
  if (auto broken = broken_ledger(member, history, catalogue); !broken.empty()) return broken;
  if (auto broken = broken_trace(member, history); !broken.empty()) return broken;

  const std::string stored = codec::to_stored(member);
  Member replayed;
  for (const auto& fact : history) evolve(replayed, fact.at, fact.event);
  if (codec::to_stored(replayed) != stored) return "replaying the facts gives the same state";
  Member loaded;
  codec::Reader in(stored);
  if (!codec::read_stored(in, loaded) || !in.at_end() || codec::to_stored(loaded) != stored) {
    return "a stored state reads back as it was";
  }
  return {};
}

}  // namespace loyalty::support
