// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <boost/variant2/variant.hpp>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "domain/fields.hpp"
#include "domain/quantity.hpp"

/// Questions about a whole program (domain.md S2, S3, S37, F61, U10), and their answers. Days are
/// local to the program; periods are half-open.
namespace loyalty::domain {

enum class ReportBy : std::uint8_t { currency, subtype, category, partner, category_partner, tier };
template <>
struct EnumNames<ReportBy> {
  static constexpr std::array<std::string_view, 6> names{"currency", "subtype",          "category",
                                                         "partner",  "category_partner", "tier"};
};

enum class ReportPer : std::uint8_t { total, month, day };
template <>
struct EnumNames<ReportPer> {
  static constexpr std::array<std::string_view, 3> names{"total", "month", "day"};
};

struct ProgramReport {
  static constexpr std::string_view name = "program_report";
  std::string from;
  std::string until;
  ReportBy by = ReportBy::currency;
  ReportPer per = ReportPer::total;

  static void fields(auto& self, auto visit) {
    visit(defaulted("from", "first local day, YYYY-MM-DD; default: first of this month"),
          self.from);
    visit(defaulted("until", "first local day that is not in it any more; default: tomorrow"),
          self.until);
    visit(defaulted("by", "currency, subtype, category, partner, category_partner or tier"),
          self.by);
    visit(defaulted("per", "total, month or day: lines for each of these"), self.per);
  }
};

struct OutstandingPoints {
  static constexpr std::string_view name = "outstanding_points";
  std::string day;

  static void fields(auto& self, auto visit) {
    visit(defaulted("day", "as it was at the end of this local day, YYYY-MM-DD; default: now"),
          self.day);
  }
};

struct ExpiryForecast {
  static constexpr std::string_view name = "expiry_forecast";
  std::string until;
  ReportPer per = ReportPer::day;
  std::string currency;

  static void fields(auto& self, auto visit) {
    visit(defaulted("until", "first local day that is not shown any more; default: in a year"),
          self.until);
    visit(defaulted("per", "total, month or day: lines for each of these"), self.per);
    visit(defaulted("currency", "only this one"), self.currency);
  }
};

using ReportQuery = boost::variant2::variant<ProgramReport, OutstandingPoints, ExpiryForecast>;

struct ActivitySums {
  std::int64_t activities = 0;
  Money amount;
  Money eligible_amount;
  std::int64_t units = 0;
  std::int64_t returns = 0;
  Money returned_amount;
  std::int64_t redemptions = 0;
  std::int64_t cancellations = 0;
  Money partner_liability;

  static void fields(auto& self, auto visit) {
    visit(required("activities", "purchases and other activities"), self.activities);
    visit(required("amount", "paid, minor units"), self.amount);
    visit(required("eligible_amount", "of it what earns, minor units"), self.eligible_amount);
    visit(required("units", "pieces"), self.units);
    visit(required("returns", "returns, in full or in part"), self.returns);
    visit(required("returned_amount", "eligible amount returned, minor units"),
          self.returned_amount);
    visit(required("redemptions", "redemptions"), self.redemptions);
    visit(required("cancellations", "redemptions cancelled"), self.cancellations);
    visit(required("partner_liability", "owed by partners less owed to them, minor units"),
          self.partner_liability);
  }
};

/// What there is at the end of a period.
struct PointsStanding {
  Points outstanding;
  Points held;
  Points in_escrow;
  Points arrears;
  Points balance;
  Money liability;
  Money escrow_liability;

  static void fields(auto& self, auto visit) {
    visit(required("outstanding", "points that members can spend, those set aside included"),
          self.outstanding);
    visit(required("held", "of these: set aside by holds"), self.held);
    visit(required("in_escrow", "credited and not yet available"), self.in_escrow);
    visit(required("arrears", "owed by members"), self.arrears);
    visit(required("balance", "sum of the balances: outstanding - held - arrears"), self.balance);
    visit(required("liability", "outstanding x cost per point, minor units"), self.liability);
    visit(required("escrow_liability", "in_escrow x cost per point, minor units"),
          self.escrow_liability);
  }
};

struct PointsSums {
  std::string currency;
  std::optional<std::string> subtype;
  Points issued;
  Points credited;
  Points escrowed;
  Points released;
  Points taken_back;
  Points redeemed;
  Points given_back;
  Points adjusted;
  Points expired;
  Points reinstated;
  Points reset;
  Points sent;
  Points received;
  std::optional<Money> issued_value;
  std::optional<Money> redeemed_value;
  std::optional<Money> expired_value;
  std::optional<PointsStanding> end;

  static void fields(auto& self, auto visit) {
    visit(required("currency", "currency"), self.currency);
    visit(defaulted("subtype", "by subtype: which; empty for points of none"), self.subtype);
    visit(required("issued", "credited + escrowed"), self.issued);
    visit(required("credited", "credited and available at once"), self.credited);
    visit(required("escrowed", "credited and held"), self.escrowed);
    visit(required("released", "of those held: became available"), self.released);
    visit(required("taken_back", "taken back by returns"), self.taken_back);
    visit(required("redeemed", "spent"), self.redeemed);
    visit(required("given_back", "given back by cancelled redemptions"), self.given_back);
    visit(required("adjusted", "taken by corrections by hand"), self.adjusted);
    visit(required("expired", "expired"), self.expired);
    visit(required("reinstated", "expired before, and given back"), self.reinstated);
    visit(required("reset", "qualifying points reset at the end of a period"), self.reset);
    visit(required("sent", "sent to other members"), self.sent);
    visit(required("received", "received from other members"), self.received);
    visit(defaulted("issued_value", "issued x cost per point, minor units"), self.issued_value);
    visit(defaulted("redeemed_value", "redeemed x cost per point, minor units"),
          self.redeemed_value);
    visit(defaulted("expired_value", "expired x cost per point, minor units"), self.expired_value);
    visit(defaulted("end", "by currency and subtype: what there is at the end of the period"),
          self.end);
  }
};

struct TierMoves {
  std::int64_t in = 0;
  std::int64_t out = 0;
  std::int64_t retained = 0;
  std::int64_t holders = 0;

