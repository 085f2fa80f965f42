// SPDX-License-Identifier: Apache-2.0
#include "domain/ledger/proof.hpp"

#include <algorithm>
#include <exception>
#include <map>
#include <set>

#include "domain/ledger/ledger.hpp"
#include "domain/member/member.hpp"

namespace loyalty::domain {
namespace {

using Accounts = std::map<std::string, Points>;

bool same_lot(const Lot& a, const Lot& b) {
  return a.id == b.id && a.original == b.original && a.remaining == b.remaining &&
         a.expires == b.expires && a.subtype == b.subtype && a.releases == b.releases;
}

bool same_purse(const Purse& a, const Purse& b) {
  const auto owes = [](const Arrears& x, const Arrears& y) {
    return x.debit == y.debit && x.points == y.points;
  };
  return a.currency == b.currency && a.available == b.available &&
         std::equal(a.lots.begin(), a.lots.end(), b.lots.begin(), b.lots.end(), same_lot) &&
         std::equal(a.escrow.begin(), a.escrow.end(), b.escrow.begin(), b.escrow.end(), same_lot) &&
         std::equal(a.arrears.begin(), a.arrears.end(), b.arrears.begin(), b.arrears.end(), owes);
}

/// Collects what does not hold.
class Proof {
 public:
  Proof(const Member& member, const Catalogue& catalogue)
      : member_(member), catalogue_(catalogue) {}

  VerifyLedgerResult of(std::span<const MemberFact> history) {
    replay(history);
    for (const auto& fact : history) book(fact);
    std::set<CurrencyId> currencies;
    for (const auto& [currency, accounts] : books_) currencies.insert(currency);
    for (const auto& purse : member_.purses) currencies.insert(purse.currency);
    for (const CurrencyId currency : currencies) prove(currency);
    result_.facts = history.size();
    result_.ok = result_.findings.empty();
    return std::move(result_);
  }

 private:
  void replay(std::span<const MemberFact> history) {
    Member again;
    again.id = member_.id;
    try {
      for (const auto& fact : history) {
        expect(fact.sequence == again.sequence + 1, "facts are numbered without a gap");
        evolve(again, fact.at, fact.event);
      }
    } catch (const std::exception& broken) {
      return expect(false, std::string("each fact fits what was before it: ") + broken.what());
    }
    expect(again.sequence == member_.sequence, "the member is as new as its history");
    expect(std::equal(again.purses.begin(), again.purses.end(), member_.purses.begin(),
                      member_.purses.end(), same_purse),
           "replaying the history gives the balances, lots and arrears that are held");
  }

  void book(const MemberFact& fact) {
    const auto transfer = transfer_of(fact.event, member_.id, catalogue_);
    if (!transfer) return;
    books_[transfer->currency][transfer->from] -= transfer->points;
    books_[transfer->currency][transfer->to] += transfer->points;
  }

  void prove(CurrencyId currency) {
    const std::string name(catalogue_.text(currency));
    const Purse* purse = member_.purse(currency);
    ProvedCurrency line{.currency = catalogue_.text(currency),
                        .balance = member_.balance(currency),
                        .in_escrow = purse ? purse->escrowed() : Points{}};
    for (const auto& hold : member_.set_aside) {
      if (hold.currency == currency) line.held += hold.points;
    }
    const Accounts& accounts = books_[currency];
    for (const auto& [account, points] : accounts) {
      line.sum += points;
      line.accounts.push_back({account, points});
    }
    expect(line.sum == Points{}, "all accounts of " + name + " sum to 0");
    expect_account(accounts, "available", line.balance, name);
    expect_account(accounts, "escrow", line.in_escrow, name);
    expect_account(accounts, "held", line.held, name);
    if (purse != nullptr && !purse->qualifying) {
      Points lots;
      for (const auto& lot : purse->lots) lots += lot.remaining;
      expect(lots - purse->owed() == purse->available,
             "lots of " + name + " less arrears are the balance");
    }
    result_.currencies.push_back(std::move(line));
  }

  void expect_account(const Accounts& accounts, const std::string& part, Points held,
                      const std::string& currency) {
    const auto found = accounts.find("member:" + member_.id + ":" + part);
    const Points booked = found == accounts.end() ? Points{} : found->second;
    expect(booked == held, currency + " " + part + " by the ledger, " +
                               std::to_string(booked.value) + ", is what is held, " +
                               std::to_string(held.value));
  }

  void expect(bool holds, std::string what) {
    if (!holds) result_.findings.push_back("does not hold: " + std::move(what));
  }

  const Member& member_;
  const Catalogue& catalogue_;
  std::map<CurrencyId, Accounts> books_;
  VerifyLedgerResult result_;
};

}  // namespace

VerifyLedgerResult verify_ledger(std::span<const MemberFact> history, const Member& member,
                                 const Catalogue& catalogue) {
  return Proof(member, catalogue).of(history);
}

}  // namespace loyalty::domain
