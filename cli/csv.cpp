// SPDX-License-Identifier: Apache-2.0
#include "cli/csv.hpp"

#include <exception>

namespace loyalty::cli {
namespace {

using Traits = std::char_traits<char>;

}  // namespace

int CsvReader::peek() {
  if (failed_) return end;
  try {
    const auto next = in_.sgetc();
    return Traits::eq_int_type(next, Traits::eof()) ? end : static_cast<int>(next);
  } catch (
      const std::exception&) {  // a file stream throws when the disk (or a folder) does not read
    failed_ = true;
    return end;
  }
}

int CsvReader::take() {
  const int next = peek();
  if (next == end) return end;
  in_.sbumpc();
  ++position_;
  ++record_bytes_;
  if (next == '\n') ++line_;
  return next;
}

bool CsvReader::take_line_end() {
  const bool carriage_return = peek() == '\r';
  if (carriage_return) take();
  if (peek() == '\n') return take(), true;
  return carriage_return;  // an old line end, or one at the end of the file
}

void CsvReader::skip_byte_order_mark() {
  for (const int byte : {0xef, 0xbb, 0xbf}) {
    if (peek() != byte) return;
    take();
  }
}

std::optional<CsvRecord> CsvReader::next() {
  if (position_ == 0) skip_byte_order_mark();
  while (take_line_end()) {
  }
  if (peek() == end) return std::nullopt;
  CsvRecord record;
  record.line = line_;
  record_bytes_ = 0;
  read_record(record);
  return record;
}

void CsvReader::read_record(CsvRecord& record) {
  while (read_field(record)) {
    if (take_line_end() || peek() == end) return;
    take();  // the comma
  }
  skip_line();
}

bool CsvReader::read_field(CsvRecord& record) {
  std::string& field = record.fields.emplace_back();
  if (peek() == '"') return read_quoted(record, field);
  while (true) {
    const int next = peek();
    if (next == ',' || next == '\r' || next == '\n' || next == end) return true;
    if (next == '"') {
      record.error = "a quote within a field that does not begin with one";
      return false;
    }
    if (record_bytes_ >= max_record_bytes) {
      record.error = "longer than 1 MiB";
      return false;
    }
    field.push_back(static_cast<char>(take()));
  }
}

bool CsvReader::read_quoted(CsvRecord& record, std::string& field) {
  take();
  while (true) {
    const int next = take();
    if (next == end) {
      record.error = "a quote is not closed";
      return false;
    }
    if (record_bytes_ >= max_record_bytes) {
      record.error = "a quote is not closed within 1 MiB";
      return false;
    }
    if (next != '"') {
      field.push_back(static_cast<char>(next));
    } else if (peek() == '"') {
      field.push_back(static_cast<char>(take()));
    } else {
      break;
    }
  }
  const int after = peek();
  if (after == ',' || after == '\r' || after == '\n' || after == end) return true;
  record.error = "something follows a closing quote";
  return false;
}

void CsvReader::skip_line() {
  while (peek() != end && take() != '\n') {
  }
}

std::string csv_line(const std::vector<std::string>& fields) {
  std::string line;
  for (std::size_t i = 0; i < fields.size(); ++i) {
    if (i > 0) line += ',';
    // A lone empty field would be an empty line.
    const bool quoted = fields[i].find_first_of(",\"\r\n") != std::string::npos ||
                        (fields.size() == 1 && fields[i].empty());
    if (!quoted) {
      line += fields[i];
      continue;
    }
    line += '"';
    for (const char c : fields[i]) line.append(c == '"' ? 2 : 1, c);
    line += '"';
  }
  return line + "\n";
}

}  // namespace loyalty::cli
