// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "domain/fields.hpp"
#include "domain/quantity.hpp"

/// The proof of one member's ledger (domain.md U7): its history is booked and replayed from the
/// beginning, and compared with what the server holds.
namespace loyalty::domain {

class Catalogue;
struct Member;
struct MemberFact;

struct AccountBalance {
  std::string account;
  Points points;

  static void fields(auto& self, auto visit) {
    visit(required("account", "account"), self.account);
    visit(required("points", "its balance by the ledger"), self.points);
  }
};

struct ProvedCurrency {
  std::string_view currency;
  Points balance;
  Points in_escrow;
  Points held;
  Points sum;
  std::vector<AccountBalance> accounts;

  static void fields(auto& self, auto visit) {
    visit(required("currency", "currency"), self.currency);
    visit(required("balance", "balance that the server holds"), self.balance);
    visit(required("in_escrow", "points in escrow that it holds"), self.in_escrow);
    visit(required("held", "points set aside that it holds"), self.held);
    visit(required("sum", "of all accounts: 0"), self.sum);
    visit(required("accounts", "accounts of the double entry"), self.accounts);
  }
};

struct VerifyLedgerResult {
  bool ok = true;
  std::uint64_t facts = 0;
  std::vector<ProvedCurrency> currencies;
  std::vector<std::string> findings;

  static void fields(auto& self, auto visit) {
    visit(required("ok", "everything holds"), self.ok);
    visit(required("facts", "facts booked and replayed"), self.facts);
    visit(required("currencies", "currencies that moved"), self.currencies);
    visit(required("findings", "what does not hold, in words"), self.findings);
  }
};

/// `history` holds all facts of the member.
VerifyLedgerResult verify_ledger(std::span<const MemberFact> history, const Member& member,
                                 const Catalogue& catalogue);

}  // namespace loyalty::domain
