// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "cli/csv.hpp"
#include "domain/expected.hpp"
#include "domain/time.hpp"

/// A CSV file read as purchases.
namespace loyalty::cli {

/// Which column holds what, by name, as the command line says it.
struct ColumnNames {
  std::string member;
  std::string at;
  std::string amount;
  std::string units;
  std::string category;
  std::string partner;
  std::string key;
};

/// "member=COLUMN,at=COLUMN,amount=COLUMN[,units=...,category=...,partner=...]"; the error is a
/// sentence.
domain::Expected<ColumnNames, std::string> parse_column_map(std::string_view text);

/// The same as positions in a record.
struct Columns {
  std::size_t count = 0;  ///< of the header
  std::size_t member = 0;
  std::size_t at = 0;
  std::size_t amount = 0;
  std::optional<std::size_t> units;
  std::optional<std::size_t> category;
  std::optional<std::size_t> partner;
  std::size_t key = 0;
};

domain::Expected<Columns, std::string> find_columns(const ColumnNames& names,
                                                    const std::vector<std::string>& header);

/// One purchase to be imported.
struct PurchaseRow {
  std::int64_t line = 0;
  std::string member;
  domain::Instant at;
  std::int64_t amount = 0;  ///< minor units
  std::optional<std::int64_t> units;
  std::string category;
  std::string partner;
  std::string key;                  ///< idempotency key
  std::vector<std::string> fields;  ///< as they were, for the rejects
};

/// The error says which column is wrong and what was expected.
domain::Expected<PurchaseRow, std::string> read_purchase(CsvRecord record, const Columns& columns,
                                                         const domain::Zone& zone);

/// The member of a row, also of one that is wrong elsewhere; "" when it has none.
std::string_view member_of(const CsvRecord& record, const Columns& columns);

}  // namespace loyalty::cli
