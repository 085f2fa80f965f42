// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <compare>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "domain/fields.hpp"

/// What reports add up (domain.md S2, S3, S37, F61): small numbers that each fact of a member adds
/// to rows. Sums of rows are the report, whatever the order and wherever they were kept, so each
/// shard keeps its own. There is one table for each way to break a program down, not one for all
/// of them at once: the rows of a day are then as many as there are currencies, products lines and
/// tiers, and not their product.
namespace loyalty::domain {

/// `when` is a local day, but for `lots` an instant. The stored numbers never change.
enum class ReportTable : std::uint8_t {
  points,    ///< first: currency, second: subtype
  activity,  ///< first: partner, second: currency, or 0 for what is no points; text: category
  tier,      ///< first: tier held before the fact, second: currency, or 0; all groups, one each
  members,   ///< no key but the day
  lots,      ///< points left by the instant at which they expire; currency, subtype, issuer
  idle,      ///< points without such an instant, by the day of the owner's last activity
  stock,     ///< what there is now, no day: currency and subtype; or third: a tier
};
template <>
struct EnumNames<ReportTable> {
  static constexpr std::array<std::string_view, 7> names{"points", "activity", "tier", "members",
                                                         "lots",   "idle",     "stock"};
};

/// Stored numbers, too. Points and money, the latter in minor units.
enum class ReportMeasure : std::uint8_t {
  activities,
  amount,
  eligible_amount,
  units,
  returns,
  returned_amount,
  redemptions,
  cancellations,
  partner_liability,  ///< money; positive: the partner owes it
  credited,
  escrowed,
  released,
  taken_back,
  debited,
  given_back,
  adjusted,
  expired,
  reinstated,
  reset,
  sent,
  received,
  outstanding,  ///< the change: points available, or set aside by holds
  held,         ///< the same, of those set aside
  in_escrow,    ///< the change
  arrears,      ///< the change
  enrolled,
  left,
  tier_in,
  tier_out,
  retained,
  holders,  ///< members who hold a tier
  members,
};

struct ReportKey {
  ReportTable table = ReportTable::points;
  std::int64_t when = 0;
  std::uint32_t first = 0;
  std::uint32_t second = 0;
  std::uint32_t third = 0;
  std::string text;

  friend auto operator<=>(const ReportKey&, const ReportKey&) = default;
};

/// One addition to one row. The category of its key stands in the list that the count is in: rows
/// are many and categories few, and a count of plain numbers is quickly made and compared.
struct ReportCount {
  ReportTable table = ReportTable::points;
  ReportMeasure measure = ReportMeasure::activities;
  std::uint32_t first = 0;
  std::uint32_t second = 0;
  std::uint32_t third = 0;
  std::uint32_t text = 0;  ///< from `ReportCounts::text`
  std::int64_t when = 0;
  std::int64_t amount = 0;

  bool same_row(const ReportCount& other) const {
    return table == other.table && when == other.when && first == other.first &&
           second == other.second && third == other.third && text == other.text;
  }
};

class ReportCounts {
 public:
  /// An addition of nothing is none.
  void add(const ReportCount& count) {
    if (count.amount != 0) counts_.push_back(count);
  }
  /// The number by which counts of this list name a category.
  std::uint32_t text(const std::string& category) {
    if (category.empty()) return 0;
    for (std::size_t i = 0; i < texts_.size(); ++i) {
      if (texts_[i] == category) return static_cast<std::uint32_t>(i + 1);
    }
    texts_.push_back(category);
    return static_cast<std::uint32_t>(texts_.size());
  }

  const std::vector<ReportCount>& all() const { return counts_; }
  std::string_view text_of(const ReportCount& count) const {
    return count.text == 0 ? std::string_view() : texts_[count.text - 1];
  }
  ReportKey key_of(const ReportCount& count) const {
    return {count.table,  count.when,  count.first,
            count.second, count.third, std::string(text_of(count))};
  }

  bool empty() const { return counts_.empty(); }
  void reserve(std::size_t counts) { counts_.reserve(counts); }
  void clear() {
    counts_.clear();
    texts_.clear();
  }

 private:
  std::vector<ReportCount> counts_;
  std::vector<std::string> texts_;
};

/// A row as it is stored: the measures that are not 0, ascending.
struct ReportRow {
  ReportKey key;
  std::vector<std::int64_t> values;  ///< measure, amount, measure, amount, ...

  static void fields(auto& self, auto visit) {
    visit(required("table", "which breakdown"), self.key.table);
    visit(required("when", "day or instant"), self.key.when);
    visit(required("first", "first part of the key"), self.key.first);
    visit(required("second", "second part of the key"), self.key.second);
    visit(required("third", "third part of the key"), self.key.third);
    visit(required("text", "product category"), self.key.text);
    visit(required("values", "measure and amount, in turn"), self.values);
  }
};

}  // namespace loyalty::domain
