// SPDX-License-Identifier: Apache-2.0
#include "domain/report/selection.hpp"

#include <algorithm>
#include <utility>

namespace loyalty::domain {
namespace {

using M = ReportMeasure;
using T = ReportTable;

/// Lines per day are for some years, not for decades. What expires is on fewer days.
constexpr std::int32_t max_daily_days = 1'100;
constexpr std::int32_t max_days = 40'000;

Unexpected<Refusal> bad_day(std::string param, std::string expected) {
  return Unexpected{
      Refusal{RefusalCode::invalid_param, std::move(param), "expected " + std::move(expected)}};
}

/// Takes a question apart; the days that it leaves out are filled in.
struct Check {
  const Catalogue& catalogue;
  LocalDay today;

  using Checked = Expected<ReportSelection, Refusal>;

  Checked operator()(const ProgramReport& query) const {
    ReportSelection wanted{.kind = ReportKind::report, .by = query.by, .per = query.per};
    CalendarDate first = calendar(today);
    first.day = 1;
    wanted.from = day_of(first).value_or(today);
    wanted.until = LocalDay{today.days + 1};
    if (!take(query.from, wanted.from)) return bad_day("from", "a day, YYYY-MM-DD");
    if (!take(query.until, wanted.until)) return bad_day("until", "a day, YYYY-MM-DD");
    return bounded(wanted);
  }
  Checked operator()(const OutstandingPoints& query) const {
    ReportSelection wanted{.kind = ReportKind::outstanding,
                           .until = LocalDay{today.days + 1},
                           .by = ReportBy::subtype};
    if (!query.day.empty()) {
      LocalDay day;
      if (!take(query.day, day)) return bad_day("day", "a day, YYYY-MM-DD");
      if (day > today) return bad_day("day", "a day that is not to come");
      wanted.until = LocalDay{day.days + 1};
    }
    wanted.from = wanted.until;
    return wanted;
  }
  Checked operator()(const ExpiryForecast& query) const {
    ReportSelection wanted{.kind = ReportKind::forecast,
                           .from = today,
                           .until = add(today, {1, PeriodUnit::years}),
                           .by = ReportBy::subtype,
                           .per = query.per};
    if (!take(query.until, wanted.until)) return bad_day("until", "a day, YYYY-MM-DD");
    if (!query.currency.empty()) {
      const Currency* currency = catalogue.currency(query.currency);
      if (currency == nullptr) {
        return Unexpected{
            Refusal{RefusalCode::unknown_currency, "currency", "the program has no such currency"}};
      }
      wanted.only = currency->id;
    }
    return bounded(wanted);
  }

 private:
  static bool take(const std::string& text, LocalDay& day) {
    if (text.empty()) return true;
    const auto parsed = parse_day(text);
    if (parsed) day = *parsed;
    return parsed.has_value();
  }
  static Checked bounded(const ReportSelection& wanted) {
    const std::int32_t days = wanted.until.days - wanted.from.days;
    if (days <= 0) return bad_day("until", "a day after " + to_string(wanted.from));
    const bool daily = wanted.per == ReportPer::day && wanted.kind == ReportKind::report;
    const std::int32_t most = daily ? max_daily_days : max_days;
    if (days > most) return bad_day("until", "at most " + std::to_string(most) + " days");
    return wanted;
  }
};

class Selector {
 public:
  Selector(const ReportSelection& wanted, const Catalogue& catalogue, ReportRows& selected)
      : wanted_(wanted), catalogue_(catalogue), to_(selected) {}

  void take(const ReportKey& key, const ReportValues& values) {
    switch (key.table) {
      case T::lots: return expire(key, lapse_of_lot(Instant{key.when}), values);
      case T::idle: return expire(key, lapse_of_idle(key), values);
      case T::stock: return stock(key, values);
      case T::points:
      case T::activity:
      case T::tier:
      case T::members: break;
    }
    if (wanted_.kind == ReportKind::forecast) return;
    const LocalDay day{static_cast<std::int32_t>(key.when)};
    if (day >= wanted_.until) return take_back(key, values);
    if (wanted_.kind == ReportKind::outstanding || day < wanted_.from) return;
    ReportKey coarse = key;
    coarse.when = period_of(day);
    if (keeps(coarse)) to_.add(coarse, values);
  }

