// SPDX-License-Identifier: Apache-2.0
#include "domain/report/tally.hpp"

#include <algorithm>
#include <bit>
#include <functional>
#include <string_view>

namespace loyalty::domain {
namespace {

constexpr std::size_t slots_at_first = 64;

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

void ReportTally::Sums::add(ReportMeasure measure, std::int64_t amount) {
  const auto number = static_cast<std::size_t>(measure);
  counted |= std::uint64_t{1} << number;
  amounts[number] = wrapping_sum(amounts[number], amount);
}

void ReportTally::Sums::append_to(Group& group, std::uint32_t row) const {
  for (std::uint64_t left = counted; left != 0; left &= left - 1) {
    const auto number = static_cast<std::size_t>(std::countr_zero(left));
    if (amounts[number] == 0) continue;
    group.push_back({row, static_cast<ReportMeasure>(number), amounts[number]});
  }
}

void ReportTally::Sums::clear() {
  for (; counted != 0; counted &= counted - 1) {
    amounts[static_cast<std::size_t>(std::countr_zero(counted))] = 0;
  }
}

void ReportTally::add(const ReportCounts& counts) {
  // Counts of one row come together: it is looked for once. Rows are many and seldom in the caches,
  // so they are asked for together, before the first is looked at.
  hashes_.clear();
  const ReportCount* before = nullptr;
  for (const auto& count : counts.all()) {
    if (before == nullptr || !before->same_row(count)) {
      hashes_.push_back(hash_of(count, counts.text_of(count)));
    }
    before = &count;
  }
  while (2 * (rows_.size() + hashes_.size()) > slots_.size()) grow();
  for (const std::uint64_t hash : hashes_) __builtin_prefetch(&slots_[hash & (slots_.size() - 1)]);
  for (const std::uint64_t hash : hashes_) {
    const std::uint32_t place = slots_[hash & (slots_.size() - 1)];
    if (place == 0) continue;
    __builtin_prefetch(&rows_[place - 1].key);
    __builtin_prefetch(&rows_[place - 1].open);
  }
  std::uint32_t row = 0;
  std::size_t found = 0;
  before = nullptr;
  for (const auto& count : counts.all()) {
    if (before == nullptr || !before->same_row(count)) {
      row = row_of(counts, count, hashes_[found++]);
      if (rows_[row].open.counted == 0) group_.push_back(row);
    }
    before = &count;
    rows_[row].open.add(count.measure, count.amount);
  }
}

std::uint32_t ReportTally::row_of(const ReportCounts& counts, const ReportCount& count,
                                  std::uint64_t hash) {
  const std::string_view text = counts.text_of(count);
  std::size_t slot = hash & (slots_.size() - 1);
  for (; slots_[slot] != 0; slot = (slot + 1) & (slots_.size() - 1)) {
    const std::uint32_t place = slots_[slot] - 1;
    if (rows_[place].hash == hash && is_of(rows_[place].key, count, text)) return place;
  }
  Row& row = rows_.emplace_back();
  gathered_.emplace_back();
  slots_[slot] = static_cast<std::uint32_t>(rows_.size());
  row.key = counts.key_of(count);
  row.hash = hash;
  return slots_[slot] - 1;
}

void ReportTally::grow() {
  slots_.assign(std::max(slots_at_first, 2 * slots_.size()), 0);
  for (std::size_t i = 0; i < rows_.size(); ++i) {
    std::size_t slot = rows_[i].hash & (slots_.size() - 1);
    while (slots_[slot] != 0) slot = (slot + 1) & (slots_.size() - 1);
    slots_[slot] = static_cast<std::uint32_t>(i + 1);
  }
}

ReportRows ReportTally::open() const {
  Group group;
  for (const std::uint32_t row : group_) rows_[row].open.append_to(group, row);
  return rows_of(group);
}

ReportTally::Group ReportTally::close() {
  constexpr std::size_t usual_measures = 4;
  Group group;
  group.reserve(usual_measures * group_.size());
  for (const std::uint32_t row : group_) {
    rows_[row].open.append_to(group, row);
    rows_[row].open.clear();
  }
  group_.clear();
  return group;
}

ReportRows ReportTally::rows_of(const Group& group) const {
  ReportRows rows;
  for (const auto& sum : group) rows.add(key(sum.row), sum.measure, sum.amount);
  return rows;
}

void ReportTally::gather(const Group& group) {
  for (const auto& sum : group) gathered_[sum.row].add(sum.measure, sum.amount);
}

ReportRows ReportTally::gathered() const {
  Group group;
  for (std::uint32_t row = 0; row < gathered_.size(); ++row) gathered_[row].append_to(group, row);
  return rows_of(group);
}

ReportRows ReportTally::take_gathered() {
  ReportRows rows = gathered();
  for (auto& sums : gathered_) sums.clear();
  return rows;
}

void ReportTally::forget() {
  rows_.clear();
  gathered_.clear();
  std::ranges::fill(slots_, 0);
}

}  // namespace loyalty::domain
