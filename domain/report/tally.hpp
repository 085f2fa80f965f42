// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

#include "domain/report/rows.hpp"

namespace loyalty::domain {

/// Adds up the counts of many records to the rows of one group. It is done with every record, so
/// rows are found by hash and a measure by its number. Groups are alike: the rows of one, and their
/// order, are kept for the next, until most of them are not used any more.
class ReportTally {
 public:
  void add(const ReportCounts& counts);
  /// The rows so far; one that adds up to nothing is none.
  OrderedRows ordered();
  ReportRows rows() const;
  /// Begins the next group.
  void clear();

 private:
  static constexpr std::size_t measures = static_cast<std::size_t>(ReportMeasure::members) + 1;
  static_assert(measures <= 64, "a bit for each");
  struct Row {
    ReportKey key;
    std::uint64_t hash = 0;
    std::uint64_t counted = 0;  ///< a bit for each measure; 0: the group does not have the row
    std::array<std::int64_t, measures> amounts{};
  };

  Row& row_of(const ReportCounts& counts, const ReportCount& count);
  void grow();
  void sort_new();

  std::vector<Row> rows_;             ///< in the order in which they came
  std::vector<std::uint32_t> slots_;  ///< by hash: place in `rows_` + 1; 0: none
  std::vector<std::uint32_t> order_;  ///< places in `rows_`, by key; without the newest rows
  std::vector<std::uint32_t> group_;  ///< places of those that the group has
};

}  // namespace loyalty::domain
