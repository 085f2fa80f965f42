// SPDX-License-Identifier: Apache-2.0
#include "cli/purchase_log.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "cli/field_text.hpp"
#include "codec/msgpack_reader.hpp"
#include "codec/scalars.hpp"

namespace loyalty::cli {
namespace {

using domain::Unexpected;

struct MappedColumn {
  std::string_view name;
  std::string ColumnNames::*member;
  bool required;
};

constexpr std::array<MappedColumn, 6> mapped_columns{{{"member", &ColumnNames::member, true},
                                                      {"at", &ColumnNames::at, true},
                                                      {"amount", &ColumnNames::amount, true},
                                                      {"units", &ColumnNames::units, false},
                                                      {"category", &ColumnNames::category, false},
                                                      {"partner", &ColumnNames::partner, false}}};

std::string in_quotes(std::string_view text) {
  constexpr std::size_t shown = 80;
  return "\"" + std::string(text.substr(0, shown)) + (text.size() > shown ? "..." : "") + "\"";
}

std::string_view trimmed(std::string_view text) {
  const std::size_t first = text.find_first_not_of(" \t");
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t") + 1 - first);
}

}  // namespace

domain::Expected<ColumnNames, std::string> parse_column_map(std::string_view text) {
  ColumnNames names;
  while (!text.empty()) {
    const std::size_t comma = std::min(text.find(','), text.size());
    const std::string_view entry = text.substr(0, comma);
    text.remove_prefix(std::min(comma + 1, text.size()));
    const std::size_t equals = std::min(entry.find('='), entry.size());
    const auto* const known = std::find_if(
        mapped_columns.begin(), mapped_columns.end(),
        [&](const MappedColumn& column) { return column.name == entry.substr(0, equals); });
    if (known == mapped_columns.end() || equals + 1 >= entry.size()) {
      return Unexpected{
          "expected FIELD=COLUMN with a field of member, at, amount, units, "
          "category, partner; got " +
          in_quotes(entry)};
    }
    std::string& name = names.*known->member;
    if (!name.empty()) return Unexpected{std::string(known->name) + " is mapped twice"};
    name = entry.substr(equals + 1);
  }
  for (const MappedColumn& column : mapped_columns) {
    if (column.required && (names.*column.member).empty()) {
      return Unexpected{std::string(column.name) + " is not mapped: expected " +
                        std::string(column.name) + "=COLUMN"};
    }
  }
  return names;
}

domain::Expected<Columns, std::string> find_columns(const ColumnNames& names,
                                                    const std::vector<std::string>& header) {
  std::string problem;
  const auto find = [&](const std::string& name) -> std::optional<std::size_t> {
    if (name.empty()) return std::nullopt;
    const auto is_it = [&](const std::string& column) { return trimmed(column) == name; };
    const auto found = std::find_if(header.begin(), header.end(), is_it);
    if (found == header.end()) {
      std::string have;
      for (const auto& column : header) have += (have.empty() ? "" : ", ") + column;
      problem = "no column is named " + in_quotes(name) + "; the file has " + have;
      return std::nullopt;
    }
    if (std::find_if(found + 1, header.end(), is_it) != header.end()) {
      problem = "two columns are named " + in_quotes(name);
    }
    return static_cast<std::size_t>(found - header.begin());
  };
  const Columns columns{.count = header.size(),
                        .member = find(names.member).value_or(0),
                        .at = find(names.at).value_or(0),
                        .amount = find(names.amount).value_or(0),
                        .units = find(names.units),
                        .category = find(names.category),
                        .partner = find(names.partner),
                        .key = find(names.key).value_or(0)};
  if (!problem.empty()) return Unexpected{problem};
  return columns;
}

std::string_view member_of(const CsvRecord& record, const Columns& columns) {
  if (columns.member >= record.fields.size()) return {};
  const std::string_view member = trimmed(record.fields[columns.member]);
  return is_member_id(member) ? member : std::string_view();
}

domain::Expected<PurchaseRow, std::string> read_purchase(CsvRecord record, const Columns& columns,
                                                         const domain::Zone& zone) {
  if (!record.error.empty()) return Unexpected{record.error};
  if (record.fields.size() != columns.count) {
    return Unexpected{"expected " + std::to_string(columns.count) + " fields, found " +
                      std::to_string(record.fields.size())};
  }
  const auto field = [&](std::size_t column) { return trimmed(record.fields[column]); };
  const auto wrong = [&](std::string_view name, std::size_t column, std::string_view expected) {
    return Unexpected{std::string(name) + ": expected " + std::string(expected) + ", found " +
                      in_quotes(field(column))};
  };
  PurchaseRow row;
  row.line = record.line;
  row.member = field(columns.member);
  if (!is_member_id(row.member)) {
    return wrong("member", columns.member, "1 to 64 letters, digits, '_' and '-'");
  }
  const auto at = parse_instant(field(columns.at), zone);
  if (!at || at->ms < 0 || at->ms > codec::max_wire_instant) {
    return wrong("at", columns.at,
                 "YYYY-MM-DD, an instant such as 2026-03-31T10:00:00Z, or epoch milliseconds");
  }
  row.at = *at;
  const auto amount = parse_amount(field(columns.amount));
  if (!amount) {
    return wrong("amount", columns.amount, "an amount such as 19.99, not below 0");
  }
  row.amount = *amount;
  if (columns.units) {
    row.units = parse_count(field(*columns.units));
    if (!row.units) return wrong("units", *columns.units, "a whole number, not below 0");
  }
  for (const auto& [name, column, text] : {std::tuple{"category", columns.category, &row.category},
                                           std::tuple{"partner", columns.partner, &row.partner}}) {
    if (!column) continue;
    *text = field(*column);
    if (!codec::is_utf8(*text)) return wrong(name, *column, "valid UTF-8");
  }
  const std::string_view key = field(columns.key);
  if (key.empty()) return wrong("key", columns.key, "something that no other row has");
  if (!codec::is_utf8(key)) return wrong("key", columns.key, "valid UTF-8");
  row.key = import_key("import:", key);
  row.fields = std::move(record.fields);
  return row;
}

}  // namespace loyalty::cli
