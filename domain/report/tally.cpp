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

std::size_t hash_of(const ReportKey& key) {
  const auto mix = [](std::uint64_t hash, std::uint64_t part) {
    hash = (hash ^ part) * 0x9E37'79B9'7F4A'7C15U;
    return hash ^ (hash >> 32U);
  };
  std::uint64_t hash =
      mix(static_cast<std::uint64_t>(key.table), static_cast<std::uint64_t>(key.when));
  hash = mix(hash, std::uint64_t{key.first} << 32U | key.second);
  hash = mix(hash, key.third);
  return key.text.empty() ? hash : mix(hash, std::hash<std::string_view>{}(key.text));
}

}  // namespace

void ReportTally::add(const ReportCounts& counts) {
  // Counts of one row come together: it is looked for once.
  Row* row = nullptr;
  for (const auto& count : counts) {
    if (row == nullptr || row->key != count.key) row = &row_of(count.key);
    const auto measure = static_cast<std::size_t>(count.measure);
    row->counted |= std::uint64_t{1} << measure;
    row->amounts[measure] = wrapping_sum(row->amounts[measure], count.amount);
  }
}

ReportTally::Row& ReportTally::row_of(const ReportKey& key) {
  if (2 * (used_ + 1) > slots_.size()) grow();
  const std::size_t hash = hash_of(key);
  std::size_t slot = hash & (slots_.size() - 1);
  for (; slots_[slot] != 0; slot = (slot + 1) & (slots_.size() - 1)) {
    Row& row = rows_[slots_[slot] - 1];
    if (row.hash == hash && row.key == key) return row;
  }
  if (used_ == rows_.size()) rows_.emplace_back();
  Row& row = rows_[used_];
  slots_[slot] = static_cast<std::uint32_t>(++used_);
  row.key = key;
  row.hash = hash;
  row.counted = 0;
  row.amounts.fill(0);
  return row;
}

void ReportTally::grow() {
  slots_.assign(std::max(slots_at_first, 2 * slots_.size()), 0);
  for (std::size_t i = 0; i < used_; ++i) {
    std::size_t slot = rows_[i].hash & (slots_.size() - 1);
    while (slots_[slot] != 0) slot = (slot + 1) & (slots_.size() - 1);
    slots_[slot] = static_cast<std::uint32_t>(i + 1);
  }
}

ReportRows ReportTally::rows() const {
  std::vector<const Row*> in_order;
  in_order.reserve(used_);
  for (std::size_t i = 0; i < used_; ++i) in_order.push_back(&rows_[i]);
  std::ranges::sort(in_order, {}, [](const Row* row) -> const ReportKey& { return row->key; });
  ReportRows result;
  for (const Row* row : in_order) {
    ReportValues values;
    for (std::uint64_t left = row->counted; left != 0; left &= left - 1) {
      const auto measure = static_cast<std::size_t>(std::countr_zero(left));
      values.add(static_cast<ReportMeasure>(measure), row->amounts[measure]);
    }
    result.append(row->key, std::move(values));
  }
  return result;
}

void ReportTally::clear() {
  used_ = 0;
  std::ranges::fill(slots_, 0);
}

}  // namespace loyalty::domain
