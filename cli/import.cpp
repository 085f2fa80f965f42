// SPDX-License-Identifier: Apache-2.0
#include "cli/import.hpp"

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <unordered_set>
#include <vector>

#include "cli/endpoint.hpp"
#include "cli/exit_code.hpp"
#include "cli/json.hpp"
#include "cli/purchase_log.hpp"
#include "cli/purchase_stream.hpp"
#include "cli/terminal.hpp"

namespace loyalty::cli {
namespace {

using Seconds = std::chrono::duration<double>;

constexpr std::int64_t most_reported_rows = 20;
/// Rows read ahead, so that there are enough different members to keep the server busy.
constexpr std::size_t read_ahead_rows = 8192;

int import_failed(const std::string& what, int code) {
  std::fprintf(stderr, "loyalty import: %s\n", what.c_str());
  return code;
}

/// Keeps the rows that did not go through, in a file that exists only when there are any.
class RejectsFile {
 public:
  RejectsFile(std::string name, std::vector<std::string> header)
      : name_(std::move(name)), header_(std::move(header)) {
    header_.emplace_back("error");
  }

  /// False when the file cannot be written.
  bool add(std::int64_t line, std::vector<std::string> fields, const std::string& error) {
    if (!out_.is_open()) {
      out_.open(name_, std::ios::binary | std::ios::trunc);
      out_ << csv_line(header_);
    }
    // A record with too many or too few fields keeps its error in the last column.
    fields.resize(header_.size() - 1);
    fields.push_back("line " + std::to_string(line) + ": " + error);
    out_ << csv_line(fields);
    return out_.good();
  }

  const std::string& name() const { return name_; }
  bool is_used() const { return out_.is_open(); }
  bool finish() {
    if (!out_.is_open()) return true;
    out_.flush();
    return out_.good();
  }

 private:
  std::string name_;
  std::vector<std::string> header_;
  std::ofstream out_;
};

class Importer {
 public:
  Importer(const ImportOptions& options, std::vector<std::string> header, CsvReader& reader,
           Columns columns, domain::Zone zone)
      : options_(options),
        reader_(reader),
        columns_(columns),
        zone_(zone),
        rejects_(options.rejects.empty() ? options.csv + ".rejects.csv" : options.rejects,
                 std::move(header)) {
    std::error_code ignored;
    const auto size = std::filesystem::file_size(options.csv, ignored);
    if (!ignored) file_bytes_ = static_cast<std::int64_t>(size);
  }

  int run(std::vector<net::Client> connections) {
    const std::size_t window = std::max<std::size_t>(1, options_.window / connections.size());
    PurchaseStream stream(
        {.program = options_.program, .enroll = options_.enroll, .window_per_connection = window},
        std::move(connections),
        {.accepted = [this](const auto& row, const auto& answer) { accept(row, answer); },
         .refused = [this](const auto& row, const auto& error) { refuse(row, error); }});
    const auto error = pass_through(stream);
    progress_.clear();
    totals_.members = static_cast<std::int64_t>(members_.size());
    if (!rejects_.finish()) rejects_failed_ = true;
    if (rejects_failed_) return import_failed("cannot write " + rejects_.name(), exit_failed);
    if (error) {
      print_summary();
      return import_failed(error_line(*error) +
                               "\nRun the same command again to go on: what was imported is not "
                               "imported twice.",
                           exit_failed);
    }
    if (reader_.failed()) return import_failed("cannot read " + options_.csv, exit_failed);
    print_summary();
    if (options_.json) {
      std::printf("%s\n", to_json(totals_.as_value(), JsonLayout::one_line).c_str());
    }
    return servers_fault_ ? exit_failed : exit_ok;
  }

 private:
  std::optional<net::CallError> pass_through(PurchaseStream& stream) {
    bool more = true;
    while (more || stream.open_rows() > 0) {
      while (more && stream.open_rows() < read_ahead_rows) more = read_row(stream);
      if (auto error = stream.step()) return error;
      if (rejects_failed_) return std::nullopt;
      show_progress();
    }
    return std::nullopt;
  }

  bool read_row(PurchaseStream& stream) {
    auto record = reader_.next();
    if (!record) return false;
    ++totals_.rows;
    const std::string_view member = member_of(*record, columns_);
    if (!member.empty()) members_.emplace(member);
    const std::int64_t line = record->line;
    auto fields = record->fields;
    auto row = read_purchase(std::move(*record), columns_, zone_);
    if (row) {
      stream.add(std::move(*row));
    } else {
      reject(line, std::move(fields), row.error());
    }
    return true;
  }

  void accept(const PurchaseRow& row, const PurchaseAnswer& answer) {
    ++(answer.replayed ? totals_.replayed : totals_.imported);
    totals_.amount += row.amount;
    for (const auto& [currency, points] : answer.points) {
      totals_.points[std::string(currency)] += points;
    }
  }

  void refuse(const PurchaseRow& row, const net::CallError& error) {
    if (!error.error.callers_fault) servers_fault_ = true;
    reject(row.line, row.fields, error_line(error));
  }

