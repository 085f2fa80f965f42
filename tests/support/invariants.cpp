// SPDX-License-Identifier: Apache-2.0
#include "tests/support/invariants.hpp"

#include <algorithm>
#include <map>
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
  if (sum != purse.available) return "the lots of a purse sum to its balance";
  const auto earlier = [](const Lot& a, const Lot& b) {
    return std::tuple(a.expires, a.earned, a.id) < std::tuple(b.expires, b.earned, b.id);
  };
  if (!std::is_sorted(purse.lots.begin(), purse.lots.end(), earlier)) {
    return "lots are kept in the order in which they are consumed";
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
  for (const auto& purse : member.purses) {
    if (accounts[{purse.currency, "member:" + member.id + ":available"}] != purse.available.value) {
      return "the member's account in the ledger is the balance";
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
