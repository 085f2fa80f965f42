// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <boost/variant2/variant.hpp>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "domain/expected.hpp"
#include "domain/partner/partner.hpp"
#include "domain/program/catalogue.hpp"
#include "domain/refusal.hpp"

/// Questions about a partner's ledger.
namespace loyalty::domain {

struct GetPartnerPosition {
  static constexpr std::string_view name = "get_partner_position";
  static void fields(auto&, auto) {}
};

struct GetPartnerStatement {
  static constexpr std::string_view name = "get_partner_statement";
  std::string period;
  bool entries = false;
  std::int64_t limit = 1000;

  static void fields(auto& self, auto visit) {
    visit(required("period", "local calendar month, YYYY-MM"), self.period);
    visit(defaulted("entries", "with the single entries"), self.entries);
    visit(defaulted("limit", "at most this many entries, 1 to 1000"), self.limit);
  }
};

using PartnerQuery = boost::variant2::variant<GetPartnerPosition, GetPartnerStatement>;

struct PartnerSums {
  std::string_view currency;
  Points accrued;
  Points redeemed;
  Points reversed;
  Points cancelled;
  Money accruals;
  Money reversals;
  Money redemptions;
  Money cancellations;
  Money net;
  std::uint64_t accrual_entries = 0;
  std::uint64_t redemption_entries = 0;

  static void fields(auto& self, auto visit) {
    visit(required("currency", "currency"), self.currency);
    visit(required("accrued", "points earned at the partner"), self.accrued);
    visit(required("redeemed", "points redeemed there"), self.redeemed);
    visit(required("reversed", "points earned and taken back by returns"), self.reversed);
    visit(required("cancelled", "points redeemed and given back"), self.cancelled);
    visit(required("accruals", "what the partner owes for points earned, minor units"),
          self.accruals);
    visit(required("reversals", "part of it that returns took back"), self.reversals);
    visit(required("redemptions", "what the program owes for points redeemed, minor units"),
          self.redemptions);
    visit(required("cancellations", "part of it that was cancelled"), self.cancellations);
    visit(required("net", "accruals - reversals - redemptions + cancellations"), self.net);
    visit(required("accrual_entries", "number of accrual entries"), self.accrual_entries);
    visit(required("redemption_entries", "number of redemption entries"), self.redemption_entries);
  }
};

struct PartnerPosition {
  std::string_view partner;
  std::string_view money;
  Money net;
  Money billed;
  Money paid;
  Money outstanding;
  std::vector<PartnerSums> currencies;
  std::vector<std::string> periods;
  std::int64_t pack_bought = 0;
  std::int64_t pack_used = 0;
  std::int64_t pack_left = 0;

  static void fields(auto& self, auto visit) {
    visit(required("partner", "partner"), self.partner);
    visit(required("money", "ISO code of the amounts"), self.money);
    visit(required("net", "positive: the partner owes the program, minor units"), self.net);
    visit(required("billed", "net of the closed statements"), self.billed);
    visit(required("paid", "by the partner, less what was paid to it"), self.paid);
    visit(required("outstanding", "billed - paid; positive: the partner still pays"),
          self.outstanding);
    visit(required("currencies", "sums by currency"), self.currencies);
    visit(required("periods", "months that have entries, YYYY-MM"), self.periods);
    visit(required("pack_bought", "pre-paid: partner points bought"), self.pack_bought);
    visit(required("pack_used", "given to members, less what returns gave back"), self.pack_used);
    visit(required("pack_left", "pack_bought - pack_used"), self.pack_left);
  }
};

struct PartnerEntryView {
  Instant at;
  LocalDay day;
  std::string member;
  std::uint64_t journal = 0;
  std::string_view kind;
  std::string_view currency;
  Points points;
  Money money;
  std::string_view promotion;

  static void fields(auto& self, auto visit) {
    visit(required("at", "when it was booked"), self.at);
    visit(required("day", "the local day of it"), self.day);
    visit(required("member", "member"), self.member);
    visit(required("journal", "the member's journal"), self.journal);
    visit(required("kind", "accrual, reversal, redemption or cancellation"), self.kind);
    visit(required("currency", "currency"), self.currency);
    visit(required("points", "points earned or redeemed"), self.points);
    visit(required("money", "positive: the partner owes, minor units"), self.money);
    visit(required("promotion", "promotion that the partner sponsors"), self.promotion);
  }
};

struct PartnerStatement {
  std::string_view partner;
  std::string period;
  std::string_view money;
  std::string_view billing;
  std::string_view status;
  std::optional<Instant> closed;
  Money accruals;
  Money reversals;
  Money redemptions;
  Money cancellations;
  Money net;
  std::vector<PartnerSums> currencies;
  std::vector<PartnerEntryView> entries;
  bool more = false;

  static void fields(auto& self, auto visit) {
    visit(required("partner", "partner"), self.partner);
    visit(required("period", "local calendar month, YYYY-MM"), self.period);
    visit(required("money", "ISO code of the amounts"), self.money);
    visit(required("billing", "how it settles"), self.billing);
    visit(required("status", "open or closed"), self.status);
    visit(defaulted("closed", "when it became final"), self.closed);
    visit(required("accruals", "owed by the partner, minor units"), self.accruals);
    visit(required("reversals", "part of it that returns took back"), self.reversals);
    visit(required("redemptions", "owed to the partner, minor units"), self.redemptions);
    visit(required("cancellations", "part of it that was cancelled"), self.cancellations);
    visit(required("net", "positive: the partner pays, minor units"), self.net);
    visit(required("currencies", "sums by currency"), self.currencies);
    visit(required("entries", "single entries, when asked for"), self.entries);
    visit(required("more", "there are more entries than shown"), self.more);
  }
};

using PartnerAnswer = boost::variant2::variant<PartnerPosition, PartnerStatement>;

/// `history`: all facts of the partner, for a statement with entries, else nothing.
Expected<PartnerAnswer, Refusal> answer(const PartnerQuery& query, const PartnerLedger& ledger,
                                        const Catalogue& catalogue,
                                        std::span<const PartnerEvent> history);
bool needs_history(const PartnerQuery& query);

/// For a look at the past (domain.md F59): leaves of a fact, recorded at `at`, what had happened by
/// `instant`; false when that is nothing. An entry happened when it arose at its member.
bool keep_until(Instant instant, Instant at, PartnerEvent& event);

}  // namespace loyalty::domain
