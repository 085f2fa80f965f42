// SPDX-License-Identifier: Apache-2.0
#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <tuple>
#include <utility>

#include "domain/report/selection.hpp"

/// Puts selected rows into words.
namespace loyalty::domain {
namespace {

using M = ReportMeasure;
using T = ReportTable;

/// points x cost, rounded half up to the minor unit. At most 10^15, for a program that owes more
/// than there is.
Money value_of(Points points, const Decimal& cost) {
  const auto money = multiply(points.value, cost, {100, 0}, 0, Rounding::half_up);
  if (money) return {*money};
  return {(points.value < 0) == (cost.mantissa < 0) ? max_balance : -max_balance};
}

/// What reports say is at the costs of the version in force.
Decimal cost_of(const Catalogue& catalogue, CurrencyId currency, SubtypeId subtype) {
  const Currency* known = catalogue.currency(currency);
  if (known == nullptr) return {};
  const Subtype* share = known->subtype(subtype);
  return share != nullptr && share->cost_per_point.mantissa != 0 ? share->cost_per_point
                                                                 : known->cost_per_point;
}

PointsStanding standing_of(const ReportValues& values, const Decimal& cost) {
  PointsStanding standing{.outstanding = {values.of(M::outstanding)},
                          .held = {values.of(M::held)},
                          .in_escrow = {values.of(M::in_escrow)},
                          .arrears = {values.of(M::arrears)}};
  standing.balance = standing.outstanding - standing.held - standing.arrears;
  standing.liability = value_of(standing.outstanding, cost);
  standing.escrow_liability = value_of(standing.in_escrow, cost);
  return standing;
}

ActivitySums activity_of(const ReportValues& values) {
  return {.activities = values.of(M::activities),
          .amount = {values.of(M::amount)},
          .eligible_amount = {values.of(M::eligible_amount)},
          .units = values.of(M::units),
          .returns = values.of(M::returns),
          .returned_amount = {values.of(M::returned_amount)},
          .redemptions = values.of(M::redemptions),
          .cancellations = values.of(M::cancellations),
          .partner_liability = {values.of(M::partner_liability)}};
}

PointsSums points_of(const Catalogue& catalogue, CurrencyId currency, const ReportValues& values) {
  PointsSums sums{.currency = std::string(catalogue.text(currency)),
                  .credited = {values.of(M::credited)},
                  .escrowed = {values.of(M::escrowed)},
                  .released = {values.of(M::released)},
                  .taken_back = {values.of(M::taken_back)},
                  .redeemed = {values.of(M::debited)},
                  .given_back = {values.of(M::given_back)},
                  .adjusted = {values.of(M::adjusted)},
                  .expired = {values.of(M::expired)},
                  .reinstated = {values.of(M::reinstated)},
                  .reset = {values.of(M::reset)},
                  .sent = {values.of(M::sent)},
                  .received = {values.of(M::received)}};
  sums.issued = sums.credited + sums.escrowed;
  return sums;
}

/// The points of one currency, or of one subtype of it, in one period. Money is rounded for each
/// currency and subtype, and then added up.
class PointsGroup {
 public:
  void add(const ReportValues& changes, const ReportValues& end, const Decimal& cost) {
    changes_.add(changes);
    end_.add(end);
    const Points issued = {changes.of(M::credited) + changes.of(M::escrowed)};
    issued_value_ += value_of(issued, cost);
    redeemed_value_ += value_of({changes.of(M::debited)}, cost);
    expired_value_ += value_of({changes.of(M::expired)}, cost);
    const PointsStanding standing = standing_of(end, cost);
    liability_ += standing.liability;
    escrow_liability_ += standing.escrow_liability;
  }
  bool empty() const { return changes_.empty() && end_.empty(); }

  PointsSums text(const Catalogue& catalogue, CurrencyId currency) const {
    PointsSums sums = points_of(catalogue, currency, changes_);
    sums.issued_value = issued_value_;
    sums.redeemed_value = redeemed_value_;
    sums.expired_value = expired_value_;
    sums.end = standing_of(end_, {});
    sums.end->liability = liability_;
    sums.end->escrow_liability = escrow_liability_;
    return sums;
  }