  static void fields(auto& self, auto visit) {
    visit(required("in", "members who came to hold it"), self.in);
    visit(required("out", "members who ceased to"), self.out);
    visit(required("retained", "assessments that renewed it"), self.retained);
    visit(required("holders", "members who hold it now, whatever the period"), self.holders);
  }
};

struct ReportLine {
  std::string period;
  std::optional<std::string> category;
  std::optional<std::string> partner;
  std::optional<std::string> tier;
  ActivitySums activity;
  std::vector<PointsSums> points;
  std::optional<TierMoves> moves;

  static void fields(auto& self, auto visit) {
    visit(required("period", "its first local day"), self.period);
    visit(defaulted("category", "by category: which; empty: none was told"), self.category);
    visit(defaulted("partner", "by partner: which; empty: the program itself"), self.partner);
    visit(defaulted("tier", "by tier: held before the activity"), self.tier);
    visit(required("activity", "what members did"), self.activity);
    visit(required("points", "points, by currency"), self.points);
    visit(defaulted("moves", "by tier: who came and went"), self.moves);
  }
};

struct MemberSums {
  std::int64_t enrolled = 0;
  std::int64_t left = 0;
  std::int64_t members = 0;

  static void fields(auto& self, auto visit) {
    visit(required("enrolled", "enrolled in the period"), self.enrolled);
    visit(required("left", "closed, merged or erased in it"), self.left);
    visit(required("members", "members at its end"), self.members);
  }
};

struct ReportResult {
  std::string program;
  std::uint32_t version = 0;
  std::string money;
  std::string from;
  std::string until;
  MemberSums members;
  Money liability;
  std::vector<ReportLine> lines;

  static void fields(auto& self, auto visit) {
    visit(required("program", "program"), self.program);
    visit(required("version", "version in force, whose costs are used"), self.version);
    visit(required("money", "ISO code of all money"), self.money);
    visit(required("from", "first local day"), self.from);
    visit(required("until", "first local day that is not in it any more"), self.until);
    visit(required("members", "members"), self.members);
    visit(required("liability", "of points outstanding at the end, by currency or subtype only"),
          self.liability);
    visit(required("lines", "by period, then by what was asked for; what is all 0 is left out"),
          self.lines);
  }
};

struct OutstandingLine {
  std::string currency;
  std::string subtype;
  std::string cost_per_point;
  PointsStanding points;

  static void fields(auto& self, auto visit) {
    visit(required("currency", "currency"), self.currency);
    visit(required("subtype", "subtype; empty for points of none"), self.subtype);
    visit(required("cost_per_point", "exact decimal, in major units of money"),
          self.cost_per_point);
    PointsStanding::fields(self.points, visit);
  }
};

struct OutstandingResult {
  std::string program;
  std::uint32_t version = 0;
  std::string money;
  std::int64_t members = 0;
  Money liability;
  Money escrow_liability;
  std::vector<OutstandingLine> lines;

  static void fields(auto& self, auto visit) {
    visit(required("program", "program"), self.program);
    visit(required("version", "version in force, whose costs are used"), self.version);
    visit(required("money", "ISO code of all money"), self.money);
    visit(required("members", "members then"), self.members);
    visit(required("liability", "of all points outstanding, minor units"), self.liability);
    visit(required("escrow_liability", "of all points in escrow, minor units"),
          self.escrow_liability);
    visit(required("lines", "by currency and subtype"), self.lines);
  }
};

struct ForecastLine {
  std::string period;
  std::string currency;
  std::string subtype;
  std::string partner;
  Points points;
  Money liability;

  static void fields(auto& self, auto visit) {
    visit(required("period", "first local day of the period; the points are gone at its start"),
          self.period);
    visit(required("currency", "currency"), self.currency);
    visit(required("subtype", "subtype; empty for points of none"), self.subtype);
    visit(required("partner", "who issued them; empty: the program itself"), self.partner);
    visit(required("points", "points that expire then, if nothing happens"), self.points);
    visit(required("liability", "points x cost per point, minor units"), self.liability);
  }
};

struct ForecastResult {
  std::string program;
  std::uint32_t version = 0;
  std::string money;
  std::string until;
  std::vector<ForecastLine> lines;
  std::vector<ForecastLine> later;
  std::vector<ForecastLine> never;

  static void fields(auto& self, auto visit) {
    visit(required("program", "program"), self.program);
    visit(required("version", "version in force, whose costs and periods are used"), self.version);
    visit(required("money", "ISO code of all money"), self.money);
    visit(required("until", "first local day that is not shown any more"), self.until);
    visit(required("lines", "what expires before it, by period"), self.lines);
    visit(required("later", "what expires from then on"), self.later);
    visit(required("never", "what does not expire"), self.never);
  }
};

using ReportAnswer = boost::variant2::variant<ReportResult, OutstandingResult, ForecastResult>;

}  // namespace loyalty::domain
