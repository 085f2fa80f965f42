// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "domain/report/rows.hpp"

namespace loyalty::domain {

/// Adds up the counts of many records to the rows of one group. It is done with every record, so
/// rows are found by hash, a measure by its number, and the memory is kept from group to group.
class ReportTally {
 public:
  void add(const ReportCounts& counts);
  /// The rows so far; one that adds up to nothing is none.
  ReportRows rows() const;
  void clear();

 private:
  static constexpr std::size_t measures = static_cast<std::size_t>(ReportMeasure::members) + 1;
  static_assert(measures <= 64, "a bit for each");
  struct Row {
    ReportKey key;
    std::size_t hash = 0;
    std::uint64_t counted = 0;  ///< a bit for each measure
    std::array<std::int64_t, measures> amounts{};
  };

  Row& row_of(const ReportKey& key);
  void grow();

  std::vector<Row> rows_;             ///< the first `used_` of them
  std::vector<std::uint32_t> slots_;  ///< by hash: place in `rows_` + 1; 0: none
  std::size_t used_ = 0;
};

}  // namespace loyalty::domain
