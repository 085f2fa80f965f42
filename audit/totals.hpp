// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "domain/fields.hpp"
#include "domain/partner/partner.hpp"
#include "domain/quantity.hpp"

/// What an audit adds up over a whole store.
namespace loyalty::audit {

/// One account of the double-entry view (domain/ledger); all members together are "members".
struct AccountTotal {
  std::string account;
  domain::Points points;

  static void fields(auto& self, auto visit) {
    using domain::required;
    visit(required("account", "account"), self.account);
    visit(required("points", "balance of the account; all of a currency sum to 0"), self.points);
  }
};

struct CurrencyTotals {
  std::string currency;
  domain::Points credited;
  domain::Points debited;
  domain::Points expired;
  domain::Points reset;
  domain::Points outstanding;
  domain::Points scheduled;
  std::vector<AccountTotal> accounts;

  static void fields(auto& self, auto visit) {
    using domain::required;
    visit(required("currency", "currency"), self.currency);
    visit(required("credited", "points ever credited"), self.credited);
    visit(required("debited", "points ever spent"), self.debited);
    visit(required("expired", "points ever expired"), self.expired);
    visit(required("reset", "qualifying points ever reset"), self.reset);
    visit(required("outstanding", "points that members hold now"), self.outstanding);
    visit(required("scheduled", "points decided and not yet credited"), self.scheduled);
    visit(required("accounts", "trial balance"), self.accounts);
  }
};

struct PartnerTotals {
  std::string partner;
  domain::Points accrued;
  domain::Points redeemed;
  domain::Money accruals;
  domain::Money redemptions;
  domain::Money liability;
  std::uint64_t entries = 0;
  std::uint64_t under_way = 0;

  static void fields(auto& self, auto visit) {
    using domain::required;
    visit(required("partner", "partner"), self.partner);
    visit(required("accrued", "points earned at the partner"), self.accrued);
    visit(required("redeemed", "points redeemed there"), self.redeemed);
    visit(required("accruals", "what the partner owes for them, minor units"), self.accruals);
    visit(required("redemptions", "what the program owes for them, minor units"), self.redemptions);
    visit(required("liability", "accruals - redemptions; positive: the partner pays"),
          self.liability);
    visit(required("entries", "entries booked"), self.entries);
    visit(required("under_way", "entries that are still in an outbox"), self.under_way);
  }
};

struct ProgramTotals {
  std::string program;
  std::uint32_t version = 0;
  std::uint64_t members = 0;
  std::vector<CurrencyTotals> currencies;
  std::vector<PartnerTotals> partners;

  static void fields(auto& self, auto visit) {
    using domain::required;
    visit(required("program", "program"), self.program);
    visit(required("version", "version in force"), self.version);
    visit(required("members", "members enrolled"), self.members);
    visit(required("currencies", "points by currency"), self.currencies);
    visit(required("partners", "partners with entries"), self.partners);
  }
};

/// Gathers them; keyed by names, because names are what all shards share.
struct Totals {
  struct Currency {
    std::map<std::string, domain::Points> accounts;  ///< by transfers
    domain::Points outstanding;                      ///< by states
    domain::Points scheduled;
  };
  struct Program {
    std::uint64_t members = 0;
    std::map<std::string, Currency> currencies;
    std::map<std::string, PartnerTotals> partners;
  };
  std::map<std::string, Program> programs;
  std::uint64_t facts = 0;
};

/// "members" in a trial balance.
inline constexpr const char* members_account = "members";

/// Puts the totals of a program into words. `under_way` is left to the caller.
ProgramTotals describe(const std::string& program, const Totals::Program& totals);

}  // namespace loyalty::audit
