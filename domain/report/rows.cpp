// SPDX-License-Identifier: Apache-2.0
#include "domain/report/rows.hpp"

#include <algorithm>

#include "domain/time.hpp"

namespace loyalty::domain {
namespace {

constexpr std::int64_t bucket_days = 30;
constexpr std::int64_t bucket_ms = bucket_days * 86'400'000;

std::int32_t bucket(std::int64_t value, std::int64_t size) {
  return static_cast<std::int32_t>(value >= 0 ? value / size : (value - size + 1) / size);
}

}  // namespace

std::int64_t wrapping_sum(std::int64_t a, std::int64_t b) {
  return static_cast<std::int64_t>(static_cast<std::uint64_t>(a) + static_cast<std::uint64_t>(b));
}

void ReportValues::add(ReportMeasure measure, std::int64_t amount) {
  if (amount == 0) return;
  if (values_.empty() || values_.back().first < measure) {
    values_.emplace_back(measure, amount);
    return;
  }
  const auto place =
      std::lower_bound(values_.begin(), values_.end(), measure,
                       [](const auto& entry, ReportMeasure m) { return entry.first < m; });
  if (place == values_.end() || place->first != measure) {
    values_.insert(place, {measure, amount});
  } else if ((place->second = wrapping_sum(place->second, amount)) == 0) {
    values_.erase(place);
  }
}

void ReportValues::add(std::span<const ReportValue> others) {
  if (values_.empty()) {
    values_.assign(others.begin(), others.end());
    return;
  }
  // Rows of one key mostly have the same measures.
  std::size_t place = 0;
  for (const auto& [measure, amount] : others) {
    while (place < values_.size() && values_[place].first < measure) ++place;
    const bool known = place < values_.size() && values_[place].first == measure;
    const std::int64_t sum = known ? wrapping_sum(values_[place].second, amount) : 0;
    if (sum != 0) {
      values_[place].second = sum;
    } else {
      add(measure, amount);
    }
  }
}

std::int64_t ReportValues::of(ReportMeasure measure) const {
  for (const auto& [known, amount] : values_) {
    if (known == measure) return amount;
  }
  return 0;
}

void ReportRows::add(const ReportKey& key, ReportMeasure measure, std::int64_t amount) {
  if (amount == 0) return;
  const auto row = rows_.try_emplace(key).first;
  row->second.add(measure, amount);
  if (row->second.empty()) rows_.erase(row);
}

void ReportRows::add(const ReportCounts& counts) {
  for (const auto& count : counts.all()) add(counts.key_of(count), count.measure, count.amount);
}

void ReportRows::add(const ReportKey& key, std::span<const ReportValue> values) {
  if (values.empty()) return;
  const auto row = rows_.try_emplace(key).first;
  row->second.add(values);
  if (row->second.empty()) rows_.erase(row);
}

void ReportRows::add(const ReportRows& other) {
  for (const auto& [key, values] : other.rows_) add(key, values);
}

bool ReportRows::add_stored(const std::vector<ReportRow>& rows) {
  for (const auto& row : rows) {
    if (row.values.size() % 2 != 0) return false;
    ReportValues values;
    for (std::size_t i = 0; i < row.values.size(); i += 2) {
      if (row.values[i] < 0 || row.values[i] > static_cast<std::int64_t>(ReportMeasure::members)) {
        return false;
      }
      values.add(static_cast<ReportMeasure>(row.values[i]), row.values[i + 1]);
    }
    add(row.key, values);
  }
  return true;
}

ReportPiece month_of(std::int64_t day) {
  const CalendarDate date = calendar(LocalDay{static_cast<std::int32_t>(day)});
  return {'m', date.year * 12 + static_cast<std::int32_t>(date.month) - 1};
}

ReportPiece piece_of(const ReportKey& key) {
  switch (key.table) {
    case ReportTable::points:
    case ReportTable::activity:
    case ReportTable::tier:
    case ReportTable::members: return month_of(key.when);
    case ReportTable::lots: return {'x', bucket(key.when, bucket_ms)};
    case ReportTable::idle: return {'i', bucket(key.when, bucket_days)};
    case ReportTable::stock: break;
  }
  return {};
}

std::string to_string(const ReportPiece& piece) {
  // A sign would be no part of an entity's name; numbers below 0 are of days before 1970.
  const std::int64_t number = piece.number;
  return piece.kind + (number < 0 ? "b" + std::to_string(-number) : std::to_string(number));
}

ReportRows without_categories(const ReportRows& rows) {
  ReportRows result;
  for (const auto& [key, values] : rows.all()) {
    ReportKey plain = key;
    plain.text.clear();
    result.add(plain, values);
  }
  return result;
}

}  // namespace loyalty::domain
