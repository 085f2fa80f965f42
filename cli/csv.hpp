// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <istream>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

/// Comma-separated values as RFC 4180 writes them: quoted fields may hold commas, line ends and
/// doubled quotes. Lines end with CRLF or LF.
namespace loyalty::cli {

struct CsvRecord {
  std::int64_t line = 0;  ///< of its first character, from 1
  std::vector<std::string> fields;
  std::string error;  ///< why it is no record, else ""; the fields are then what could be read
};

/// Reads record after record; empty lines and a byte order mark are passed over.
class CsvReader {
 public:
  /// A record that has no end must not eat the memory.
  static constexpr std::size_t max_record_bytes = 1024 * 1024;

  explicit CsvReader(std::istream& in) : in_(*in.rdbuf()) {}

  /// nullopt at the end.
  std::optional<CsvRecord> next();
  /// Whether the file could not be read to its end.
  bool failed() const { return failed_; }
  /// Bytes read so far.
  std::int64_t position() const { return position_; }

 private:
  static constexpr int end = -1;

  int peek();
  int take();
  bool take_line_end();
  void skip_byte_order_mark();
  void read_record(CsvRecord& record);
  bool read_field(CsvRecord& record);
  bool read_quoted(CsvRecord& record, std::string& field);
  void skip_line();

  std::streambuf& in_;
  std::int64_t position_ = 0;
  std::int64_t line_ = 1;
  std::size_t record_bytes_ = 0;
  bool failed_ = false;
};

/// One record with its line end, quoted where it must be.
std::string csv_line(const std::vector<std::string>& fields);

}  // namespace loyalty::cli
