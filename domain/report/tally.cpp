// SPDX-License-Identifier: Apache-2.0
#include "domain/report/tally.hpp"

#include <algorithm>
#include <bit>
#include <functional>
#include <string_view>
#include <utility>

namespace loyalty::domain {
namespace {

constexpr std::size_t slots_at_first = 64;
/// So many rows that the last group did not have are kept anyhow: groups may be small.
constexpr std::size_t idle_rows = 512;

std::uint64_t hash_of(const ReportCount& count, std::string_view text) {
  const auto mix = [](std::uint64_t hash, std::uint64_t part) {
    hash = (hash ^ part) * 0x9E37'79B9'7F4A'7C15U;
    return hash ^ (hash >> 32U);
  };
  std::uint64_t hash =
      mix(std::uint64_t{count.third} << 8U | static_cast<std::uint64_t>(count.table),
          static_cast<std::uint64_t>(count.when));
  hash = mix(hash, std::uint64_t{count.first} << 32U | count.second);
  return text.empty() ? hash : mix(hash, std::hash<std::string_view>{}(text));
}

bool is_of(const ReportKey& key, const ReportCount& count, std::string_view text) {
  return key.table == count.table && key.when == count.when && key.first == count.first &&
         key.second == count.second && key.third == count.third && key.text.size() == text.size() &&
         (text.empty() || key.text == text);
}

}  // namespace

void ReportTally::add(const ReportCounts& counts) {
  // Counts of one row come together: it is looked for once.
  Row* row = nullptr;
  const ReportCount* before = nullptr;
  for (const auto& count : counts.all()) {
    if (before == nullptr || !before->same_row(count)) row = &row_of(counts, count);
    before = &count;
    const auto measure = static_cast<std::size_t>(count.measure);
    if (row->counted == 0) group_.push_back(static_cast<std::uint32_t>(row - rows_.data()));
    row->counted |= std::uint64_t{1} << measure;
    row->amounts[measure] = wrapping_sum(row->amounts[measure], count.amount);
  }
}

ReportTally::Row& ReportTally::row_of(const ReportCounts& counts, const ReportCount& count) {
  if (2 * (rows_.size() + 1) > slots_.size()) grow();
  const std::string_view text = counts.text_of(count);
  const std::uint64_t hash = hash_of(count, text);
  std::size_t slot = hash & (slots_.size() - 1);
  for (; slots_[slot] != 0; slot = (slot + 1) & (slots_.size() - 1)) {
    Row& row = rows_[slots_[slot] - 1];
    if (row.hash == hash && is_of(row.key, count, text)) return row;
  }
  Row& row = rows_.emplace_back();
  slots_[slot] = static_cast<std::uint32_t>(rows_.size());
  row.key = counts.key_of(count);
  row.hash = hash;
  return row;
}

void ReportTally::grow() {
  slots_.assign(std::max(slots_at_first, 2 * slots_.size()), 0);
  for (std::size_t i = 0; i < rows_.size(); ++i) {
    std::size_t slot = rows_[i].hash & (slots_.size() - 1);
    while (slots_[slot] != 0) slot = (slot + 1) & (slots_.size() - 1);
    slots_[slot] = static_cast<std::uint32_t>(i + 1);
  }
}

void ReportTally::sort_new() {
  const auto known = static_cast<std::ptrdiff_t>(order_.size());
  if (order_.size() == rows_.size()) return;
  while (order_.size() < rows_.size()) order_.push_back(static_cast<std::uint32_t>(order_.size()));
  const auto by_key = [this](std::uint32_t a, std::uint32_t b) {
    return rows_[a].key < rows_[b].key;
  };
  std::sort(order_.begin() + known, order_.end(), by_key);
  std::inplace_merge(order_.begin(), order_.begin() + known, order_.end(), by_key);
}

OrderedRows ReportTally::ordered() {
  sort_new();
  OrderedRows result;
  result.reserve(group_.size(), 4 * group_.size());
  for (const std::uint32_t place : order_) {
    const Row& row = rows_[place];
    if (row.counted == 0) continue;
    result.append(row.key);
    for (std::uint64_t left = row.counted; left != 0; left &= left - 1) {
      const auto measure = static_cast<std::size_t>(std::countr_zero(left));
      result.append(static_cast<ReportMeasure>(measure), row.amounts[measure]);
    }
  }
  result.end();
  return result;
}

ReportRows ReportTally::rows() const {
  ReportRows result;
  for (const std::uint32_t place : group_) {
    const Row& row = rows_[place];
    for (std::uint64_t left = row.counted; left != 0; left &= left - 1) {
      const auto measure = static_cast<std::size_t>(std::countr_zero(left));
      result.add(row.key, static_cast<ReportMeasure>(measure), row.amounts[measure]);
    }
  }
  return result;
}

void ReportTally::clear() {
  for (const std::uint32_t place : group_) {
    Row& row = rows_[place];
    for (; row.counted != 0; row.counted &= row.counted - 1) {
      row.amounts[static_cast<std::size_t>(std::countr_zero(row.counted))] = 0;
    }
  }
  if (rows_.size() > 2 * group_.size() + idle_rows) {
    rows_.clear();
    order_.clear();
    std::ranges::fill(slots_, 0);
  }
  group_.clear();
}

}  // namespace loyalty::domain