 private:
  ReportValues changes_;
  ReportValues end_;
  Money issued_value_;
  Money redeemed_value_;
  Money expired_value_;
  Money liability_;
  Money escrow_liability_;
};

/// Puts together the lines of a program_report.
class ReportText {
 public:
  ReportText(const ReportSelection& wanted, const Catalogue& catalogue)
      : wanted_(wanted), catalogue_(catalogue) {}

  ReportResult text(const ReportRows& selected) {
    ReportResult result{.program = catalogue_.id,
                        .version = catalogue_.version,
                        .money = catalogue_.money,
                        .from = to_string(wanted_.from),
                        .until = to_string(wanted_.until)};
    for (const auto& [key, values] : selected.all()) take(key, values, result.members);
    for (const auto& [place, stock] : stock_) {
      result.liability +=
          standing_of(stock, cost_of(catalogue_, place.first, place.second)).liability;
    }
    add_points();
    add_holders();
    for (auto& [place, line] : lines_) result.lines.push_back(std::move(line));
    return result;
  }

 private:
  using Place = std::tuple<std::int64_t, std::string, std::string, std::string>;
  using PointsPlace = std::pair<CurrencyId, SubtypeId>;

  void take(const ReportKey& key, const ReportValues& values, MemberSums& members) {
    switch (key.table) {
      case T::members:
        members.enrolled += values.of(M::enrolled);
        members.left += values.of(M::left);
        return;
      case T::stock: return take_stock(key, values, members);
      case T::points:
        flows_[key.when][{CurrencyId{key.first}, SubtypeId{key.second}}].add(values);
        return;
      case T::activity:
        return take_line(line(key.when, key.text, name_of_partner(key.first), {}), key, values);
      case T::tier: {
        ReportLine& to = line(key.when, {}, {}, name_of_tier(key.first));
        to.moves->in += values.of(M::tier_in);
        to.moves->out += values.of(M::tier_out);
        to.moves->retained += values.of(M::retained);
        return take_line(to, key, values);
      }
      case T::lots:
      case T::idle: return;
    }
  }

  void take_stock(const ReportKey& key, const ReportValues& values, MemberSums& members) {
    if (key.first != 0) {
      stock_[{CurrencyId{key.first}, SubtypeId{key.second}}].add(values);
    } else if (key.third != 0) {
      holders_[name_of_tier(key.third)] += values.of(M::holders);
    } else {
      members.members += values.of(M::members);
    }
  }

  void take_line(ReportLine& to, const ReportKey& key, const ReportValues& values) const {
    if (key.second == 0) {
      to.activity = activity_of(values);
    } else {
      to.points.push_back(points_of(catalogue_, CurrencyId{key.second}, values));
    }
  }

  std::string name_of_partner(std::uint32_t partner) const {
    return std::string(catalogue_.text(PartnerId{partner}));
  }
  std::string name_of_tier(std::uint32_t tier) const {
    return std::string(catalogue_.text(TierId{tier}));
  }

  ReportLine& line(std::int64_t when, const std::string& category, const std::string& partner,
                   const std::string& tier) {
    ReportLine& found = lines_[{when, category, partner, tier}];
    if (!found.period.empty()) return found;
    found.period = to_string(LocalDay{static_cast<std::int32_t>(when)});
    const bool both = wanted_.by == ReportBy::category_partner;
    if (wanted_.by == ReportBy::category || both) found.category = category;
    if (wanted_.by == ReportBy::partner || both) found.partner = partner;
    if (wanted_.by == ReportBy::tier) {
      found.tier = tier;
      found.moves.emplace();
    }
    return found;
  }

  /// From the end of the last period backwards: what changed in a period was not yet at its start.
  void add_points() {
    if (wanted_.by != ReportBy::currency && wanted_.by != ReportBy::subtype) return;
    for (const auto& [when, places] : flows_) {
      for (const auto& [place, changes] : places) stock_[place];
    }
    // A period in which members acted and no points moved has a standing, too.
    for (const auto& [place, entry] : lines_) flows_[std::get<0>(place)];
    if (flows_.empty() && !stock_.empty()) flows_[wanted_.from.days];
    for (auto period = flows_.rbegin(); period != flows_.rend(); ++period) {
      ReportLine& to = line(period->first, {}, {}, {});
      std::map<PointsPlace, PointsGroup> groups;
      for (auto& [place, end] : stock_) {
        const ReportValues& changes = period->second[place];
        const bool joined = wanted_.by == ReportBy::currency;
        groups[{place.first, joined ? SubtypeId{} : place.second}].add(
            changes, end, cost_of(catalogue_, place.first, place.second));
        for (const auto measure : {M::outstanding, M::held, M::in_escrow, M::arrears}) {
          end.add(measure, -changes.of(measure));
        }
      }
      for (const auto& [place, group] : groups) {
        if (group.empty()) continue;
        to.points.push_back(group.text(catalogue_, place.first));
        if (wanted_.by == ReportBy::subtype) {
          to.points.back().subtype = std::string(catalogue_.text(place.second));
        }
      }
    }
  }