  void reject(std::int64_t line, std::vector<std::string> fields, const std::string& why) {
    ++totals_.rejected;
    progress_.clear();
    if (totals_.rejected <= most_reported_rows) {
      std::fprintf(stderr, "%s:%lld: %s\n", options_.csv.c_str(), static_cast<long long>(line),
                   why.c_str());
    } else if (totals_.rejected == most_reported_rows + 1) {
      std::fprintf(stderr, "... more rejected rows are in %s\n", rejects_.name().c_str());
    }
    if (!rejects_.add(line, std::move(fields), why)) rejects_failed_ = true;
  }

  std::int64_t done_rows() const { return totals_.imported + totals_.replayed + totals_.rejected; }

  std::int64_t rows_per_second() const {
    const Seconds time = std::chrono::steady_clock::now() - begin_;
    return static_cast<std::int64_t>(static_cast<double>(done_rows()) /
                                     std::max(time.count(), 1e-3));
  }

  void show_progress() {
    if (!progress_.is_due()) return;
    constexpr std::int64_t width = 30;
    std::string bar;
    if (file_bytes_ > 0) {
      const auto part = std::min(width, width * reader_.position() / file_bytes_);
      bar = "[" + std::string(static_cast<std::size_t>(part), '#') +
            std::string(static_cast<std::size_t>(width - part), ' ') + "] ";
    }
    progress_.show(bar + grouped(done_rows()) + " rows, " + grouped(rows_per_second()) + " rows/s" +
                   (totals_.rejected > 0 ? ", " + grouped(totals_.rejected) + " rejected" : ""));
  }

  void print_summary() {
    std::string points;
    for (const auto& [currency, sum] : totals_.points) {
      points += ", " + grouped(sum) + " " + currency;
    }
    std::fprintf(stderr,
                 "%s rows of %s members: %s imported, %s replayed, %s rejected (%s rows/s)\n"
                 "amount %s%s\n",
                 grouped(totals_.rows).c_str(), grouped(totals_.members).c_str(),
                 grouped(totals_.imported).c_str(), grouped(totals_.replayed).c_str(),
                 grouped(totals_.rejected).c_str(), grouped(rows_per_second()).c_str(),
                 money_text(totals_.amount).c_str(), points.c_str());
    if (rejects_.is_used()) {
      std::fprintf(stderr, "rejected rows are in %s\n", rejects_.name().c_str());
    }
  }

  const ImportOptions& options_;
  CsvReader& reader_;
  Columns columns_;
  domain::Zone zone_;
  RejectsFile rejects_;
  ProgressLine progress_;
  ImportTotals totals_;
  std::unordered_set<std::string> members_;
  std::int64_t file_bytes_ = 0;
  bool rejects_failed_ = false;
  bool servers_fault_ = false;
  std::chrono::steady_clock::time_point begin_ = std::chrono::steady_clock::now();
};

/// In the program's zone a day begins, and so do the activities that only have a date.
domain::Expected<domain::Zone, std::string> zone_of_program(net::Client& client,
                                                            const std::string& program) {
  const auto described =
      ask(client, "describe_program", Value(Value::Fields{{"program", program}}));
  if (!described) return domain::Unexpected{error_line(described.error())};
  const std::string& name = (*described)["definition"]["time_zone"].text();
  auto zone = domain::Zone::find(name);
  if (!zone) return domain::Unexpected{"this machine does not know the time zone \"" + name + "\""};
  return *zone;
}

}  // namespace

Value ImportTotals::as_value() const {
  Value::Fields sums;
  for (const auto& [currency, sum] : points) sums.emplace_back(currency, sum);
  return Value(Value::Fields{{"rows", rows},
                             {"imported", imported},
                             {"replayed", replayed},
                             {"rejected", rejected},
                             {"members", members},
                             {"amount", amount},
                             {"points", std::move(sums)}});
}

int import_csv(const ImportOptions& options) {
  auto names = parse_column_map(options.map);
  if (!names) return import_failed("--map: " + names.error(), exit_usage);
  names->key = options.key;
  std::ifstream in(options.csv, std::ios::binary);
  if (!in) return import_failed("cannot open " + options.csv, exit_usage);
  CsvReader reader(in);
  const auto header = reader.next();
  if (reader.failed()) return import_failed("cannot read " + options.csv, exit_usage);
  if (!header || !header->error.empty()) {
    return import_failed(options.csv + ": expected a first line with the names of the columns",
                         exit_usage);
  }
  const auto columns = find_columns(*names, header->fields);
  if (!columns) return import_failed(options.csv + ": " + columns.error(), exit_usage);

  std::vector<net::Client> connections;
  while (connections.size() < std::max<std::size_t>(1, options.connections)) {
    auto client = connect(options.connect);
    if (!client) return import_failed(error_line(client.error()), exit_failed);
    connections.push_back(std::move(*client));
  }
  const auto zone = zone_of_program(connections.front(), options.program);
  if (!zone) return import_failed(zone.error(), exit_failed);
  return Importer(options, header->fields, reader, *columns, *zone).run(std::move(connections));
}

}  // namespace loyalty::cli
