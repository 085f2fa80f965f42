// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "domain/fields.hpp"
#include "domain/member/results/spending.hpp"
#include "domain/member/sequence.hpp"
#include "domain/quantity.hpp"
#include "domain/time.hpp"

/// How the ledger and its traces are answered (domain.md 2.1, F21).
namespace loyalty::domain {

/// One line of the ledger (domain.md 2.1 "Double entry"): points move from one account to another.
struct LedgerLine {
  Sequence sequence = 0;
  Instant at;
  std::string_view event;
  std::string_view currency;
  Points points;  ///< positive: to the member
  std::string from;
  std::string to;
  Sequence journal = 0;
  std::string_view rule;
  std::string_view promotion;
  std::string_view offer;
  std::string_view partner;
  std::uint32_t version = 0;
  std::vector<LotUseView> trace;
  std::string_view subtype;

  static void fields(auto& self, auto visit) {
    visit(required("sequence", "fact"), self.sequence);
    visit(required("at", "when"), self.at);
    visit(required("event", "what happened"), self.event);
    visit(required("currency", "currency"), self.currency);
    visit(required("points", "positive: to the member"), self.points);
    visit(required("from", "account that gives"), self.from);
    visit(required("to", "account that takes"), self.to);
    visit(required("journal", "journal that caused it"), self.journal);
    visit(required("rule", "rule that gave them"), self.rule);
    visit(required("promotion", "promotion that gave them"), self.promotion);
    visit(required("offer", "what they bought"), self.offer);
    visit(required("partner", "partner involved"), self.partner);
    visit(required("version", "of the program"), self.version);
    visit(required("trace", "credits that it took points from or gave points back to"), self.trace);
    visit(defaulted("subtype", "subtype of the points credited"), self.subtype);
  }
};

struct LedgerResult {
  std::vector<LedgerLine> entries;
  bool more = false;

  static void fields(auto& self, auto visit) {
    visit(required("entries", "oldest first"), self.entries);
    visit(required("more", "there are more after the last"), self.more);
  }
};

/// One link between a debit and a credit (domain.md F21).
struct TraceLine {
  Sequence debit = 0;
  Sequence credit = 0;
  std::string_view action;
  Points points;
  Sequence fact = 0;

  static void fields(auto& self, auto visit) {
    visit(required("debit", "sequence of the debit"), self.debit);
    visit(required("credit", "sequence of the credit; 0: no credit has covered it yet"),
          self.credit);
    visit(required("action",
                   "debit, debit_with_arrears, credit_for_arrears, debit_cancellation, "
                   "credit_cancellation, transfer, hold, hold_end, expiry or reinstatement"),
          self.action);
    visit(required("points", "points taken; negative: given back"), self.points);
    visit(required("fact", "sequence of the fact that made the link"), self.fact);
  }
};

struct TraceResult {
  std::vector<TraceLine> links;
  Points total;

  static void fields(auto& self, auto visit) {
    visit(required("links", "debit-credit links"), self.links);
    visit(required("total", "sum of the links: of a debit, its points; of a credit, its net use"),
          self.total);
  }
};

}  // namespace loyalty::domain