 private:
  bool by_points() const {
    return wanted_.by == ReportBy::currency || wanted_.by == ReportBy::subtype;
  }

  std::int64_t period_of(LocalDay day) const {
    if (wanted_.per == ReportPer::total) return wanted_.from.days;
    if (wanted_.per == ReportPer::day) return day.days;
    CalendarDate date = calendar(day);
    date.day = 1;
    return std::max(day_of(date).value_or(day), wanted_.from).days;
  }

  /// Whether a row is of the breakdown that is wanted; what was not asked for is taken out of it.
  bool keeps(ReportKey& key) const {
    switch (key.table) {
      case T::points: return by_points();
      case T::activity:
        if (by_points()) {
          // Points are told by the table of points.
          if (key.second != 0) return false;
          key.first = 0;
          key.text.clear();
          return true;
        }
        if (wanted_.by == ReportBy::category) key.first = 0;
        if (wanted_.by == ReportBy::partner) key.text.clear();
        return wanted_.by != ReportBy::tier;
      case T::tier: return wanted_.by == ReportBy::tier;
      case T::members: key.when = 0; return true;
      case T::lots:
      case T::idle:
      case T::stock: break;
    }
    return false;
  }

  void stock(const ReportKey& key, const ReportValues& values) {
    if (wanted_.kind == ReportKind::forecast) return;
    if (key.third != 0 && wanted_.by != ReportBy::tier) return;
    if (key.first != 0 && !by_points()) return;
    to_.add(key, values);
  }

  /// What happened after the period is taken out of the stock.
  void take_back(const ReportKey& key, const ReportValues& values) {
    if (key.table == T::members) {
      to_.add({.table = T::stock}, M::members, values.of(M::left) - values.of(M::enrolled));
    }
    if (key.table != T::points || !by_points()) return;
    const ReportKey stock{.table = T::stock, .first = key.first, .second = key.second};
    for (const auto measure : {M::outstanding, M::held, M::in_escrow, M::arrears}) {
      to_.add(stock, measure, -values.of(measure));
    }
  }

  std::int64_t lapse_of_lot(Instant expires) {
    if (wanted_.kind != ReportKind::forecast) return 0;
    if (expires != last_expiry_) {
      last_expiry_ = expires;
      last_lapse_ = shown(catalogue_.zone.day_of(expires));
    }
    return last_lapse_;
  }
  std::int64_t lapse_of_idle(const ReportKey& key) const {
    const Currency* currency = catalogue_.currency(CurrencyId{key.first});
    if (currency == nullptr || currency->expiry != ExpiryModel::activity) return expires_never;
    return shown(add(LocalDay{static_cast<std::int32_t>(key.when)}, currency->expiry_period));
  }
  /// What is overdue expires at once.
  std::int64_t shown(LocalDay day) const {
    if (day >= wanted_.until) return expires_later;
    return period_of(std::max(day, wanted_.from));
  }
  void expire(const ReportKey& key, std::int64_t when, const ReportValues& values) {
    if (wanted_.kind != ReportKind::forecast) return;
    if (wanted_.only && key.first != wanted_.only.number) return;
    ReportKey coarse = key;
    coarse.table = T::lots;
    coarse.when = when;
    to_.add(coarse, values);
  }

  const ReportSelection& wanted_;
  const Catalogue& catalogue_;
  ReportRows& to_;
  Instant last_expiry_ = never;
  std::int64_t last_lapse_ = expires_never;
};

}  // namespace

Expected<ReportSelection, Refusal> check(const ReportQuery& query, const Catalogue& catalogue,
                                         Instant now) {
  return visit(Check{catalogue, catalogue.zone.day_of(now)}, query);
}

bool wants(const ReportSelection& wanted, const ReportPiece& piece) {
  const bool forecast = wanted.kind == ReportKind::forecast;
  switch (piece.kind) {
    case 'x':
    case 'i': return forecast;
    case 'm': return !forecast && piece >= month_of(wanted.from.days);
    default: return !forecast;
  }
}

void select(const ReportSelection& wanted, const Catalogue& catalogue, const ReportRows& rows,
            ReportRows& selected) {
  Selector selector(wanted, catalogue, selected);
  for (const auto& [key, values] : rows.all()) selector.take(key, values);
}

}  // namespace loyalty::domain
