// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "domain/fields.hpp"
#include "domain/member/sequence.hpp"
#include "domain/named.hpp"
#include "domain/program/currency_definition.hpp"
#include "domain/quantity.hpp"
#include "domain/time.hpp"

/// How balances and what becomes of them are answered.
namespace loyalty::domain {

struct BalanceView {
  Points available;
  Points pending;
  CurrencyKind kind = CurrencyKind::non_qualifying;
  std::optional<Points> before_reset;
  Points escrow;
  Points held;
  Points arrears;
  Points negative_limit;
  Named<Points> subtypes;

  static void fields(auto& self, auto visit) {
    visit(required("available", "balance: what can be spent, less what is owed"), self.available);
    visit(required("pending", "decided, credited later"), self.pending);
    visit(required("kind", "non_qualifying or qualifying"), self.kind);
    visit(defaulted("before_reset", "qualifying: what the last reset took"), self.before_reset);
    visit(required("escrow", "credited, and held until released"), self.escrow);
    visit(required("held", "set aside for redemptions to come"), self.held);
    visit(required("arrears", "spent beyond the balance and not yet repaid"), self.arrears);
    visit(required("negative_limit", "how far below zero the tier held lets the balance go"),
          self.negative_limit);
    visit(required("subtypes", "available points by subtype, where they have one"), self.subtypes);
  }
};

struct BalancesResult {
  Named<BalanceView> balances;
  Sequence sequence = 0;

  static void fields(auto& self, auto visit) {
    visit(required("balances", "by currency"), self.balances);
    visit(required("sequence", "the member's last fact"), self.sequence);
  }
};

struct ExpiryLine {
  std::string_view currency;
  Instant at;
  LocalDay day;
  Points points;

  static void fields(auto& self, auto visit) {
    visit(required("currency", "currency"), self.currency);
    visit(required("at", "first instant at which they are gone"), self.at);
    visit(required("day", "the local day of it"), self.day);
    visit(required("points", "points that expire then if nothing happens"), self.points);
  }
};

struct ExpiryResult {
  std::vector<ExpiryLine> expiries;
  static void fields(auto& self, auto visit) {
    visit(required("expiries", "earliest first"), self.expiries);
  }
};

}  // namespace loyalty::domain