  void add_holders() {
    if (wanted_.by != ReportBy::tier) return;
    std::set<std::string> shown;
    for (const auto& [place, entry] : lines_) shown.insert(std::get<3>(place));
    for (const auto& [tier, count] : holders_) {
      if (count != 0 && shown.count(tier) == 0) (void)line(wanted_.from.days, {}, {}, tier);
    }
    for (auto& [place, entry] : lines_) entry.moves->holders = holders_[std::get<3>(place)];
  }

  const ReportSelection& wanted_;
  const Catalogue& catalogue_;
  std::map<Place, ReportLine> lines_;
  std::map<std::int64_t, std::map<PointsPlace, ReportValues>> flows_;
  std::map<PointsPlace, ReportValues> stock_;
  std::map<std::string, std::int64_t> holders_;
};

OutstandingResult outstanding(const Catalogue& catalogue, const ReportRows& selected) {
  OutstandingResult result{
      .program = catalogue.id, .version = catalogue.version, .money = catalogue.money};
  for (const auto& [key, values] : selected.all()) {
    if (key.table != T::stock) continue;
    result.members += values.of(M::members);
    if (key.first == 0) continue;
    const CurrencyId currency{key.first};
    const SubtypeId subtype{key.second};
    const Decimal cost = cost_of(catalogue, currency, subtype);
    OutstandingLine line{.currency = std::string(catalogue.text(currency)),
                         .subtype = std::string(catalogue.text(subtype)),
                         .cost_per_point = cost.to_string(),
                         .points = standing_of(values, cost)};
    result.liability += line.points.liability;
    result.escrow_liability += line.points.escrow_liability;
    result.lines.push_back(std::move(line));
  }
  return result;
}

ForecastResult forecast(const ReportSelection& wanted, const Catalogue& catalogue,
                        const ReportRows& selected) {
  ForecastResult result{.program = catalogue.id,
                        .version = catalogue.version,
                        .money = catalogue.money,
                        .until = to_string(wanted.until)};
  for (const auto& [key, values] : selected.all()) {
    if (key.table != T::lots) continue;
    const CurrencyId currency{key.first};
    const SubtypeId subtype{key.second};
    ForecastLine line{.currency = std::string(catalogue.text(currency)),
                      .subtype = std::string(catalogue.text(subtype)),
                      .partner = std::string(catalogue.text(PartnerId{key.third})),
                      .points = {values.of(M::outstanding)}};
    line.liability = value_of(line.points, cost_of(catalogue, currency, subtype));
    if (key.when == expires_never) {
      result.never.push_back(std::move(line));
    } else if (key.when == expires_later) {
      result.later.push_back(std::move(line));
    } else {
      line.period = to_string(LocalDay{static_cast<std::int32_t>(key.when)});
      result.lines.push_back(std::move(line));
    }
  }
  return result;
}

}  // namespace

Expected<ReportAnswer, Refusal> answer(const ReportSelection& wanted, const Catalogue& catalogue,
                                       const ReportRows& selected) {
  if (selected.all().size() > max_report_lines) {
    return Unexpected{Refusal{RefusalCode::limit_exceeded, "per",
                              "the answer would have more than " +
                                  std::to_string(max_report_lines) +
                                  " lines: ask for a shorter period, or per month or total"}};
  }
  switch (wanted.kind) {
    case ReportKind::report: return ReportAnswer(ReportText(wanted, catalogue).text(selected));
    case ReportKind::outstanding: return ReportAnswer(outstanding(catalogue, selected));
    case ReportKind::forecast: break;
  }
  return ReportAnswer(forecast(wanted, catalogue, selected));
}

}  // namespace loyalty::domain
