// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "domain/report/counts.hpp"

namespace loyalty::domain {

/// Sums over very many members at the bounds of what is allowed may be beyond 64 bits: they are
/// wrong then, and the same wherever they are made.
std::int64_t wrapping_sum(std::int64_t a, std::int64_t b);

using ReportValue = std::pair<ReportMeasure, std::int64_t>;

/// The amounts of one row, ascending by measure; none is 0.
class ReportValues {
 public:
  void add(ReportMeasure measure, std::int64_t amount);
  /// Adds the amounts of a row.
  void add(std::span<const ReportValue> others);
  void add(const ReportValues& other) { add(std::span(other.values_)); }
  std::int64_t of(ReportMeasure measure) const;
  bool empty() const { return values_.empty(); }
  const std::vector<ReportValue>& all() const { return values_; }
  friend bool operator==(const ReportValues&, const ReportValues&) = default;

 private:
  std::vector<ReportValue> values_;
};

/// Rows by key; a row that adds up to nothing is none. Two sets of rows are equal when all sums
/// are.
class ReportRows {
 public:
  using Map = std::map<ReportKey, ReportValues>;

  void add(const ReportCounts& counts);
  void add(const ReportKey& key, ReportMeasure measure, std::int64_t amount);
  void add(const ReportKey& key, std::span<const ReportValue> values);
  void add(const ReportKey& key, const ReportValues& values) { add(key, std::span(values.all())); }
  void add(const ReportRows& other);
  /// A row behind all others.
  void append(const ReportKey& key, ReportValues values) {
    if (!values.empty()) rows_.emplace_hint(rows_.end(), key, std::move(values));
  }

  const Map& all() const { return rows_; }
  bool empty() const { return rows_.empty(); }
  void clear() { rows_.clear(); }
  friend bool operator==(const ReportRows&, const ReportRows&) = default;

  /// False when a row is none: an unknown measure, half a pair.
  bool add_stored(const std::vector<ReportRow>& rows);

 private:
  Map rows_;
};

/// Rows are kept in pieces, so that what does not change any more is not written again: the days of
/// a month, what expires in the same 30 days, whose owners were last active in the same 30 days,
/// and the stock.
struct ReportPiece {
  char kind = 's';  ///< m, x, i or s
  std::int32_t number = 0;
  friend auto operator<=>(const ReportPiece&, const ReportPiece&) = default;
};
ReportPiece piece_of(const ReportKey& key);
/// The piece of the facts of a local day.
ReportPiece month_of(std::int64_t day);
/// "m672", "s0".
std::string to_string(const ReportPiece& piece);

/// Categories are words of clients. So that these cannot fill the memory, a month of a shard tells
/// this many apart; what comes later in it is counted under `other_categories`.
inline constexpr std::size_t max_report_categories = 1000;
inline constexpr const char* other_categories = "*";

/// The rows without their categories, as one does for comparing two pieces of which one has
/// `other_categories`.
ReportRows without_categories(const ReportRows& rows);

}  // namespace loyalty::domain
