// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

#include "domain/report/rows.hpp"

namespace loyalty::domain {

/// Adds up the counts of many records to the rows of one group, and the groups to sums that
/// somebody takes over at times. It is done with every record, so rows are found by hash and a
/// measure by its number; and as groups are alike, the rows of one are kept for the next.
class ReportTally {
 public:
  /// What a group adds to a measure of a row, which it names by its number.
  struct Sum {
    std::uint32_t row = 0;
    ReportMeasure measure = ReportMeasure::activities;
    std::int64_t amount = 0;
  };
  /// Row by row, their measures ascending; no amount is 0.
  using Group = std::vector<Sum>;

  // --- the open group --------------------------------------------------------------------------
  void add(const ReportCounts& counts);
  ReportRows open() const;
  /// Ends it and begins the next.
  Group close();

  // --- groups that were closed -----------------------------------------------------------------
  const ReportKey& key(std::uint32_t row) const { return rows_[row].key; }
  ReportRows rows_of(const Group& group) const;
  void gather(const Group& group);
  ReportRows gathered() const;
  ReportRows take_gathered();

  /// There are more rows than are worth keeping, and no group is open: time to forget them.
  bool crowded() const { return group_.empty() && rows_.size() > most_rows; }
  /// Forgets all rows: what is gathered, and what the groups that were closed name.
  void forget();

 private:
  static constexpr std::size_t most_rows = 1024;
  static constexpr std::size_t measures = static_cast<std::size_t>(ReportMeasure::members) + 1;
  static_assert(measures <= 64, "a bit for each");
  struct Sums {
    std::uint64_t counted = 0;  ///< a bit for each measure
    std::array<std::int64_t, measures> amounts{};

    void add(ReportMeasure measure, std::int64_t amount);
    void append_to(Group& group, std::uint32_t row) const;
    void clear();
  };
  struct Row {
    ReportKey key;
    std::uint64_t hash = 0;
    Sums open;
  };

  /// Of which there is room for one more.
  std::uint32_t row_of(const ReportCounts& counts, const ReportCount& count, std::uint64_t hash);
  void grow();

  std::vector<Row> rows_;              ///< in the order in which they came
  std::vector<Sums> gathered_;         ///< of the same rows, apart: they are seldom looked at
  std::vector<std::uint32_t> slots_;   ///< by hash: place in `rows_` + 1; 0: none
  std::vector<std::uint32_t> group_;   ///< rows that the open group has
  std::vector<std::uint64_t> hashes_;  ///< of the counts that are being added; kept for its memory
};

}  // namespace loyalty::domain
